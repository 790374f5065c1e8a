// The curve beside other measures of the same episode, in one list: each with its values over the frames and what can be
// said of them. Drawn from the numbers of one reading; only an imported list comes from elsewhere.
import { valuesAt, type CriticList } from './criticList';
import { progressCurve } from './progressCurve';
import { reversed, score, type CriticReading } from './reading';
import { correlation, monotonicity, negativeRate, truthError, valueOrder } from './valueMeasures';
import { vlacValues, type ValueRule } from './valueRules';

export const MEASURES = ['curve', 'vlac', 'features', 'pixels', 'others', 'time', 'imported'] as const;
export type MeasureName = (typeof MEASURES)[number];

export interface Measure {
  name: MeasureName;
  /** [T] in units of its own. */
  values: Float64Array<ArrayBuffer>;
  /** [T] as it is drawn beside the curve, about 0 … 1. */
  drawn: Float64Array<ArrayBuffer>;
  voc: number;
  /** Of the episode played backwards; null where it says nothing new. */
  vroc: number | null;
  /** Share of steps back: of the critic where there is one, else of the values. */
  negativeRate: number;
  monotonicity: number;
  /** Null where the truth is not known. */
  correlation: number | null;
  error: number | null;
}

export interface BesideOptions {
  penalty: number;
  rule: ValueRule;
  imported: CriticList | null;
}

/** All measures that this reading gives, in the order of `MEASURES`. */
export function besideEachOther(reading: CriticReading, { penalty, rule, imported }: BesideOptions): Measure[] {
  const { toGoal, truth } = reading;
  const count = reading.frames.length;
  const curve = progressCurve(reading, penalty);
  const back = progressCurve(reversed(reading), penalty);
  const vlac = (critic: Float32Array) =>
    vlacValues(
      critic.map((one) => 100 * one),
      rule,
    );
  const measure = (
    name: MeasureName,
    values: Float64Array<ArrayBuffer>,
    drawn: Float64Array<ArrayBuffer>,
    critic: ArrayLike<number> | null = null,
    backwards: ArrayLike<number> | null = null,
  ): Measure => ({
    name,
    values,
    drawn,
    voc: valueOrder(values),
    vroc: backwards && valueOrder(backwards),
    negativeRate: negativeRate(critic ?? steps(values)),
    monotonicity: monotonicity(values),
    correlation: truth && correlation(values, truth),
    error: truth && truthError(values, truth),
  });
  const curveValues = Float64Array.from(curve.value);
  const vlacOwn = vlac(curve.critic);
  const near = (distances: Float32Array) => Float64Array.from(distances, (distance) => -distance);
  const [features, pixels] = [near(toGoal.features), near(toGoal.pixels)];
  const time = Float64Array.from({ length: count }, (_, t) => t / Math.max(1, count - 1));
  const measures = [
    measure('curve', curveValues, curveValues, curve.critic, back.value),
    measure('vlac', vlacOwn, share(vlacOwn), curve.critic, vlac(back.critic)),
    measure('features', features, stretched(features)),
    measure('pixels', pixels, stretched(pixels)),
  ];
  const others = reading.others && withoutTime(reading);
  if (others) measures.push(measure('others', others, stretched(others)));
  measures.push(measure('time', time, time));
  if (imported) {
    const values = valuesAt(imported.values, count);
    measures.push(measure('imported', values, share(values), imported.critics));
  }
  return measures;
}

/** [T] mean signed certainty that a frame is closer to done than others of anywhere; null where they were not asked. */
export function withoutTime({ others, frames }: CriticReading): Float64Array<ArrayBuffer> | null {
  if (!others || frames.length === 0) return null;
  const each = others.shown.length / frames.length;
  return Float64Array.from({ length: frames.length }, (_, t) => {
    let sum = 0;
    for (let i = 0; i < each; i++) sum += Math.tanh(score(others, t * each + i) / 2);
    return sum / each;
  });
}

const share = (percent: Float64Array) => Float64Array.from(percent, (one) => Math.min(1, Math.max(-1, one / 100)));

/** From its lowest, 0, to its highest, 1; level where it never changes. */
function stretched(values: Float64Array): Float64Array<ArrayBuffer> {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Float64Array.from(values, (value) => (high > low ? (value - low) / (high - low) : 0));
}

const steps = (values: Float64Array) =>
  Float64Array.from({ length: Math.max(0, values.length - 1) }, (_, k) => (values[k + 1] ?? 0) - (values[k] ?? 0));
