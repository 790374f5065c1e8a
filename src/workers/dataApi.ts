// What the data worker offers the page by comlink. Types only; everything here crosses by structured clone or transfer.
import type { Category, Episode, EpisodeChange, EpisodeChanges, Segment, Split } from '../episodes/episode';
import type { ImportEntry } from '../episodes/importLine';
import type { KeptEpisode, LibraryUsage } from '../episodes/library';
import type { PictureCacheUsage } from '../episodes/pictureCache';
import type { SplitChecks } from '../pairs/splitChecks';
import type { WindowCount } from '../pairs/summary';
import type { Recipe } from '../training/recipe';
import type { Locale } from '../words/runtime';
import type { DataCheck } from './checkData';
import type { DataReport, Sheet } from './dataReport';
import type { SimilarApi } from './explainApi';
import type { RewardDataApi, RolloutApi } from './rewardApi';

/** A file with the path under which it was dropped or picked. */
export interface PathedFile {
  path: string;
  file: File;
}

export type { ImportEntry };
export type StoredUsage = LibraryUsage;
export type EpisodePatch = EpisodeChanges;

/** A picture of an episode; the receiver closes the bitmap. */
export interface Picture {
  bitmap: ImageBitmap;
  /** Width over height as it should be shown. */
  aspect: number;
}

export interface SamplingSummary {
  episodes: Record<Split, number>;
  /** Kept frames over all episodes after downsampling and trimming. */
  keptFrames: number;
  /** Possible pairs of the training split per window, and what was left out and why. */
  byWindow: WindowCount[];
  byCategory: { category: string; episodes: number; pairs: number }[];
  /** Share of forward samples in the stream, percent; 50 by construction for stages with both orders. */
  forwardShare: number;
  describedEpisodes: number;
  /** What Chain-of-Thought samples are drawn from; null where the simulator describes all of it. */
  describedTraining: { episodes: number; pairs: number } | null;
  /** Sentences: what was left out and why, proposals such as a smaller downsampling. */
  notes: string[];
  /** Whether the splits are really apart. */
  checks: SplitChecks;
}

/** Trim and downsampling as they apply to one episode, for its scrubber. */
export interface EpisodeSampling {
  episode: Episode;
  split: Split;
  downsample: number;
  /** Why this factor, where it is not the recipe's. */
  downsampleReason: string | null;
  /** First and last raw frame that count. */
  trim: {
    start: number;
    end: number;
    automatic: boolean;
    /** Whether something is seen to move after `end`, where the studio found it. */
    movesAfter: boolean;
  };
  /** Points in a row of a picture as the model sees it. */
  modelSize: number;
  /** Raw frame numbers of the kept frames. */
  keptFrames: number[];
  /** Spatial details of a frame in words, where known (simulator). */
  details: (string | null)[];
}

/** A sample exactly as the model sees it. */
export interface RenderedSample {
  kind: 'cot' | 'tag';
  order: 'forward' | 'reverse';
  episode: Episode;
  window: number;
  /** Raw frames shown as img1 and img2. */
  frames: [number, number];
  pictures: [Picture, Picture];
  prompt: string;
  target: string;
  answer: 'img1' | 'img2';
  /** The whole sequence; `supervised` tokens count in the loss, `role` names the special ones. */
  tokens: { text: string; supervised: boolean; role: 'text' | 'image' | 'judgement' | 'special' }[];
}

/** Two moments of an episode that a person looks at while describing them. */
export interface DescribedPair {
  episodeId: string;
  /** Earlier and later raw frame. */
  frames: [number, number];
  /** How many kept frames lie between them. */
  window: number;
  order: 'forward' | 'reverse';
}

/** A task that the simulator can draw. */
export interface SimulatorTask {
  name: string;
  category: Category;
}

export interface DataApi extends SimilarApi, RewardDataApi, RolloutApi {
  /** From now on sentences come in this language. */
  speak(locale: Locale): Promise<void>;
  /** Addresses that this worker has asked for. */
  requested(): Promise<string[]>;
  /** Opens the episode library. Rejects with words where storage cannot be had; the simulator still works. */
  open(): Promise<StoredUsage>;
  /** Episodes of a recipe's source, or of the library; some of them, because thousands in one message hold the page up. */
  episodes(source: Recipe['source'], from?: number, count?: number): Promise<Episode[]>;
  /** Hands over files for the next import; a thousand in one message would hold the page up for a quarter of a second. */
  offerFiles(files: PathedFile[]): Promise<void>;
  simulatorTasks(): Promise<SimulatorTask[]>;
  /**
   * Reads these files and those offered before.
   * What lists say of episodes that were here already comes back with their entries and is not carried out.
   * @param isAttended a full disk pauses the import until somebody resumes it; otherwise recordings are refused
   * @param keepsPart of damaged videos what can be read is kept, instead of refusing them
   */
  importFiles(
    files: PathedFile[],
    onEntry: (entry: ImportEntry) => void,
    isAttended?: boolean,
    keepsPart?: boolean,
  ): Promise<ImportEntry[]>;
  cancelImport(): Promise<void>;
  /** Halts at the frames being read, without losing them; a full disk does so by itself. */
  pauseImport(): Promise<void>;
  resumeImport(): Promise<void>;
  updateEpisode(id: string, patch: EpisodePatch): Promise<Episode>;
  /** Changes all of them, or none. */
  updateEpisodes(changes: EpisodeChange[]): Promise<Episode[]>;
  removeEpisodes(ids: string[]): Promise<void>;
  restoreEpisodes(ids: string[]): Promise<void>;
  /** Forgets some of the removed episodes for good. */
  forgetEpisodes(ids: string[]): Promise<void>;
  /** Forgets for good what was removed more than a week ago. */
  purgeEpisodes(): Promise<StoredUsage>;
  /** Imported episodes, removed ones too, in the order of their import. */
  keptEpisodes(): Promise<KeptEpisode[]>;
  /** A piece of an episode's stored frames: [n, 128, 128, 3]. */
  storedFrames(id: string, chunk: number): Promise<ArrayBuffer>;
  /** An episode that comes in, beside the library until it is kept. Rejects where its id is taken. */
  takeEpisode(episode: Episode, fingerprint: string | null): Promise<void>;
  /** The next of its frames. @param sum their CRC-32 */
  takeFrames(id: string, file: Blob, sum: number): Promise<void>;
  /** Rejects where frames are missing. */
  sealEpisode(id: string): Promise<void>;
  /** The episodes that came in join the library. */
  keepTakenEpisodes(): Promise<void>;
  dropTakenEpisodes(): Promise<void>;
  usage(): Promise<StoredUsage>;
  /** How much room the simulator's drawn pictures take that are kept for later. */
  pictureCache(): Promise<PictureCacheUsage>;
  /** Lets them take up to so many bytes on disk during this visit, where so much is free. */
  allowPictures(bytes: number): Promise<void>;
  /** Forgets them; they are drawn again when needed. Rejects with words where another tab uses them. */
  dropPictureCache(): Promise<PictureCacheUsage>;
  /** Pictures of raw frames, `size` pixels wide. */
  pictures(episodeId: string, frames: number[], size: number): Promise<Picture[]>;
  episodeSampling(episodeId: string, recipe: Recipe): Promise<EpisodeSampling>;
  samplingSummary(recipe: Recipe): Promise<SamplingSummary>;
  /** Whether a run by this recipe has what it needs; quick. */
  checkData(recipe: Recipe): Promise<DataCheck>;
  /** Statistics, checks, trivial judges and a contact sheet of each task. Progress in [0, 1]. */
  dataReport(recipe: Recipe, onProgress: (share: number) => void): Promise<{ report: DataReport; sheets: Sheet[] }>;
  /** Samples `position`, `position + 1`, … of a stage's stream. */
  renderedSamples(recipe: Recipe, stage: number, position: number, count: number): Promise<RenderedSample[]>;
  /**
   * The CoT sample of two moments under descriptions that need not be stored yet; null where a moment has none.
   * Rejects where the frames are not the episode's.
   */
  composedSample(recipe: Recipe, pair: DescribedPair, segments: Segment[]): Promise<RenderedSample | null>;
  /** Draws a pair for the start page and for Judge: two moments of an unseen episode. */
  examplePair(recipe: Recipe, position: number): Promise<ExamplePair>;
  /** The same pairs at `from`, `from + 1`, … without their pictures. */
  examplePairs(recipe: Recipe, from: number, count: number): Promise<Omit<ExamplePair, 'pictures'>[]>;
  /** Serves batches on this port to the GPU worker. */
  connect(port: MessagePort): Promise<void>;
}

export interface ExamplePair {
  episode: Episode;
  /** Earlier and later raw frame. */
  frames: [number, number];
  window: number;
  pictures: [Picture, Picture];
}
