// The forms in which descriptions come and go: JSON Lines, what a model said about sampled pictures, and suggestions.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../src/episodes/annotations/edits';
import { matchLines, readLines, writeLines } from '../../src/episodes/annotations/lines';
import { suggestions } from '../../src/episodes/annotations/phrases';
import {
  guessCounting,
  looksSpoken,
  mappingInWords,
  picturesOf,
  readSpokenFrames,
  segmentsOf,
} from '../../src/episodes/annotations/spokenFrames';
import type { Segment } from '../../src/episodes/episode';
import { madeSegment } from './annotationFixtures';
import { madeEpisode } from './episodeFixtures';

const list = fc.array(madeSegment(200), { maxLength: 12 }).map(inOrder);

const written = (segments: readonly Segment[], id = 'video-1') =>
  writeLines([{ ...madeEpisode(1), id, segments: [...segments] }]);

describe('JSON Lines', () => {
  test('what is written is read to the letter', () => {
    fc.assert(
      fc.property(list, (segments) => {
        const { lines, leftOut } = readLines(written(segments));
        expect(leftOut).toEqual([]);
        const { changes } = matchLines(lines, [madeEpisode(1)], 'replace');
        const unique = [...new Map(segments.map((s) => [JSON.stringify(s), s])).values()];
        expect(new Set((changes[0]?.after ?? []).map((s) => JSON.stringify(s)))).toEqual(
          new Set(unique.map((s) => JSON.stringify(s))),
        );
        // Reading it once more changes nothing.
        const again = matchLines(lines, [madeEpisode(1, { segments })], 'replace');
        expect([again.changes, again.added, again.replaced]).toEqual([[], 0, 0]);
      }),
    );
  });

  test('a line has the fields that other tools expect', () => {
    const line = JSON.parse(written([{ from: 30, to: 59, text: 'film above items', progress: 0.25 }])) as object;
    expect(line).toEqual({
      episode: 'video-1',
      file: 'Video 1',
      task: 'Put the cup 1 on the plate.',
      from_frame: 30,
      to_frame: 59,
      from_seconds: 1,
      to_seconds: 2,
      text: 'film above items',
      progress: 0.25,
    });
  });

  test('lines that cannot be read or matched are named with their reason and cost only themselves', () => {
    const content = [
      '{"episode": "video-1", "from_frame": 1, "to_frame": 2, "text": "<b>kept</b>"}',
      'not json',
      '[]',
      '{"episode": "video-1", "from_frame": 9, "to_frame": 2, "text": "backwards"}',
      '{"episode": "video-1", "text": "nowhere"}',
      '{"episode": "nobody", "from_frame": 1, "to_frame": 2, "text": "stray"}',
      '{"episode": "video-1", "from_frame": 5000, "to_frame": 5001, "text": "beyond"}',
      '{"episode": "video-1", "from_frame": 1, "to_frame": 2, "text": 7}',
      '{"episode": "twin", "from_frame": 1, "to_frame": 2, "text": "which?"}',
      '{"episode": "folder/Video 2.MP4", "from_seconds": 1, "to_seconds": 2, "text": "by name and seconds"}',
      '',
    ].join('\r\n');
    const twins = [madeEpisode(5, { name: 'twin' }), madeEpisode(6, { name: 'Twin.mov' })];
    const { lines, leftOut } = readLines(content);
    const matched = matchLines(lines, [madeEpisode(1), madeEpisode(2), ...twins], 'keep');
    const said = [...leftOut, ...matched.leftOut].sort((a, b) => a.line - b.line);
    expect(said.map(({ line, why }) => `${line}: ${why}`)).toEqual([
      '2: it is not JSON',
      '3: “episode” is missing',
      '4: it ends before it begins',
      '5: it says neither “from_frame” and “to_frame” nor “from_seconds” and “to_seconds”',
      '6: no episode here is “nobody”',
      '7: “Video 1” ends before frame 5000',
      '8: “text” should be string and is 7',
      '9: 2 episodes are called “twin”',
    ]);
    expect(matched.changes.map(({ episode, after }) => [episode, after])).toEqual([
      ['video-1', [{ from: 1, to: 2, text: '<b>kept</b>' }]],
      ['video-2', [{ from: 30, to: 59, text: 'by name and seconds' }]],
    ]);
  });

  test('what is there already stays, unless the person replaces it', () => {
    const here = [{ from: 0, to: 9, text: 'mine' }];
    const episode = madeEpisode(1, { segments: here });
    const { lines } = readLines(written([{ from: 5, to: 20, text: 'theirs' }]));
    const kept = matchLines(lines, [episode], 'keep');
    expect(kept.changes[0]?.after.map((s) => s.text)).toEqual(['mine', 'theirs']);
    const replaced = matchLines(lines, [episode], 'replace');
    expect(replaced.changes[0]?.after.map((s) => s.text)).toEqual(['theirs']);
    expect(replaced).toMatchObject({ added: 1, replaced: 1 });
  });

  test('no text makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { lines } = readLines(text);
        matchLines(lines, [madeEpisode(1)], 'keep');
      }),
    );
  });
});

describe('what a model said about sampled pictures', () => {
  const entry = (number: unknown, text: unknown = `picture ${String(number)}`, percentage: unknown = 10) => ({
    frame_number: number,
    frame_description: text,
    task_completion_percentage: percentage,
  });

  test('a list, a wrapped list, a fenced list and a cut-off list are all read', () => {
    const entries = [entry(2), entry(1), entry('Frame 3', 'c', '45.5%')];
    const plain = JSON.stringify(entries);
    const fenced = `Here it is:\n\`\`\`json\n${plain}\n\`\`\`\nDone.`;
    for (const content of [
      plain,
      JSON.stringify({ frames: entries }),
      fenced,
      plain.slice(0, -1),
      `${plain.slice(0, -1)}, {"frame_nu`,
    ]) {
      expect(looksSpoken(content)).toBe(true);
      const { frames } = readSpokenFrames(content);
      expect(frames.map(({ number, progress }) => [number, progress])).toEqual([
        [1, 0.1],
        [2, 0.1],
        [3, 0.455],
      ]);
    }
  });

  test('entries that say nothing are counted, and a text without any is refused in a sentence', () => {
    const content = JSON.stringify([entry(1), entry(1, 'again'), entry(-1), entry(2, ' ', null), entry(3, '', 120), 7]);
    const { frames, leftOut } = readSpokenFrames(content);
    expect(leftOut).toBe(4);
    expect(frames).toEqual([
      { number: 1, text: 'picture 1', progress: 0.1 },
      { number: 3, text: '', progress: 1 },
    ]);
    for (const empty of ['', '[]', 'null', '{"frames": 3}', 'I cannot see the video.']) {
      expect(() => readSpokenFrames(empty)).toThrow(/No described frame was found\. Expected is .*frame_number/);
    }
  });

  test.each([
    { name: 'from 1', numbers: [1, 2, 3, 4], first: 1 },
    { name: 'from 0', numbers: [0, 1, 2, 3], first: 0 },
  ])('pictures counted $name are spread from the first frame to the last', ({ numbers, first }) => {
    const spoken = readSpokenFrames(JSON.stringify(numbers.map((n) => entry(n, `p${n}`, (n - first) * 25))));
    expect(guessCounting(spoken, 301)).toBe('sampled pictures');
    expect(picturesOf(spoken)).toEqual({ first, count: 4 });
    const { segments } = segmentsOf(spoken, 'sampled pictures', 4, 301);
    expect(segments.map(({ from, to, progress }) => [from, to, progress])).toEqual([
      [0, 50, 0],
      [51, 150, 0.25],
      [151, 250, 0.5],
      [251, 300, 0.75],
    ]);
    expect(mappingInWords(spoken, 'sampled pictures', 4, 301)).toContain(
      `picture ${first} is frame 0, picture ${first + 3} is frame 300, 100 frames lie between two`,
    );
  });

  test('large numbers with gaps are frames of the video; those beyond its end are left out', () => {
    const spoken = readSpokenFrames(JSON.stringify([100, 140, 200, 400].map((n) => entry(n))));
    expect(guessCounting(spoken, 500)).toBe('frames of the video');
    expect(guessCounting(spoken, 350)).toBe('sampled pictures');
    const { segments, leftOut } = segmentsOf(spoken, 'frames of the video', 0, 350);
    expect(leftOut).toBe(1);
    expect(segments.map(({ from, to }) => [from, to])).toEqual([
      [80, 120],
      [121, 170],
      [171, 230],
    ]);
  });

  test('stretches never overlap, lie inside, and each holds its own picture', () => {
    const numbers = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 5000 }), fc.boolean(), (list, frameCount, sampled) => {
        const spoken = readSpokenFrames(JSON.stringify(list.map((n) => entry(n))));
        const counting = sampled ? 'sampled pictures' : 'frames of the video';
        const { segments, leftOut } = segmentsOf(spoken, counting, picturesOf(spoken).count, frameCount);
        expect(segments.length + leftOut).toBe(list.length);
        segments.forEach(({ from, to }, i) => {
          expect(from >= 0 && from <= to && to < frameCount).toBe(true);
          expect(from).toBeGreaterThan(segments[i - 1]?.to ?? -1);
        });
      }),
    );
  });

  test('no text makes the reader throw anything but its sentence', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          readSpokenFrames(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('suggestions', () => {
  test('used phrases come first, the most used before the others, and every typed word must begin a word', () => {
    const used = ['cup on plate', 'arm at rest', 'cup on plate', 'cup above plate'];
    expect(suggestions('', used).slice(0, 3)).toEqual(['cup on plate', 'arm at rest', 'cup above plate']);
    expect(suggestions('pl cu', used).slice(0, 2)).toEqual(['cup on plate', 'cup above plate']);
    expect(suggestions('cup on plate', used)).not.toContain('cup on plate');
    expect(suggestions('film', [])[0]).toContain('film');
    expect(suggestions('zebra', used)).toEqual([]);
  });
});
