// What an optimiser step needs besides tensors of the parameters' size: a small tensor `control` that is written before
// every step, so that a captured step can be replayed at another learning rate, and a small tensor `scaling` that the
// step itself keeps, with the loss scale of half-precision training.

/** Places of the numbers in `control`, which is a tensor [16]. */
export const CONTROL = {
  /** learningRate / (1 − β₁^step) */
  stepSize: 0,
  /** 1 / √(1 − β₂^step) */
  inverseRoot: 1,
  beta1: 2,
  beta2: 3,
  epsilon: 4,
  /** learningRate · weightDecay */
  decayRate: 5,
  /** The largest global norm of the gradient that is let through; negative for no clipping. */
  clip: 6,
  /** What one micro-step's gradient counts in the sum. */
  share: 7,
  /** 0 at a step's first micro-step: what was summed before is forgotten; else 1. */
  keep: 8,
  /** Steps with a finite gradient after which the loss scale doubles; 0 for a scale that never changes. */
  growthInterval: 9,
  /** The loss scale never grows beyond this. */
  largestScale: 10,
} as const;

export const CONTROL_SIZE = 16;

/** Places of the numbers in `scaling`, which is a tensor [4]. Its first two are the losses' upstream gradient as it is. */
export const SCALING = {
  lossScale: 0,
  /** Always 0: the judgement's loss is only looked at. */
  judgementScale: 1,
  /** Steps with a finite gradient since the scale last changed. */
  goodSteps: 2,
  /** Steps left out because their gradient was not finite. */
  skippedSteps: 3,
} as const;

export interface StepSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** 1 for the first update. */
  step: number;
  /** The largest global norm of the gradient that is let through; Infinity for no clipping. */
  clip: number;
  /** Micro-steps in a step. */
  accumulation: number;
  /** 0 (the loss scale never changes) unless said. */
  growthInterval?: number;
  /** 2²⁴ unless said. */
  largestScale?: number;
}

/**
 * The contents of `control` for a step; the bias corrections come from the integer step, so that a resumed run continues
 * to the bit.
 * @param micro number of the micro-step within the step, 0 first
 */
export function controlValues(settings: StepSettings, micro: number): Float32Array<ArrayBuffer> {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, clip, accumulation } = settings;
  const values = new Float32Array(CONTROL_SIZE);
  values[CONTROL.stepSize] = learningRate / (1 - beta1 ** step);
  values[CONTROL.inverseRoot] = 1 / Math.sqrt(1 - beta2 ** step);
  values[CONTROL.beta1] = beta1;
  values[CONTROL.beta2] = beta2;
  values[CONTROL.epsilon] = epsilon;
  values[CONTROL.decayRate] = learningRate * weightDecay;
  values[CONTROL.clip] = Number.isFinite(clip) ? clip : -1;
  values[CONTROL.share] = 1 / accumulation;
  values[CONTROL.keep] = micro === 0 ? 0 : 1;
  values[CONTROL.growthInterval] = settings.growthInterval ?? 0;
  values[CONTROL.largestScale] = settings.largestScale ?? 2 ** 24;
  return values;
}

/** The contents of `scaling` at the start; 1 where nothing is computed in half precision. */
export function startingScale(lossScale: number): Float32Array<ArrayBuffer> {
  return Float32Array.of(lossScale, 0, 0, 0);
}
