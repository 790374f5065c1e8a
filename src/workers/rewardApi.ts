// The judge at work along episodes: offered by both workers. Types only.
import type { Episode } from '../episodes/episode';
import type { CriticReading } from '../reward/reading';
import type { Recipe } from '../training/recipe';
import type { ModelChoice } from './gpuApi';
import type { ModelIdentity } from './modelNames';

/** How an episode is cut into the frames that are looked at. */
export type Walked = Pick<Recipe['sampling'], 'downsample' | 'trim'>;

/** The frames of an episode that the judge walks along. */
export interface Walk {
  task: string;
  /** Raw frame numbers. */
  frames: number[];
  /** [frames.length] true progress where it is known. */
  truth: Float32Array<ArrayBuffer> | null;
}

/** What the data worker offers the GPU worker. */
export interface WalkApi {
  walk(episodeId: string, sampling: Walked): Promise<Walk>;
  /** [frames.length, size, size, 3] bytes. */
  walkPictures(episodeId: string, frames: number[], size: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface ReadingRequest {
  model: ModelChoice;
  episodeId: string;
  sampling: Walked;
  /** Goes before the episode's own task sentence. */
  task?: string;
  /** Whether frames are also compared without regard to time. */
  others?: boolean;
  strides?: number[];
}

export interface EpisodeReading {
  reading: CriticReading;
  task: string;
  model: { identity: ModelIdentity; weights: string | null; recipe: Recipe };
  milliseconds: number;
}

/** What the GPU worker does. */
export interface RewardApi {
  /** Has a model judge along an episode; one at a time, a later one ends the one before. Null where it was cancelled. */
  readEpisode(request: ReadingRequest, onProgress: (share: number) => void): Promise<EpisodeReading | null>;
  cancelReading(): Promise<void>;
}

/** What comes between a policy and its plan. */
export type PerturbationName = 'none' | 'drift' | 'slip' | 'wrong object' | 'collision course';
/** What a policy does once the boundary stopped it. */
export type Response = 'hold' | 'back off' | 'reset';

export interface RolloutOrder {
  template: string;
  /** Another draw of the same. */
  number: number;
  perturbation: PerturbationName;
  /** The boundary interrupts it at this tick. */
  stop?: { tick: number; response: Response } | null;
}

/** What is known about a rollout afterwards; its pictures are those of the episode with its id, a frame a tick. */
export interface RolloutFacts {
  id: string;
  task: string;
  template: string;
  perturbation: PerturbationName;
  ticks: number;
  /** The tick from which on the policy deviates from its plan. */
  onset: number | null;
  /** What went wrong for good. */
  harm: { kind: string; object: string; tick: number } | null;
  succeeded: boolean;
  /** [ticks] true progress. */
  progress: Float32Array;
}

/** What the data worker does for the safety view. */
export interface RolloutApi {
  /** Templates of which rollouts can be made. */
  rolloutTasks(): Promise<string[]>;
  rollout(order: RolloutOrder): Promise<RolloutFacts>;
}

/** A video of an episode over its curve. */
export interface OverlayRequest {
  episodeId: string;
  /** Raw frames, one for each picture of the video. */
  frames: number[];
  /** Pictures in a second. */
  rate: number;
  /** The curve as it was drawn. */
  plot: ImageBitmap;
  /** Where in it the scrubber stands at each picture, and from where to where it reaches. */
  places: number[];
  top: number;
  bottom: number;
  /** What is written beside each picture. */
  readouts: string[];
}

export interface OverlayVideo {
  bytes: ArrayBuffer;
  type: string;
  ending: 'mp4' | 'webm';
}

/** What the data worker does for the page. */
export interface RewardDataApi extends Pick<WalkApi, 'walk'> {
  /** Simulated episodes that no model was trained on; later ones from `from` on. */
  unseenEpisodes(mishaps: boolean, from: number, count: number): Promise<Episode[]>;
  /** Null where it was cancelled. Rejects with words where this browser can write no video. */
  overlayVideo(request: OverlayRequest, onProgress: (share: number) => void): Promise<OverlayVideo | null>;
  cancelOverlay(): Promise<void>;
}
