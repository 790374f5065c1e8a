// What the experiment keeps of one episode: the measures of every method, and what was found of what is known.
import type { Outcome } from '../../episodes/episode';
import { doneChance } from '../done';
import { knownStalls } from '../events';
import { besideEachOther, type Measure } from '../beside';
import { PENALTY, progressCurve } from '../progressCurve';
import { consistency, score, type CriticReading } from '../reading';
import { negativeRate } from '../valueMeasures';

/** Ways to get a value out of the same reading; VLAC's rule in two of its forms. */
export const METHODS = ['curve', 'vlac', 'vlac mix', 'features', 'pixels', 'others', 'time'] as const;
export type Method = (typeof METHODS)[number];

export interface MethodRow {
  voc: number;
  /** VOC of the reversed episode, where the method can judge one. */
  vroc: number | null;
  monotonicity: number;
  /** Against true progress; null where nobody knows it. */
  correlation: number | null;
  error: number | null;
}

export interface RewardRow {
  episode: string;
  template: string;
  /** `success`, `mishap`; of recordings their split. */
  set: string;
  tasks: 'seen' | 'unseen';
  outcome: Outcome;
  mishap: string | null;
  frames: number;
  milliseconds: number;
  consistency: number;
  negativeRate: number;
  methods: Partial<Record<Method, MethodRow>>;
  /** Of the last frame. */
  value: number;
  done: number;
  /** Logit of the last frame, and of some frames of the middle, against the first. */
  endLogit: number;
  middleLogits: number[];
  /** [frames − 1] signed certainty of each step, and [frames] true progress, in hundredths: rules are chosen on these. */
  critic: number[];
  truth: number[] | null;
  /** Mean certainty in stretches in which nothing gets on, and elsewhere; of those episodes that have such stretches. */
  stall: { certainty: number; elsewhere: number } | null;
}

/** Steps of a stretch that counts as a stall: more than a hand takes to come for the next thing. */
const STALL = 16;
const MIDDLES = [0.3, 0.5, 0.7];

/** @throws RangeError where the episode is too short */
export function rewardRow(
  facts: Pick<RewardRow, 'episode' | 'template' | 'set' | 'tasks' | 'outcome' | 'mishap'>,
  reading: CriticReading,
  milliseconds: number,
): RewardRow {
  const { critic, value } = progressCurve(reading);
  const { truth, fromStart } = reading;
  const last = reading.frames.length - 1;
  const by = (rule: 'same' | 'mix') => besideEachOther(reading, { penalty: PENALTY, rule, imported: null });
  const mixed = by('mix').filter(({ name }) => name === 'vlac');
  const rows = [
    ...by('same').map((measure) => [measure.name, methodRow(measure)] as const),
    ...mixed.map((measure) => ['vlac mix', methodRow(measure)] as const),
  ];
  return {
    ...facts,
    frames: reading.frames.length,
    milliseconds: Math.round(milliseconds),
    consistency: consistency(reading),
    negativeRate: negativeRate(critic),
    methods: Object.fromEntries(rows),
    value: value[last] ?? NaN,
    done: doneChance(reading)[last] ?? NaN,
    endLogit: score(fromStart, last - 1),
    middleLogits: MIDDLES.map((share) => score(fromStart, Math.max(0, Math.round(share * last) - 1))),
    critic: Array.from(critic, hundredths),
    truth: truth && Array.from(truth, hundredths),
    stall: truth && stallOf(critic, truth),
  };
}

function methodRow({ voc, vroc, monotonicity, correlation, error }: Measure): MethodRow {
  return { voc, vroc, monotonicity, correlation, error };
}

const hundredths = (value: number) => Math.round(100 * value);

function stallOf(critic: Float32Array, truth: Float32Array): RewardRow['stall'] {
  const stalls = knownStalls(truth, STALL);
  const isIn = (k: number) => stalls.some(({ from, until }) => k >= from && k < until);
  const [inside, outside] = [critic.filter((_, k) => isIn(k)), critic.filter((_, k) => !isIn(k))];
  const mean = (values: Float32Array) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return inside.length === 0 || outside.length === 0 ? null : { certainty: mean(inside), elsewhere: mean(outside) };
}
