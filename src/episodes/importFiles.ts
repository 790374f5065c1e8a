// Imports dropped or picked files: two recordings at a time, each by itself, so that a file that is broken gets its
// sentence and the others go on. A recording is known again by its content, under any name. An import can be paused, by
// the visitor or by a full disk, and goes on from the frame where it stopped.
import { ignoredSentence, episodeOf, planImport } from './importPlan';
import type { PathedFile, Read, Recording } from './importPlan';
import { proposeDownsample } from './downsampling';
import type { Episode } from './episode';
import { fingerprintOf } from './fingerprint';
import type { Gate, ImportControl } from './importControl';
import { ImportLine } from './importLine';
import type { ImportEntry } from './importLine';
import { ImportSpace } from './importSpace';
import { readImages } from './images';
import { readLate } from './lateLists';
import type { Dropped } from './lateLists';
import type { EpisodeLibrary } from './library';
import { inSeconds, Refusal, refuseIfCancelled } from './refusal';
import { readSidecar } from './sidecar';
import type { Sidecar } from './sidecar';
import { readVideo } from './video';
import type { KeepFrames, ReadOptions } from './video';
import * as m from '../words/messages';
import { many } from '../base/numbers';

export interface ImportOptions {
  signal?: AbortSignal;
  /** Pauses and cancels the import. */
  control?: ImportControl;
  /**
   * A full disk pauses the import, so that somebody can make room and resume through `control`; otherwise the recording
   * is refused.
   */
  isAttended?: boolean;
  /** Gives up what can be had again, where the disk is full; whether that was anything. */
  makeRoom?: () => Promise<boolean>;
  /** Of damaged or cut-off videos keeps what can be read, instead of refusing them. */
  keepsPart?: boolean;
  onEntry?: (entry: ImportEntry) => void;
  /** For tests: how long the browser may take for a frame. */
  watchdogMs?: number;
  /** For tests: bytes that can still be stored, null where nobody knows. */
  bytesLeft?: () => Promise<number | null>;
}

const AT_ONCE = 2;
/** Names that a sentence lists. */
const NAMED = 3;

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
  const begin = (path: string, of: readonly PathedFile[]): ImportLine => {
    const bytes = of.reduce((sum, { file }) => sum + file.size, 0);
    const line = new ImportLine(entries.length, path, bytes, options.onEntry);
    entries.push(line.entry);
    return line;
  };
  const lines = plan.recordings.map((recording) => ({
    recording,
    line: begin(recording.path || m.engine_import_images(), recording.files),
  }));
  const before = plan.sidecars.length > 0 ? await library.list() : [];
  const lists: { sidecar: Sidecar; line: ImportLine }[] = [];
  for (const given of plan.sidecars) {
    const line = begin(given.path, [given]);
    try {
      const sidecar = await readSidecar(given.path, given.file);
      lists.push({ sidecar, line });
      line.end(saysSomething(sidecar) ? 'done' : 'ignored', sidecarSentence(sidecar));
    } catch (error) {
      line.refuse(error);
    }
  }
  if (plan.ignored.length > 0) begin(plan.ignored[0]?.path ?? '', []).end('ignored', ignoredSentence(plan.ignored));

  const sidecars = lists.map(({ sidecar }) => sidecar);
  const space = new ImportSpace(options.bytesLeft);
  const drop: Drop = { library, sidecars, options, taken: new Map(), here: new Map(), space };
  const queue = lines.values();
  const work = async () => {
    for (const { recording, line } of queue) {
      try {
        await importOne(recording, line, drop);
      } catch (error) {
        line.refuse(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (!(options.control?.signal ?? options.signal)?.aborted) {
    sayChanges(lists, before, { recordings: plan.recordings, here: drop.here });
  }
  return entries.map((entry) => ({ ...entry }));
}

/** What the recordings of one import share. */
interface Drop {
  library: EpisodeLibrary;
  sidecars: readonly Sidecar[];
  options: ImportOptions;
  /** Contents that were read or are being read, each with the lines of further copies. */
  taken: Map<string, { path: string; copies: ImportLine[] }>;
  /** Recordings that were here before, by the ids of their episodes. */
  here: Map<string, Recording>;
  space: ImportSpace;
  /** Room is made once for all that find the disk full. */
  room?: Promise<boolean> | undefined;
}

async function importOne(recording: Recording, line: ImportLine, drop: Drop): Promise<void> {
  const { library, options, taken } = drop;
  const control = options.control;
  const signal = control?.signal ?? options.signal;
  await control?.gate();
  refuseIfCancelled(signal);
  line.start();
  const gate: Gate = {
    get paused() {
      return control?.paused ?? false;
    },
    gate: async () => {
      if (control?.paused) {
        line.pause(null);
        await control.gate();
        line.resume();
      }
      refuseIfCancelled(signal);
    },
  };
  const fingerprint = await fingerprintOf(recording.kind, recording.files, () => gate.gate());
  const known = await library.withFingerprint(fingerprint);
  if (known) {
    const sentence = m.engine_import_known({ name: known.name });
    drop.here.set(known.id, recording);
    line.end('duplicate', sentence, known.id);
    return;
  }
  const id = `${slugOf(recording)}-${fingerprint.slice(0, 10)}`;
  const other = taken.get(fingerprint);
  if (other) {
    other.copies.push(line);
    line.end('duplicate', m.engine_import_twice({ path: other.path }), id);
    return;
  }
  const own = { path: recording.path || m.engine_import_images(), copies: [] as ImportLine[] };
  taken.set(fingerprint, own);
  try {
    await readWhenRoom(recording, { id, fingerprint }, line, gate, drop);
  } catch (error) {
    // What was said of a copy holds no longer; it shares the fate of what it was a copy of.
    taken.delete(fingerprint);
    for (const copy of own.copies) copy.refuse(error);
    throw error;
  }
}

/** Reads a recording; while there is no room for it, the whole import waits for the visitor. */
async function readWhenRoom(
  recording: Recording,
  identity: { id: string; fingerprint: string },
  line: ImportLine,
  gate: Gate,
  drop: Drop,
): Promise<void> {
  const { control, isAttended, makeRoom } = drop.options;
  for (let anyway = false; ;) {
    // Room that is made while this one is failing is room for it, too; what was made before did not suffice.
    const { room } = drop;
    const resumes = control?.resumes;
    try {
      await readOnce(recording, identity, line, gate, anyway, drop);
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'full') throw error;
      if (room === undefined && (await (drop.room ??= makeRoom?.()))) continue;
      if (!control || !isAttended) throw error;
      if (control.resumes === resumes) {
        control.pause();
        line.pause(error);
      }
      await control.gate();
      // Deleted episodes hold their room until they are given up for good.
      await drop.library.purge();
      line.start();
      anyway = true;
    }
  }
}

async function readOnce(
  recording: Recording,
  { id, fingerprint }: { id: string; fingerprint: string },
  line: ImportLine,
  gate: Gate,
  anyway: boolean,
  { library, sidecars, options, space }: Drop,
): Promise<void> {
  const signal = options.control?.signal ?? options.signal;
  const writer = await library.write(id, fingerprint);
  try {
    const readOptions: ReadOptions = {
      signal,
      gate,
      watchdogMs: options.watchdogMs,
      keepsPart: options.keepsPart,
      plan: (frames) => space.promise(id, frames, anyway),
      progress: (progress) => line.report(progress),
    };
    const keep = async (bytes: Uint8Array<ArrayBuffer>) => {
      await writer.write(bytes);
      space.wrote(id, bytes.byteLength);
    };
    const { read, sentence } = await readRecording(recording, id, keep, readOptions);
    const episode = episodeOf(recording, read, sidecars);
    refuseIfCancelled(signal);
    await writer.commit(episode);
    const { why } = proposeDownsample(episode.frameCount, episode.framesPerSecond);
    line.end('done', [sentence, why].filter((part) => part !== null).join(' '), id);
  } catch (error) {
    // The first error says what happened; clearing up may fail for the same reason and is made up for at the next start.
    await writer.abort().catch(() => undefined);
    throw error;
  } finally {
    space.end(id);
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
    return {
      read,
      sentence: m.engine_import_images_read({ images: m.engine_count_images(many(frameCount)), width, height }),
    };
  }
  const file = recording.files[0]?.file;
  if (!file) throw new Refusal('unreadable', m.engine_file_gone());
  const facts = await readVideo(file, keep, options);
  const { frameCount, framesPerSecond, width, height, shownFrames, places } = facts;
  const frames = m.engine_count_frames(many(shownFrames));
  const size = { width, height, frames, seconds: inSeconds(facts.seconds) };
  const first = m.engine_import_video_read({ codec: facts.codec, ...size });
  return {
    read: { id, frameCount, framesPerSecond, aspect: width / height, shownFrames, places },
    sentence: [first, ...facts.notes].join(' '),
  };
}

/** The readable part of a recording's id. */
function slugOf(recording: Recording): string {
  const name = recording.path.split('/').pop() || 'images';
  const slug = name
    .replace(/\.[^.]+$/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return slug || 'recording';
}

/** What lists say of episodes that were here already goes with their lines; whoever asked for the import makes it so. */
function sayChanges(
  lists: readonly { sidecar: Sidecar; line: ImportLine }[],
  before: readonly Episode[],
  dropped: Dropped,
): void {
  let episodes = before;
  for (const { sidecar, line } of lists) {
    if (!saysSomething(sidecar)) continue;
    const { changes, absent, beyond } = readLate(sidecar, episodes, dropped);
    const byId = new Map(changes.map((change) => [change.id, change.changes]));
    episodes = episodes.map((episode) => ({ ...episode, ...byId.get(episode.id) }));
    const named = absent.slice(0, NAMED).join(', ');
    const names =
      absent.length > NAMED ? m.engine_import_and_more({ names: named, more: absent.length - NAMED }) : named;
    const said = [
      ...(changes.length > 0 ? [m.engine_list_changes(many(changes.length))] : []),
      ...(changes.length === 0 && dropped.recordings.length === 0 ? [m.engine_list_changes_none()] : []),
      ...(absent.length > 0 ? [m.engine_list_absent({ ...many(absent.length), names })] : []),
      ...(beyond > 0 ? [m.engine_list_beyond(many(beyond))] : []),
    ];
    if (said.length > 0) line.endList([...said, sidecarSentence(sidecar)].join(' '), changes);
  }
}

const saysSomething = ({ facts, segments }: Sidecar) => facts.size + segments.size > 0;

function sidecarSentence(sidecar: Sidecar): string {
  const described = [...sidecar.segments.values()].reduce((sum, segments) => sum + segments.length, 0);
  const parts: string[] = [];
  if (sidecar.facts.size > 0) parts.push(m.engine_list_recordings(many(sidecar.facts.size)));
  if (described > 0) parts.push(m.engine_list_stretches(many(described)));
  if (parts.length === 0) parts.push(m.engine_list_nothing());
  return [...parts, ...sidecar.problems].join(' ');
}
