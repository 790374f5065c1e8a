// What the experiment with policies wrote down, read with care: it may be of an earlier or a later studio.
import type { RewardKind } from '../../../reward/policy/trainPolicy';
import { REWARD_KINDS, type Course, type PolicyCurve } from '../../plots/policyCurves';

/** Percent: mean success over the last rollouts, with the lowest and the highest seed. */
export interface Final {
  kind: RewardKind;
  seeds: number;
  mean: number;
  low: number | null;
  high: number | null;
}

export interface MeasuredTask {
  name: string;
  sentence: string;
  curves: readonly PolicyCurve[];
  finals: readonly Final[];
  /** The share of pairs that the judge put in their true order, of those that it could tell apart; null where unknown. */
  truth: number | null;
}

export interface PolicyExperiment {
  date: string;
  judge: string;
  /** Those with any training. */
  tasks: readonly MeasuredTask[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Null where it holds no training that can be read. */
export function readPolicyExperiment(written: unknown): PolicyExperiment | null {
  const { date, judge, tasks } = fieldsOf(written);
  const read = Object.entries(fieldsOf(tasks)).map(([name, task]) => readTask(name, fieldsOf(task)));
  const known = read.filter(({ curves }) => curves.length > 0);
  return known.length === 0 ? null : { date: textOf(date), judge: textOf(judge), tasks: known };
}

function readTask(name: string, { sentence, rewards }: Fields): MeasuredTask {
  const curves: PolicyCurve[] = [];
  const finals: Final[] = [];
  for (const kind of REWARD_KINDS) {
    const { seeds, final } = fieldsOf(fieldsOf(rewards)[kind]);
    const courses = (Array.isArray(seeds) ? seeds : []).flatMap((one, i) => readCourse(fieldsOf(one), i + 1));
    if (courses.length === 0) continue;
    curves.push({ kind, courses });
    const { mean, low, high } = fieldsOf(final);
    if (numberOf(mean) !== null)
      finals.push({ kind, seeds: courses.length, mean: Number(mean), low: numberOf(low), high: numberOf(high) });
  }
  const { judge } = fieldsOf(fieldsOf(rewards)['preference']);
  const truth = numberOf(fieldsOf(judge)['agreesWithTruth']);
  return { name, sentence: textOf(sentence), curves, finals, truth };
}

/** As far as all of its numbers go; nothing where that is nowhere. */
function readCourse({ seed, steps, success, progress }: Fields, usual: number): Course[] {
  const [at, shares, ways] = [steps, success, progress].map((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  const known = (at ?? []).flatMap((step, i) => {
    const [x, share] = [numberOf(step), numberOf(shares?.[i])];
    return x === null || share === null ? [] : [{ x, share, way: numberOf(ways?.[i]) ?? NaN }];
  });
  if (known.length === 0) return [];
  return [
    {
      seed: numberOf(seed) ?? usual,
      steps: known.map(({ x }) => x),
      success: known.map(({ share }) => share),
      progress: known.map(({ way }) => way),
    },
  ];
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
