// An episode: one run of one task. This record holds what is known about it; its pictures are read through a
// FrameSource, because the simulator draws them on demand and imported ones live in IndexedDB.

export const CATEGORIES = [
  'pick and place',
  'packing and staging',
  'appliance and object manipulation',
  'cleaning and tidying',
  'garment manipulation',
  'cooking and food preparation',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];
export type SourceKind = 'simulator' | 'video' | 'images';
export type Outcome = 'success' | 'failure' | 'unknown';
export type Split = 'train' | 'validation' | 'test';

/** A described stretch of an episode, in raw frames, both ends included. */
export interface Segment {
  from: number;
  to: number;
  text: string;
}

export interface Episode {
  /** Stable and unique; simulated episodes are `sim-<seed>-<number>`. */
  id: string;
  source: SourceKind;
  /** Shown to people; can be changed. */
  name: string;
  /** The instruction, one sentence; can be changed. */
  task: string;
  /** Identity of the task for hold-outs and per-task figures: the simulator's template, else the task sentence. */
  template: string;
  category: Category;
  outcome: Outcome;
  /** Number of raw frames, before downsampling. */
  frameCount: number;
  framesPerSecond: number | null;
  /** Width over height of the picture as it should be shown; stored frames are squares. */
  aspect: number;
  /** Episodes of one group (cameras of one rollout, near duplicates) always fall into the same split. */
  group: string;
  /** Fixed by a sidecar; null leaves the choice to the recipe's seed. */
  split: Split | null;
  /** First and last raw frame that count, both included; null: to be found automatically. */
  trim: { start: number; end: number } | null;
  /** Factor between raw and kept frames that suits this episode; null leaves it to the recipe. */
  downsample: number | null;
  segments: Segment[];
  licence: string | null;
  attribution: string | null;
}
