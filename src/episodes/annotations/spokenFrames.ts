// Reads what a vision-language model said about sampled pictures of a video, in the form that Generative Value Learning
// asks for: a list of {frame_number, frame_description, task_completion_percentage}. Such lists come from a chat: with
// prose and fences around them, with percentages as words, cut off at the end. What can be read is read; the rest is
// counted. The numbers count pictures of a sample in order of time (mostly at most 30, from 0 or from 1), or frames of
// the video; a guess is made and a person decides.
import * as v from 'valibot';
import type { Segment } from '../episode';
import { LONGEST_TEXT } from './lines';
import * as m from '../../words/messages';
import { decimal } from '../../base/numbers';

/** One picture as it was described. */
export interface SpokenFrame {
  number: number;
  text: string;
  /** In [0, 1]; null where none was given. */
  progress: number | null;
}

export interface SpokenFrames {
  /** In order of their numbers, one for each. */
  frames: SpokenFrame[];
  /** Entries that could not be read. */
  leftOut: number;
}

/** How the numbers are meant. */
export type Counting = 'sampled pictures' | 'frames of the video';

const MOST_ENTRIES = 100_000;
const figure = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/-?\d+(\.\d+)?/))]),
  v.transform((value) => (typeof value === 'number' ? value : Number(/-?\d+(\.\d+)?/.exec(value)?.[0]))),
  v.finite(),
);
const entrySchema = v.object({
  frame_number: v.pipe(figure, v.integer(), v.minValue(0), v.maxValue(1e9)),
  frame_description: v.nullish(v.string()),
  task_completion_percentage: v.nullish(figure),
});
const containerSchema = v.looseObject({ frames: v.array(v.unknown()) });

/** @throws RangeError with a sentence where nothing of it can be read */
export function readSpokenFrames(content: string): SpokenFrames {
  const entries = entriesOf(content).slice(0, MOST_ENTRIES);
  const frames = new Map<number, SpokenFrame>();
  let leftOut = 0;
  for (const entry of entries) {
    const read = v.safeParse(entrySchema, entry);
    const {
      frame_number: number,
      frame_description,
      task_completion_percentage,
    } = read.success ? read.output : { frame_number: -1, frame_description: null, task_completion_percentage: null };
    const text = tidy(frame_description ?? '');
    const said = task_completion_percentage ?? null;
    if (number < 0 || frames.has(number) || (text === '' && said === null)) leftOut++;
    else frames.set(number, { number, text, progress: said === null ? null : Math.min(Math.max(said, 0), 100) / 100 });
  }
  if (frames.size === 0) {
    throw new RangeError(m.engine_spoken_none());
  }
  return { frames: [...frames.values()].sort((a, b) => a.number - b.number), leftOut };
}

/** Whether a text looks like such a list, and not like lines of stretches. */
export function looksSpoken(content: string): boolean {
  return /"frame_number"\s*:/.test(content);
}

/** The objects of the list, also where the list around them is fenced, wrapped or cut off. */
function entriesOf(content: string): unknown[] {
  const fenced = /```(?:json)?\s*([\s\S]*?)(?:```|$)/i.exec(content)?.[1] ?? content;
  for (const text of [fenced, content]) {
    try {
      const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
      if (Array.isArray(value)) return value;
      const container = v.safeParse(containerSchema, value);
      if (container.success) return container.output.frames;
    } catch {
      // Read below, object by object.
    }
  }
  return [...content.matchAll(/\{[^{}]*\}/g)].flatMap(([text]) => {
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return [null];
    }
  });
}

function tidy(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}

/** Numbers without gaps that end well before the video does count pictures. */
export function guessCounting({ frames }: SpokenFrames, frameCount: number): Counting {
  const first = frames[0]?.number ?? 0;
  const last = frames.at(-1)?.number ?? 0;
  if (last >= frameCount) return 'sampled pictures';
  const dense = last - first + 1 <= 1.5 * frames.length;
  return dense && first <= 1 ? 'sampled pictures' : 'frames of the video';
}

/** How many pictures the numbers speak of, and the number of the first. */
export function picturesOf({ frames }: SpokenFrames): { first: 0 | 1; count: number } {
  const first = frames[0]?.number === 0 ? 0 : 1;
  return { first, count: (frames.at(-1)?.number ?? 0) - first + 1 };
}

/**
 * Stretches of raw frames: each picture speaks until midway to the next.
 * @param pictures how many pictures were sampled, the first and the last frame among them; for 'sampled pictures'
 */
export function segmentsOf(
  spoken: SpokenFrames,
  counting: Counting,
  pictures: number,
  frameCount: number,
): { segments: Segment[]; leftOut: number } {
  const { first } = picturesOf(spoken);
  const last = frameCount - 1;
  const raw = spoken.frames.map((frame) => ({
    ...frame,
    at:
      counting === 'sampled pictures'
        ? Math.round(((frame.number - first) * last) / Math.max(1, pictures - 1))
        : frame.number,
  }));
  // A video with fewer frames than pictures shows some twice; the first to speak of a frame counts.
  const inside = raw.filter(({ at }, i) => at <= last && at !== raw[i - 1]?.at);
  const segments = inside.map(({ at, text, progress }, i): Segment => {
    const before = inside[i - 1]?.at;
    const after = inside[i + 1]?.at;
    const segment = {
      from: before === undefined ? Math.max(0, at - half(at, after)) : Math.floor((before + at) / 2) + 1,
      to: after === undefined ? Math.min(last, at + half(before, at)) : Math.floor((at + after) / 2),
      text,
    };
    return progress === null ? segment : { ...segment, progress };
  });
  return { segments, leftOut: raw.length - inside.length };
}

/** Half the way between two frames: how far the first and the last picture speak outwards. */
function half(a: number | undefined, b: number | undefined): number {
  return a === undefined || b === undefined ? 0 : Math.floor((b - a) / 2);
}

/** What becomes of the numbers, in a sentence. */
export function mappingInWords(spoken: SpokenFrames, counting: Counting, pictures: number, frameCount: number): string {
  const [low, high] = [spoken.frames[0]?.number ?? 0, spoken.frames.at(-1)?.number ?? 0];
  if (counting === 'frames of the video') {
    return m.engine_spoken_as_frames({ low, high, last: frameCount - 1 });
  }
  const { first } = picturesOf(spoken);
  const apart = (frameCount - 1) / Math.max(1, pictures - 1);
  return m.engine_spoken_as_pictures({
    ...{ low, high, pictures, frames: frameCount },
    ...{ first, end: first + pictures - 1, last: frameCount - 1 },
    apart: apart < 10 ? decimal(apart.toFixed(1)) : Math.round(apart),
  });
}
