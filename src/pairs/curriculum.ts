// What a curriculum asks of the pairs of one step. The recipe says how a stage is to ease in (training/recipe.ts), the
// schedule turns that and the step into one of these, and the sampler keeps to it.

/** Least and largest window, in kept frames. */
export type WindowRange = readonly [number, number];

/** `progress` is the share of the way that has been gone, in [0, 1]; at 1 the sampling is its own again. */
export type Easing =
  /** Windows on their way from these to the sampling's own: wide to narrow or the other way. */
  | { kind: 'windows'; from: WindowRange; progress: number }
  /** Visible change that a pair must have, on its way down to the sampling's least. */
  | { kind: 'changes'; from: number; progress: number }
  /** Templates that take part, from one to all of them. */
  | { kind: 'tasks'; progress: number };

/** No pair is wider than this, whatever a curriculum asks. */
export const WIDEST_WINDOW = 128;
