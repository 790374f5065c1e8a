// What lies beside the recordings and says more about them: JSON Lines with one episode or one described segment a line,
// CSV tables of tasks, and a text file with the name of the video. A bad line is left out with a sentence and its number;
// it never costs the rest of the file.
import * as v from 'valibot';
import type { Segment } from './episode';
import * as m from '../words/messages';
import { many } from '../base/numbers';

const MOST_LINES = 200_000;
const LONGEST_LINE = 64 * 1024;
const LARGEST_FILE = 64 * 1024 * 1024;
const MOST_PROBLEMS = 20;

const text = (longest: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(longest));
const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9));

const factsSchema = v.object({
  task: v.nullish(text(500)),
  outcome: v.nullish(v.picklist(['success', 'failure', 'unknown'])),
  split: v.nullish(v.picklist(['train', 'validation', 'test'])),
  /** The same for all cameras of one run. */
  rollout: v.nullish(text(200)),
  /** The episode that a video shows, where it is known under another name as well. */
  episodeId: v.nullish(text(200)),
  /** Number of pictures that trimEnd and idleStart count. */
  frames: v.nullish(index),
  trimEnd: v.nullish(index),
  idleStart: v.nullish(index),
  sourceFps: v.nullish(v.pipe(v.number(), v.minValue(0.01), v.maxValue(10_000))),
  sourceFrameIndices: v.nullish(v.pipe(v.array(index), v.maxLength(100_000))),
  licence: v.nullish(text(200)),
  attribution: v.nullish(text(2000)),
});

/** Facts about one episode, as a sidecar states them. */
export type EpisodeFacts = v.InferOutput<typeof factsSchema>;

const namedSchema = v.union([v.object({ id: text(200) }), v.object({ file: text(500) })]);
/** Frames are called `from` and `to`, or, in descriptions that the studio wrote, `from_frame` and `to_frame`. */
const segmentSchema = v.pipe(
  v.object({
    episode: text(500),
    /** Its file, where that is not what `episode` says. */
    file: v.nullish(text(500)),
    from: v.nullish(index),
    to: v.nullish(index),
    from_frame: v.nullish(index),
    to_frame: v.nullish(index),
    text: text(500),
    progress: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    frames: v.nullish(v.pipe(index, v.minValue(1))),
  }),
  v.transform(({ from, to, from_frame, to_frame, ...rest }) => ({
    ...rest,
    from: from ?? from_frame ?? null,
    to: to ?? to_frame ?? null,
  })),
  v.check(
    ({ from, to }) => from !== null && to !== null,
    () => m.engine_neither_from_to(),
  ),
  v.check(
    ({ from, to }) => (from ?? 0) <= (to ?? 0),
    () => m.engine_from_after_to(),
  ),
);
/** A line of `meta/episodes.jsonl` of a LeRobot data set. */
const lerobotSchema = v.object({ episode_index: index, tasks: v.pipe(v.array(text(500)), v.minLength(1)) });

/** A described stretch as a sidecar gives it. */
export interface CountedSegment extends Segment {
  /** Number of frames of the recording that `from` and `to` count, where the line says it. */
  frames?: number;
}

export interface Sidecar {
  /** Folder whose files it describes, '' for the top. */
  folder: string;
  /** By id or file name as written. */
  facts: Map<string, EpisodeFacts>;
  segments: Map<string, CountedSegment[]>;
  /** Sentences about lines that were left out. */
  problems: string[];
}

function emptySidecar(folder: string): Sidecar {
  return { folder, facts: new Map(), segments: new Map(), problems: [] };
}

/**
 * Reads one sidecar.
 * @param path decides the form by its ending (.jsonl, .csv, .txt) and the folder it speaks about
 */
export async function readSidecar(path: string, file: Blob): Promise<Sidecar> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  // LeRobot keeps its lists in a folder `meta` beside the videos.
  if (parts.at(-1) === 'meta') parts.pop();
  const sidecar = emptySidecar(parts.join('/'));
  if (file.size > LARGEST_FILE) {
    sidecar.problems.push(m.engine_list_large({ most: LARGEST_FILE / 2 ** 20 }));
    return sidecar;
  }
  const content = (await file.text()).replace(/^\uFEFF/, '');
  const ending = name.toLowerCase().split('.').pop();
  if (ending === 'csv') readTable(content, sidecar);
  else if (ending === 'txt') readTask(name, content, sidecar);
  else readLines(content, sidecar);
  return sidecar;
}

function readLines(content: string, sidecar: Sidecar): void {
  const problems = new Problems(sidecar.problems);
  let number = 0;
  for (const line of content.split(/\r?\n/)) {
    number++;
    if (number > MOST_LINES) {
      problems.add(m.engine_list_lines_after({ most: MOST_LINES }));
      break;
    }
    if (line.trim() === '') continue;
    const problem = line.length > LONGEST_LINE ? m.engine_line_long() : readLine(line, sidecar);
    if (problem !== null) problems.add(m.engine_line_left_out({ line: number, why: problem }));
  }
  problems.end();
}

/** Takes one line in, or says what is wrong with it. */
function readLine(line: string, sidecar: Sidecar): string | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return m.engine_line_no_json();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return m.engine_line_no_object();
  if ('episode' in value && 'text' in value) {
    const segment = v.safeParse(segmentSchema, value);
    if (!segment.success) return describe(segment.issues);
    const { episode, file, from, to, text: words, progress, frames } = segment.output;
    const stretch: CountedSegment = { from: from ?? 0, to: to ?? 0, text: words };
    if (typeof progress === 'number') stretch.progress = progress;
    if (typeof frames === 'number') stretch.frames = frames;
    for (const name of new Set([episode, file ?? episode])) {
      const known = sidecar.segments.get(name);
      if (known) known.push(stretch);
      else sidecar.segments.set(name, [stretch]);
    }
    return null;
  }
  const lerobot = v.safeParse(lerobotSchema, value);
  if (lerobot.success) {
    const id = `episode_${String(lerobot.output.episode_index).padStart(6, '0')}`;
    sidecar.facts.set(id, { task: lerobot.output.tasks.join(' ') });
    return null;
  }
  const named = v.safeParse(namedSchema, value);
  if (!named.success) return m.engine_line_names_nothing();
  const facts = v.safeParse(factsSchema, value);
  if (!facts.success) return describe(facts.issues);
  sidecar.facts.set('id' in named.output ? named.output.id : named.output.file, facts.output);
  return null;
}

function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0];
  if (!issue) return m.engine_line_unexpected();
  const field = v.getDotPath(issue);
  if (issue.type === 'check') return issue.message;
  const wrong = { expected: issue.expected ?? m.engine_line_something_else(), received: issue.received.slice(0, 60) };
  return field ? m.engine_line_field_should({ field, ...wrong }) : m.engine_line_should(wrong);
}

function readTable(content: string, sidecar: Sidecar): void {
  const problems = new Problems(sidecar.problems);
  const rows = parseCsv(content);
  const header = rows.shift()?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const nameColumn = header.findIndex((title) => ['file', 'id', 'episode', 'name', 'video'].includes(title));
  if (nameColumn < 0 || !header.includes('task')) {
    problems.add(m.engine_table_columns());
    return;
  }
  for (const { cells, line } of rows.slice(0, MOST_LINES)) {
    const name = cells[nameColumn]?.trim() ?? '';
    const fields = Object.fromEntries(
      header.flatMap((title, i) => {
        const cell = cells[i]?.trim() ?? '';
        return cell !== '' && title in factsSchema.entries && TEXT_COLUMNS.has(title) ? [[title, cell]] : [];
      }),
    );
    const facts = v.safeParse(factsSchema, fields);
    if (name === '') problems.add(m.engine_line_left_out({ line, why: m.engine_line_names_no_file() }));
    else if (!facts.success) problems.add(m.engine_line_left_out({ line, why: describe(facts.issues) }));
    else sidecar.facts.set(name, facts.output);
  }
  problems.end();
}

const TEXT_COLUMNS = new Set(['task', 'outcome', 'split', 'rollout', 'licence', 'attribution']);

/** Cells in double quotes may hold commas, line ends and doubled quotes (RFC 4180). */
function parseCsv(content: string): { cells: string[]; line: number }[] {
  const rows: { cells: string[]; line: number }[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  const token = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/gy;
  for (let match = token.exec(content); match; match = token.exec(content)) {
    const [whole, raw = '', separator] = match;
    cells.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    line += whole.split('\n').length - 1;
    if (separator !== ',') {
      if (cells.some((cell) => cell.trim() !== '')) rows.push({ cells, line: rowLine });
      cells = [];
      rowLine = line;
    }
    if (token.lastIndex >= content.length) break;
  }
  return rows;
}

function readTask(name: string, content: string, sidecar: Sidecar): void {
  const task = content
    .slice(0, LONGEST_LINE)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .find((line) => line !== '');
  if (task === undefined) sidecar.problems.push(m.engine_task_file_empty());
  else if (task.length > 500) sidecar.problems.push(m.engine_task_file_long());
  else sidecar.facts.set(name.replace(/\.txt$/i, ''), { task });
}

class Problems {
  readonly #list: string[];
  #more = 0;

  constructor(list: string[]) {
    this.#list = list;
  }

  add(sentence: string): void {
    if (this.#list.length < MOST_PROBLEMS) this.#list.push(sentence);
    else this.#more++;
  }

  end(): void {
    if (this.#more > 0) this.#list.push(m.engine_lines_more(many(this.#more)));
  }
}

/** What the sidecars say about one video file or image folder; the nearest sidecar's word counts. */
export function lookUp(
  sidecars: readonly Sidecar[],
  path: string,
  kind: 'video' | 'images',
): { facts: EpisodeFacts; segments: CountedSegment[] } {
  const facts: EpisodeFacts = {};
  let segments: CountedSegment[] = [];
  const nearestFirst = sidecars
    .filter(({ folder }) => folder === '' || path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length);
  for (const sidecar of nearestFirst) {
    const relative = sidecar.folder === '' ? path : path.slice(sidecar.folder.length + 1);
    const last = relative.split('/').pop() ?? '';
    const names = [relative, last];
    if (kind === 'video') names.push(...names.map((name) => name.replace(/\.[^./]+$/, '')));
    else names.push('task');
    for (const name of names) {
      const found = sidecar.facts.get(name);
      // `task.txt` speaks about the folder that it lies in, not about all folders below.
      if (!found || (name === 'task' && kind === 'images' && relative !== '')) continue;
      for (const [key, value] of Object.entries(found)) {
        if (value !== null && value !== undefined && !(key in facts)) Object.assign(facts, { [key]: value });
      }
    }
    if (segments.length === 0) {
      segments = names.map((name) => sidecar.segments.get(name)).find((known) => known !== undefined) ?? [];
    }
  }
  return { facts, segments: [...segments].sort((a, b) => a.from - b.from || a.to - b.to) };
}
