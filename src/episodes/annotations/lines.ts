// Descriptions as JSON Lines, one stretch a line, out and in. Frames are raw frames and decide; seconds are there for
// people and for tools that know no frames. What cannot be read or matched is named with its reason and costs only itself.
import * as v from 'valibot';
import type { Episode, Segment } from '../episode';
import { inOrder } from './edits';
import type { Change } from './history';
import * as m from '../../words/messages';
import { whole } from '../../base/numbers';

const MOST_LINES = 200_000;
const LONGEST_LINE = 64 * 1024;
/** Letters of one description. */
export const LONGEST_TEXT = 500;

/** Why something was left out. */
export interface LeftOut {
  /** Number of the line, from 1. */
  line: number;
  why: string;
}

/** One stretch as a file states it. */
export interface DescribedLine {
  line: number;
  episode: string;
  /** Raw frames, both included; null where only seconds are given. */
  frames: { from: number; to: number } | null;
  seconds: { from: number; to: number } | null;
  text: string;
  progress: number | null;
}

const frame = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(1e7));
const lineSchema = v.object({
  episode: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)),
  from_frame: v.nullish(frame),
  to_frame: v.nullish(frame),
  /** As lists beside recordings call them. */
  from: v.nullish(frame),
  to: v.nullish(frame),
  from_seconds: v.nullish(time),
  to_seconds: v.nullish(time),
  text: v.pipe(v.string(), v.maxLength(LONGEST_TEXT)),
  progress: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
});

/**
 * One line for each stretch of the episodes, with a line end after the last. The file can be brought in again, or lie beside
 * the recordings when they are imported elsewhere: `file` is their name without its ending.
 */
export function writeLines(
  episodes: readonly Pick<Episode, 'id' | 'name' | 'source' | 'task' | 'framesPerSecond' | 'segments'>[],
): string {
  return episodes
    .flatMap(({ id, name, source, task, framesPerSecond, segments }) =>
      inOrder(segments).map(({ from, to, text, progress }) => {
        const seconds = framesPerSecond
          ? { from_seconds: rounded(from / framesPerSecond), to_seconds: rounded((to + 1) / framesPerSecond) }
          : {};
        const figure = progress === undefined ? {} : { progress };
        const file = source === 'simulator' ? {} : { file: name };
        return `${JSON.stringify({ episode: id, ...file, task, from_frame: from, to_frame: to, ...seconds, text, ...figure })}\n`;
      }),
    )
    .join('');
}

const rounded = (seconds: number) => Number(seconds.toFixed(3));

export function readLines(content: string): { lines: DescribedLine[]; leftOut: LeftOut[] } {
  const lines: DescribedLine[] = [];
  const leftOut: LeftOut[] = [];
  const all = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [at, text] of all.entries()) {
    const line = at + 1;
    if (line > MOST_LINES) {
      leftOut.push({ line, why: m.engine_lines_after({ most: whole(MOST_LINES) }) });
      break;
    }
    if (text.trim() === '') continue;
    const read = text.length > LONGEST_LINE ? m.engine_line_long() : readLine(text, line);
    if (typeof read === 'string') leftOut.push({ line, why: read });
    else lines.push(read);
  }
  return { lines, leftOut };
}

/** A line, or what is wrong with it. */
function readLine(content: string, line: number): DescribedLine | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return m.engine_line_no_json();
  }
  const read = v.safeParse(lineSchema, value);
  if (!read.success) return wrongIn(read.issues[0]);
  const { episode, text, progress, from_seconds, to_seconds } = read.output;
  const frames = bothOf(read.output.from_frame ?? read.output.from, read.output.to_frame ?? read.output.to);
  const seconds = bothOf(from_seconds, to_seconds);
  const ends = frames ?? seconds;
  if (!ends) return m.engine_line_neither_ends();
  if (ends.from > ends.to) return m.engine_line_ends_early();
  return { line, episode, frames, seconds, text, progress: progress ?? null };
}

function bothOf(from: number | null | undefined, to: number | null | undefined): { from: number; to: number } | null {
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : null;
}

function wrongIn(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  if (!field) return m.engine_line_no_object();
  if (issue.received === 'undefined') return m.engine_line_field_missing({ field });
  const expected = issue.expected ?? m.engine_line_something_else();
  return m.engine_line_field_should({ field, expected, received: issue.received.slice(0, 60) });
}

/** What reading a file does to the episodes. */
export interface Matched {
  changes: Change[];
  /** Stretches that come in. */
  added: number;
  /** Stretches that were there already, to the letter. */
  known: number;
  /** Stretches that go, because their episode's are replaced. */
  replaced: number;
  leftOut: LeftOut[];
}

/**
 * Finds the episode of each line by its id, else by its name or file name.
 * @param how whether what is described already stays beside what comes in, or goes
 */
export function matchLines(
  lines: readonly DescribedLine[],
  episodes: readonly Episode[],
  how: 'keep' | 'replace',
): Matched {
  const byId = new Map(episodes.map((episode) => [episode.id, episode]));
  const byName = new Map<string, Episode[]>();
  for (const episode of episodes) listed(byName, plain(episode.name)).push(episode);
  const incoming = new Map<Episode, Segment[]>();
  const leftOut: LeftOut[] = [];
  for (const line of lines) {
    const named = byName.get(plain(line.episode)) ?? [];
    const episode = byId.get(line.episode) ?? (named.length === 1 ? named[0] : undefined);
    if (!episode) {
      const many = named.length > 1 ? m.engine_line_many_episodes({ count: named.length, name: line.episode }) : null;
      leftOut.push({ line: line.line, why: many ?? m.engine_line_no_episode({ name: line.episode }) });
      continue;
    }
    const segment = segmentOf(line, episode);
    if (typeof segment === 'string') leftOut.push({ line: line.line, why: segment });
    else listed(incoming, episode).push(segment);
  }
  const result: Matched = { changes: [], added: 0, known: 0, replaced: 0, leftOut };
  for (const [episode, segments] of incoming) {
    const here = new Set(episode.segments.map(letters));
    const fresh = segments.filter((segment) => !here.has(letters(segment)));
    result.known += segments.length - fresh.length;
    result.added += fresh.length;
    const stated = new Set(segments.map(letters));
    const stays =
      how === 'keep' ? episode.segments : episode.segments.filter((segment) => stated.has(letters(segment)));
    const gone = episode.segments.length - stays.length;
    result.replaced += gone;
    if (fresh.length === 0 && gone === 0) continue;
    const after = inOrder([...stays, ...fresh]);
    result.changes.push({ episode: episode.id, before: episode.segments, after });
  }
  return result;
}

/** The list at a key, made where there is none. */
function listed<K, T>(lists: Map<K, T[]>, key: K): T[] {
  let list = lists.get(key);
  if (!list) lists.set(key, (list = []));
  return list;
}

/** Two stretches are the same to the letter where these are. */
export const letters = ({ from, to, text, progress }: Segment) => JSON.stringify([from, to, text, progress ?? null]);

/** A name without folders, file ending and case. */
export function plain(name: string): string {
  const last = name.replaceAll('\\', '/').split('/').pop() ?? name;
  return last
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .trim()
    .toLowerCase();
}

function segmentOf({ frames, seconds, text, progress }: DescribedLine, episode: Episode): Segment | string {
  const rate = episode.framesPerSecond;
  if (!frames && !rate) return m.engine_line_no_seconds({ name: episode.name });
  const ends = frames ?? {
    from: Math.round((seconds?.from ?? 0) * (rate ?? 0)),
    to: Math.max(Math.round((seconds?.from ?? 0) * (rate ?? 0)), Math.round((seconds?.to ?? 0) * (rate ?? 0)) - 1),
  };
  if (ends.from >= episode.frameCount) return m.engine_line_beyond_end({ name: episode.name, frame: ends.from });
  const segment = { from: ends.from, to: Math.min(ends.to, episode.frameCount - 1), text };
  return progress === null ? segment : { ...segment, progress };
}
