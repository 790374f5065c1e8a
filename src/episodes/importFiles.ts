// Imports dropped or picked files: two recordings at a time, each by itself, so that a file that is broken gets its
// sentence and the others go on. Progress is reported an entry a file, at most ten times a second.
import { ignoredSentence, episodeOf, planImport } from './importPlan';
import type { PathedFile, Read, Recording } from './importPlan';
import { proposeDownsample } from './downsampling';
import { readImages } from './images';
import type { EpisodeLibrary } from './library';
import { counted, inSeconds, Refusal, refuseIfCancelled } from './refusal';
import type { RefusalReason } from './refusal';
import { readSidecar } from './sidecar';
import type { Sidecar } from './sidecar';
import { UNKNOWN_TASK } from './taskText';
import { readVideo } from './video';
import type { KeepFrames, ReadOptions, ReadProgress } from './video';

export interface ImportEntry {
  /** Path of the file, or of the folder of an image episode. */
  path: string;
  state: 'queued' | 'reading' | 'done' | 'refused' | 'ignored' | 'duplicate';
  /** Share done in [0, 1], null where the length is not known. */
  progress: number | null;
  /** Frames decoded in a second of this import. */
  framesPerSecond: number | null;
  secondsLeft: number | null;
  /** What happened, in words; for refused files why and what to do. */
  sentence: string;
  episodeId: string | null;
  reason: RefusalReason | null;
}

export interface ImportOptions {
  signal?: AbortSignal;
  onEntry?: (entry: ImportEntry) => void;
  /** For tests: how long the browser may take for a frame. */
  watchdogMs?: number;
}

const AT_ONCE = 2;
const REPORT_MS = 100;

/**
 * Reads everything that was given into the library.
 * @returns the last entry of every recording and list, and one for all files that were left alone; never throws for a
 *   bad file
 */
export async function importFiles(
  files: readonly PathedFile[],
  library: EpisodeLibrary,
  options: ImportOptions = {},
): Promise<ImportEntry[]> {
  const plan = planImport(files);
  const entries: ImportEntry[] = [];
  const begin = (path: string): Line => {
    const line = new Line(path, options.onEntry);
    entries.push(line.entry);
    return line;
  };
  const lines = plan.recordings.map((recording) => ({ recording, line: begin(recording.path || 'Images') }));
  const sidecars: Sidecar[] = [];
  for (const { path, file } of plan.sidecars) {
    const line = begin(path);
    try {
      const sidecar = await readSidecar(path, file);
      sidecars.push(sidecar);
      line.end(sidecar.facts.size + sidecar.segments.size > 0 ? 'done' : 'ignored', sidecarSentence(sidecar));
    } catch (error) {
      line.refuse(error);
    }
  }
  if (plan.ignored.length > 0) begin(plan.ignored[0]?.path ?? '').end('ignored', ignoredSentence(plan.ignored));

  const taken = new Set<string>();
  const queue = lines.values();
  const work = async () => {
    for (const { recording, line } of queue) {
      try {
        await importOne(recording, line, library, sidecars, taken, options);
      } catch (error) {
        line.refuse(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return entries.map((entry) => ({ ...entry }));
}

async function importOne(
  recording: Recording,
  line: Line,
  library: EpisodeLibrary,
  sidecars: readonly Sidecar[],
  taken: Set<string>,
  options: ImportOptions,
): Promise<void> {
  refuseIfCancelled(options.signal);
  line.start();
  const id = await identify(recording);
  const known = await library.get(id);
  if (known || taken.has(id)) {
    const name = known ? ` as “${known.name}”` : '';
    line.end('duplicate', `The same recording is in the library already${name}; it was not added again.`, id);
    return;
  }
  taken.add(id);
  const writer = await library.write(id);
  try {
    const readOptions: ReadOptions = {
      signal: options.signal,
      watchdogMs: options.watchdogMs,
      progress: (progress) => line.report(progress),
    };
    const { read, sentence } = await readRecording(recording, id, (bytes) => writer.write(bytes), readOptions);
    const episode = episodeOf(recording, read, sidecars);
    refuseIfCancelled(options.signal);
    await writer.commit(episode);
    const { why } = proposeDownsample(episode.frameCount, episode.framesPerSecond);
    const task = episode.task === UNKNOWN_TASK ? 'Type its task: neither its name nor a list tells it.' : null;
    line.end('done', [sentence, why, task].filter((part) => part !== null).join(' '), id);
  } catch (error) {
    taken.delete(id);
    // The first error says what happened; clearing up may fail for the same reason and is made up for at the next start.
    await writer.abort().catch(() => undefined);
    throw error;
  }
}

async function readRecording(
  recording: Recording,
  id: string,
  keep: KeepFrames,
  options: ReadOptions,
): Promise<{ read: Read; sentence: string }> {
  if (recording.kind === 'images') {
    const { frameCount, width, height } = await readImages(recording.files, keep, options);
    const read = { id, frameCount, framesPerSecond: null, aspect: width / height };
    return { read, sentence: `${counted(frameCount, 'image')}, ${width} × ${height} pixels.` };
  }
  const file = recording.files[0]?.file;
  if (!file) throw new Refusal('unreadable', 'The file is gone.');
  const facts = await readVideo(file, keep, options);
  const { frameCount, framesPerSecond, width, height } = facts;
  const first = `${facts.codec}, ${width} × ${height} pixels, ${counted(frameCount, 'frame')}, ${inSeconds(facts.seconds)}.`;
  return {
    read: { id, frameCount, framesPerSecond, aspect: width / height },
    sentence: [first, ...facts.notes].join(' '),
  };
}

/**
 * The id of a recording: its readable name and a hash of name, sizes and the first megabyte, so that the same recording
 * is known again and always gets the same id.
 */
async function identify(recording: Recording): Promise<string> {
  const name = recording.path.split('/').pop() || 'images';
  const sizes = recording.files.map(({ path, file }) => `${path.split('/').pop()}:${file.size}`).sort();
  const first = recording.files[0]?.file;
  const head = first ? await first.slice(0, 2 ** 20).arrayBuffer() : new ArrayBuffer(0);
  const label = new TextEncoder().encode(`${name}\n${sizes.join('\n')}\n`);
  const bytes = new Uint8Array(label.byteLength + head.byteLength);
  bytes.set(label);
  bytes.set(new Uint8Array(head), label.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = Array.from(digest.subarray(0, 5), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const slug = name
    .replace(/\.[^.]+$/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${slug || 'recording'}-${hash}`;
}

function sidecarSentence(sidecar: Sidecar): string {
  const described = [...sidecar.segments.values()].reduce((sum, segments) => sum + segments.length, 0);
  const parts: string[] = [];
  if (sidecar.facts.size > 0) parts.push(`Describes ${counted(sidecar.facts.size, 'recording')}.`);
  if (described > 0)
    parts.push(`Describes ${counted(described, 'stretch').replace('stretchs', 'stretches')} of episodes.`);
  if (parts.length === 0) parts.push('No line of this file describes a recording.');
  return [...parts, ...sidecar.problems].join(' ');
}

/** One line of the list: its state, its rate, and its reports in good time. */
class Line {
  readonly entry: ImportEntry;
  readonly #onEntry: ((entry: ImportEntry) => void) | undefined;
  #started = 0;
  #reported = 0;

  constructor(path: string, onEntry: ((entry: ImportEntry) => void) | undefined) {
    this.#onEntry = onEntry;
    this.entry = {
      path,
      state: 'queued',
      progress: null,
      framesPerSecond: null,
      secondsLeft: null,
      sentence: 'Waiting.',
      episodeId: null,
      reason: null,
    };
    this.#send();
  }

  start(): void {
    this.#started = performance.now();
    Object.assign(this.entry, { state: 'reading', progress: 0, sentence: 'Reading.' });
    this.#send();
  }

  report({ done, total }: ReadProgress): void {
    const now = performance.now();
    if (now - this.#reported < REPORT_MS) return;
    this.#reported = now;
    const rate = done / Math.max((now - this.#started) / 1000, 1e-3);
    this.entry.progress = total === null ? null : done / total;
    this.entry.framesPerSecond = rate;
    this.entry.secondsLeft = total === null ? null : (total - done) / rate;
    this.entry.sentence = `${done} of ${total === null ? 'an unknown number of frames' : counted(total, 'frame')}.`;
    this.#send();
  }

  end(state: 'done' | 'ignored' | 'duplicate', sentence: string, episodeId: string | null = null): void {
    Object.assign(this.entry, { state, sentence, episodeId, progress: 1, secondsLeft: 0 });
    this.#send();
  }

  refuse(error: unknown): void {
    const known = error instanceof Refusal;
    Object.assign(this.entry, {
      state: 'refused',
      reason: known ? error.reason : 'unreadable',
      sentence: known
        ? error.message
        : `The file could not be read (${String(error)}). Copy or convert it and add it again.`,
      secondsLeft: null,
    });
    this.#send();
  }

  #send(): void {
    this.#onEntry?.({ ...this.entry });
  }
}
