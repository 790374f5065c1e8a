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
  /** True progress in [0, 1] as a person or another tool gave it; absent where unknown. */
  progress?: number;
}

/** What went wrong in an episode, where that is known. */
export const MISHAPS = ['slip', 'wrong object', 'undoing', 'stopped', 'drop'] as const;
export type Mishap = (typeof MISHAPS)[number];

/** What hold-outs can name besides the template. */
export interface Traits {
  /** Kinds of things handled: "mug", "drawer". */
  objects: string[];
  /** Names of the colours of things handled. */
  colours: string[];
  /** Where it happens: "workbench". */
  scene: string;
  /** Which of the template's phrasings the task sentence has: "drawer/2". */
  phrasing: string;
}

export interface Episode {
  /** Stable and unique; a simulated episode's holds all that is needed to make it again. */
  id: string;
  source: SourceKind;
  /** Shown to people; can be changed. */
  name: string;
  /** The instruction, one sentence; can be changed. */
  task: string;
  /** Its task was read off the name of a file or folder, and nobody has confirmed it. */
  taskGuessed?: boolean;
  /** Identity of the task for hold-outs and per-task figures: the simulator's template, else the task sentence. */
  template: string;
  /** The instruction whose progress these frames undo ("Close the drawer."); null where there is none. */
  counterTask: string | null;
  category: Category;
  outcome: Outcome;
  /** Null where nothing went wrong or nothing is known. */
  mishap: Mishap | null;
  /** Null for recordings, of which none of it is known. */
  traits: Traits | null;
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

/** What can be changed about an imported episode. A new task takes its template along. */
export type EpisodeChanges = Partial<
  Pick<
    Episode,
    | 'name'
    | 'task'
    | 'taskGuessed'
    | 'category'
    | 'outcome'
    | 'group'
    | 'split'
    | 'trim'
    | 'downsample'
    | 'framesPerSecond'
    | 'segments'
    | 'licence'
    | 'attribution'
  >
>;

/** A change of one of many episodes. */
export interface EpisodeChange {
  id: string;
  changes: EpisodeChanges;
}
