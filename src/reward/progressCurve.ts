// The progress curve: a step that comes closer to done earns the judge's certainty, a counterproductive one costs a small
// penalty (the paper's section 5.3: 0.1), and the curve is their sum. Each step is seen through windows of several strides
// around it, so nothing in the curve lags behind the pictures.
import * as m from '../words/messages';
import { FEWEST_FRAMES, score, signed, type CriticReading, type StrideAnswers } from './reading';

/** What a counterproductive step costs unless somebody says otherwise. */
export const PENALTY = 0.1;

export interface ProgressCurve {
  /** [T − 1] signed certainty that step k, from frame k to frame k + 1, comes closer to done; in (−1, 1). */
  critic: Float32Array<ArrayBuffer>;
  /** [T] what was earned up to each frame, as a share of what T − 1 certain steps would earn. */
  value: Float32Array<ArrayBuffer>;
  /** [T] the lowest and the highest of the curves that a single stride and order would give. */
  low: Float32Array<ArrayBuffer>;
  high: Float32Array<ArrayBuffer>;
}

/**
 * @param penalty for a counterproductive step, from 0
 * @throws RangeError where the episode is too short for the smallest stride
 */
export function progressCurve(reading: Pick<CriticReading, 'frames' | 'strides'>, penalty = PENALTY): ProgressCurve {
  const steps = reading.frames.length - 1;
  const usable = reading.strides.filter(({ shown }) => shown.length > 0);
  if (usable.length === 0) throw new RangeError(m.critic_too_short({ frames: steps + 1, fewest: FEWEST_FRAMES }));
  const critic = stepCritic(usable, steps, score);
  const value = summed(critic, penalty);
  const singles = usable.flatMap((answers) =>
    [byShown, bySwapped].map((way) => summed(stepCritic([answers], steps, way), penalty)),
  );
  const among = (pick: (...values: number[]) => number) =>
    value.map((own, t) => pick(own, ...singles.map((single) => single[t] ?? own)));
  return { critic, value, low: among(Math.min), high: among(Math.max) };
}

const byShown = ({ shown }: StrideAnswers, m: number) => shown[m] ?? NaN;
const bySwapped = ({ swapped }: StrideAnswers, m: number) => -(swapped[m] ?? NaN);

/** [steps] mean over the strides of the signed certainty of the window around each step. */
function stepCritic(
  strides: readonly StrideAnswers[],
  steps: number,
  logit: (answers: StrideAnswers, m: number) => number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: steps }, (_, k) => {
    const all = strides.map((answers) => signed(logit(answers, windowAround(answers, k))));
    return all.reduce((sum, one) => sum + one, 0) / all.length;
  });
}

/** The first frame of the stride's window about step k, moved in at the ends of the episode. */
function windowAround({ stride, shown }: StrideAnswers, k: number): number {
  return Math.min(shown.length - 1, Math.max(0, k - Math.floor(stride / 2)));
}

function summed(critic: Float32Array, penalty: number): Float32Array<ArrayBuffer> {
  const value = new Float32Array(critic.length + 1);
  critic.forEach((certainty, k) => {
    value[k + 1] = (value[k] ?? 0) + (certainty > 0 ? certainty : -penalty) / critic.length;
  });
  return value;
}
