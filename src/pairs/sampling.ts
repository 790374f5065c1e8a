// The sampling part of a recipe: how pairs are cut from episodes. Kept apart from the recipe because the data worker
// needs it without any model.
import * as v from 'valibot';
import * as m from '../words/messages';

export const WINDOWS = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] as const;

const percentages = v.tuple([
  v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
]);

export const samplingSchema = v.object({
  /** Raw frames for one kept frame (paper: 10). An episode's own factor goes before it. */
  downsample: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  /** Windows in kept frames with their weights; the paper takes more samples at larger windows. */
  windows: v.pipe(
    v.array(
      v.object({
        window: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
        weight: v.pipe(v.number(), v.minValue(0)),
      }),
    ),
    v.minLength(1),
    v.maxLength(64),
  ),
  /** Cut still ends and the retreat. */
  trim: v.boolean(),
  /** Pairs whose largest visible change is below this are pauses and left out; 1 is just visible, 0 keeps all. */
  minimumChange: v.pipe(v.number(), v.minValue(0)),
  /**
   * Where true progress is known, the later frame of a pair must be ahead by this share, else the pair is left out:
   * what stands still or is undone does not come closer to the goal.
   */
  minimumProgress: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Shares of train, validation and test, in percent. */
  split: v.pipe(
    percentages,
    v.check(
      (p) => Math.abs(p[0] + p[1] + p[2] - 100) < 1e-6,
      () => m.engine_shares_100(),
    ),
  ),
  /** Fixes the split and the pairs that are measured on, so that runs of many seeds share them; else the recipe's seed does. */
  splitSeed: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff))),
  /** Whatever has one of these appears in the test split only. */
  holdOut: v.object({
    /** Task templates; for recordings the task sentences. */
    templates: v.array(v.string()),
    objects: v.array(v.string()),
    colours: v.array(v.string()),
    scenes: v.array(v.string()),
    phrasings: v.array(v.string()),
  }),
});

export type Sampling = v.InferOutput<typeof samplingSchema>;
export type HoldOut = Sampling['holdOut'];

export const NOTHING_HELD_OUT: HoldOut = { templates: [], objects: [], colours: [], scenes: [], phrasings: [] };

/** The paper's sampling: 10× downsampling, windows 5–16 with weights that grow with the window. */
export const PAPER_SAMPLING: Sampling = {
  downsample: 10,
  windows: WINDOWS.map((window) => ({ window, weight: window })),
  trim: true,
  minimumChange: 1,
  minimumProgress: 0.01,
  split: [80, 8, 12],
  holdOut: NOTHING_HELD_OUT,
};
