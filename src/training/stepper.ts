// One optimiser step after the other on a backend. A step is enqueued and its figures come later: on `webgpu` the whole
// step (forward, backward, accumulation, clipping, AdamW) is captured once and replayed, and the figures of many steps are
// read together; elsewhere it runs op by op.
import type { Batch } from '../batches/batch';
import type { StepSettings } from '../kernels/optimizer/control';
import type { ModelConfig } from '../model/config';
import type { ParameterTable } from '../model/parameters';
import type { ModelState } from './modelState';

export interface StepFigures {
  /** The micro-batches' losses added up: the whole, and the judgement's part. */
  loss: number;
  judged: number;
  /** Of the gradient before clipping; not finite where the step was left out because its gradient was not. */
  gradientNorm: number;
  lossScale: number;
}

export interface Stepper {
  /**
   * Enqueues one step over its micro-batches; resolves when the next may be enqueued.
   * @param settings `accumulation` is the number of batches
   */
  step(batches: readonly Batch[], settings: StepSettings): Promise<{ figures: Promise<StepFigures> }>;
  /** Has the figures of all enqueued steps read now; resolves when they are. */
  flush(): Promise<void>;
  dispose(): void;
}

export interface Trained {
  config: ModelConfig;
  table: ParameterTable;
  state: ModelState;
  /** Token ids of img1 and img2. */
  answers: readonly [number, number];
}

/** The scalars at the front of a step's results. */
export function readFigures(losses: readonly ArrayLike<number>[], norm: number, lossScale: number): StepFigures {
  const total = (part: 0 | 1) => losses.reduce((sum, pair) => sum + (pair[part] ?? NaN), 0);
  return { loss: total(0), judged: total(1), gradientNorm: norm, lossScale };
}
