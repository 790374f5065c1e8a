// The descriptions of real recordings that the project carries: each line is read by the studio's own reader, they are
// enough and short, and they speak only about recordings that a model may train on.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DescribedLine, readLines } from '../../src/episodes/annotations/lines';

const file = 'docs/experiments/real-descriptions.jsonl';
const list = join(process.env['PALINDROME_DATA'] ?? '../shared/data', 'episodes', 'episodes.jsonl');
const hasEpisodes = existsSync(list);
if (!hasEpisodes) console.log(`There are no recordings at ${list}: their descriptions were not compared with them.`);

/** A name with the first letters of the content's hash, as the studio gives it to what it takes in. */
const nameOf = (episode: string) => episode.replace(/-[0-9a-f]{10}$/, '');

const content = readFileSync(file, 'utf8');
const { lines, leftOut } = readLines(content);
const byEpisode = new Map<string, DescribedLine[]>();
for (const line of lines) {
  const name = nameOf(line.episode);
  byEpisode.set(name, [...(byEpisode.get(name) ?? []), line]);
}
const ends = ({ frames }: DescribedLine) => frames ?? { from: NaN, to: NaN };

describe('the descriptions of real recordings', () => {
  it('are read to the last line', () => {
    expect(leftOut).toEqual([]);
    expect(lines.length).toBe(content.trim().split('\n').length);
    for (const line of lines) expect(line.frames, `line ${line.line} gives frames`).not.toBeNull();
  });

  it('tell four to eight stretches each of at least 25 episodes', () => {
    expect(byEpisode.size).toBeGreaterThanOrEqual(25);
    for (const [name, told] of byEpisode) {
      expect(told.length, name).toBeGreaterThanOrEqual(4);
      expect(told.length, name).toBeLessThanOrEqual(8);
    }
  });

  it('stand in order and follow one another without overlap, gap or words said twice in a row', () => {
    const episodes = lines.map(({ episode }) => episode);
    expect(episodes).toEqual(episodes.toSorted());
    for (const [name, told] of byEpisode)
      for (const [i, line] of told.slice(1).entries()) {
        const before = told[i] as DescribedLine;
        expect(ends(line).from, `${name}, line ${line.line}`).toBe(ends(before).to + 1);
        expect(line.text, `${name}, line ${line.line}`).not.toBe(before.text);
      }
  });

  it('are short and in plain small letters', () => {
    for (const { text, line } of lines) {
      expect(text.split(' ').length, `line ${line}`).toBeLessThanOrEqual(22);
      expect(text, `line ${line}`).toMatch(/^[a-z]+( [a-z]+)*([;,] [a-z]+( [a-z]+)*)*$/);
    }
  });

  describe.skipIf(!hasEpisodes)('beside the recordings', () => {
    interface Facts {
      id: string;
      task: string;
      split: string;
      outcome: string;
      frames: number;
      idleStart: number;
      trimEnd: number;
    }
    let facts: Map<string, Facts>;
    beforeAll(() => {
      const read = readFileSync(list, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Facts);
      facts = new Map(read.map((episode) => [episode.id, episode]));
    });

    it('speak only about successes that a model may train on', () => {
      for (const name of byEpisode.keys())
        expect(facts.get(name), name).toMatchObject({ split: 'train', outcome: 'success' });
    });

    it('cover each from where things begin to move to where the task is done', () => {
      for (const [name, told] of byEpisode) {
        const { frames, idleStart, trimEnd } = facts.get(name) as Facts;
        const [first, last] = [told[0] as DescribedLine, told.at(-1) as DescribedLine];
        expect([ends(first).from, ends(last).to], name).toEqual([idleStart, frames - 1 - trimEnd]);
      }
    });

    it('name the task as the recordings do', () => {
      const stated = content
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { episode: string; task: string });
      for (const { episode, task } of stated) expect(task).toBe(facts.get(nameOf(episode))?.task);
    });
  });
});
