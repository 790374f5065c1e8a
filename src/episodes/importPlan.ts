// Sorts dropped or picked files into recordings to read, sidecars that describe them, and files to leave alone; and
// makes the episode records from what was read and what is said about them.
import { proposeDownsample, USUAL_DOWNSAMPLE } from './downsampling';
import type { Episode, EpisodeChanges, Segment, SourceKind } from './episode';
import { lookUp } from './sidecar';
import type { CountedSegment, EpisodeFacts, Sidecar } from './sidecar';
import { storedFrameAt } from './storedFrames';
import { categoryOf, taskFromPath, templateOf } from './taskText';
import { FEWEST_IMAGES } from './images';
import * as m from '../words/messages';
import { many } from '../base/numbers';

export interface PathedFile {
  path: string;
  file: File;
}

export interface Recording {
  kind: 'video' | 'images';
  /** Path of the video file or of the image folder ('' for images at the top). */
  path: string;
  files: PathedFile[];
}

export interface ImportPlan {
  recordings: Recording[];
  sidecars: PathedFile[];
  ignored: PathedFile[];
}

const VIDEO = /\.(mp4|m4v|mov|qt|webm|mkv|avi|mpe?g|mts|m2ts|ts|ogv|3gp|3g2|wmv|flv|divx)$/i;
const IMAGE = /\.(jpe?g|png|webp)$/i;
const LIST = /\.(jsonl|csv|txt)$/i;

export function planImport(files: readonly PathedFile[]): ImportPlan {
  const plan: ImportPlan = { recordings: [], sidecars: [], ignored: [] };
  const folders = new Map<string, PathedFile[]>();
  const stems = new Set(files.filter(({ path }) => VIDEO.test(path)).map(({ path }) => path.replace(/\.[^./]+$/, '')));
  for (const { path: given, file } of files) {
    const path = given.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '');
    const entry = { path, file };
    const hidden = path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
    if (hidden) plan.ignored.push(entry);
    else if (VIDEO.test(path)) plan.recordings.push({ kind: 'video', path, files: [entry] });
    else if (IMAGE.test(path)) {
      const folder = path.split('/').slice(0, -1).join('/');
      const known = folders.get(folder);
      if (known) known.push(entry);
      else folders.set(folder, [entry]);
    } else if (LIST.test(path) && (!/\.txt$/i.test(path) || isTaskFile(path, stems, files))) plan.sidecars.push(entry);
    else plan.ignored.push(entry);
  }
  const hasVideos = plan.recordings.length > 0;
  for (const [path, images] of folders) {
    // A few pictures beside videos are covers and thumbnails.
    if (hasVideos && images.length < FEWEST_IMAGES) plan.ignored.push(...images);
    else plan.recordings.push({ kind: 'images', path, files: images });
  }
  return plan;
}

/** A text file speaks of a task only as `task.txt`, or under the name of a video or a folder; never a README. */
function isTaskFile(path: string, videoStems: ReadonlySet<string>, files: readonly PathedFile[]): boolean {
  const stem = path.replace(/\.txt$/i, '');
  return /(^|\/)task$/i.test(stem) || videoStems.has(stem) || files.some((other) => other.path.startsWith(`${stem}/`));
}

/** What was left alone, in a sentence. */
export function ignoredSentence(ignored: readonly PathedFile[]): string {
  const first = ignored.slice(0, 3).map(({ path }) => path.split('/').pop());
  const more = ignored.length - first.length;
  const names = more > 0 ? m.engine_import_and_more({ names: first.join(', '), more }) : first.join(', ');
  return m.engine_import_ignored({ ...many(ignored.length), names });
}

export interface Read {
  id: string;
  frameCount: number;
  framesPerSecond: number | null;
  aspect: number;
  /** Frames of the file, and which of them were stored; absent where all were. */
  shownFrames?: number;
  places?: readonly number[];
}

type Counted = Pick<Read, 'frameCount' | 'shownFrames' | 'places'>;

/** The record of a recording, from its pictures, its sidecars and its path. */
export function episodeOf(recording: Recording, read: Read, sidecars: readonly Sidecar[]): Episode {
  const { facts, segments } = lookUp(sidecars, recording.path, recording.kind);
  const told = toldOf(facts, segments, read);
  const task = told.task ?? taskFromPath(recording.path);
  const source: SourceKind = recording.kind;
  const last = recording.path.split('/').pop() ?? '';
  const framesPerSecond = told.framesPerSecond ?? null;
  const { factor } = proposeDownsample(read.frameCount, framesPerSecond);
  return {
    id: read.id,
    source,
    name: recording.kind === 'video' ? last.replace(/\.[^.]+$/, '') : last || m.engine_import_images(),
    template: templateOf(task),
    category: categoryOf(task),
    outcome: 'unknown',
    counterTask: null,
    mishap: null,
    traits: null,
    frameCount: read.frameCount,
    aspect: read.aspect,
    group: recording.kind === 'images' && last !== '' ? last : read.id,
    split: null,
    trim: null,
    downsample: factor === USUAL_DOWNSAMPLE ? null : factor,
    segments: [],
    licence: null,
    attribution: null,
    ...told,
    task,
    ...(told.task === undefined && { taskGuessed: true }),
    framesPerSecond,
  };
}

/** What lists say of a recording, and nothing else. */
export function toldOf(
  facts: EpisodeFacts,
  segments: readonly CountedSegment[],
  read: Omit<Read, 'id' | 'aspect'>,
): EpisodeChanges {
  const group = facts.rollout ?? facts.episodeId;
  const trim = trimOf(facts, read);
  const framesPerSecond = read.framesPerSecond ?? sampledRate(facts);
  const stretches = segmentsOf(segments, read);
  return {
    ...(facts.task && { task: facts.task }),
    ...(facts.outcome && { outcome: facts.outcome }),
    ...(facts.split && { split: facts.split }),
    ...(group && { group }),
    ...(trim && { trim }),
    ...(framesPerSecond !== null && { framesPerSecond }),
    ...(stretches.length > 0 && { segments: stretches }),
    ...(facts.licence && { licence: facts.licence }),
    ...(facts.attribution && { attribution: facts.attribution }),
  };
}

/** Rate of images that were taken from a video at known frames. */
function sampledRate({ sourceFps, sourceFrameIndices: indices }: EpisodeFacts): number | null {
  const [first, last] = [indices?.[0], indices?.at(-1)];
  if (!sourceFps || !indices || first === undefined || last === undefined || last <= first) return null;
  return (sourceFps * (indices.length - 1)) / (last - first);
}

/** `idleStart` and `trimEnd` count the sidecar's `frames`; they hold only where just those were read. */
function trimOf(facts: EpisodeFacts, read: Counted): Episode['trim'] {
  const { trimEnd, idleStart, frames } = facts;
  const count = frames ?? read.frameCount;
  if (typeof trimEnd !== 'number') return null;
  const map = mapOf(count, read);
  if (!map) return null;
  const start = map(idleStart ?? 0);
  const last = count - 1 - trimEnd;
  const end = last < 0 ? -1 : map(last);
  return start < end && end < read.frameCount ? { start, end } : null;
}

/** Described stretches in stored frames. They count `frames` where they say so, else what they can only mean. */
function segmentsOf(segments: readonly CountedSegment[], read: Counted): Segment[] {
  const furthest = segments.reduce((most, { to }) => Math.max(most, to), 0);
  const guessed = furthest >= read.frameCount ? (read.shownFrames ?? read.frameCount) : read.frameCount;
  return segments.flatMap(({ frames, ...segment }) => {
    const map = mapOf(frames ?? guessed, read);
    if (!map || segment.from >= (frames ?? guessed)) return [];
    const last = read.frameCount - 1;
    return [{ ...segment, from: Math.min(map(segment.from), last), to: Math.min(map(segment.to), last) }];
  });
}

/** From frames of a recording as others count them to stored ones; null where they count something else. */
function mapOf(count: number, { frameCount, shownFrames, places }: Counted): ((frame: number) => number) | null {
  if (count === frameCount) return (frame) => frame;
  if (count !== shownFrames || !places) return null;
  return (frame) => storedFrameAt(places, frame);
}
