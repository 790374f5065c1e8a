// docs/reward.md: the judge at work, in tables made of docs/experiments/reward.json, safety.json and policy.json. Nobody writes
// a figure into it by hand.
import { table } from '../../evaluation/experiments/markdown';
import type { Estimate, MethodSummary } from './summary';

interface Table {
  [method: string]: MethodSummary;
}

export interface RewardFile {
  date: string;
  model: string;
  episodes: { successes: number; mishaps: number; unseenTasks: number };
  heldOut: {
    with: {
      medianVoc: Estimate;
      progressCorrelation: Estimate;
      regressions: { known: number; marked: number; recall: Estimate; precision: Estimate };
      reversedSignRight: Estimate;
      reversedSignRightOnUnseenTasks: Estimate | null;
      consistency: Estimate;
      stalls: { certainty: Estimate; elsewhere: Estimate };
      outcomes: { successes: number; failures: number; byDone: Estimate; byValue: Estimate; byNegativeRate: Estimate };
    };
  };
  methods: { all: Table; successes: Table; unseenTasks: Table };
  byMishap: Record<string, { episodes: number; curve: MethodSummary; time: MethodSummary }>;
  real: Record<
    string,
    {
      successes: { episodes: number; methods: Table };
      failures: { episodes: number; methods: Table };
      unknown: { episodes: number };
      consistency: Estimate;
      negativeRate: Estimate;
      ranking: { byDone: Estimate; byValue: Estimate; byNegativeRate: Estimate };
    }
  > | null;
}

interface Rate {
  estimate: number | null;
  low: number | null;
  high: number | null;
}

interface Trade {
  model: string;
  rule: { threshold: number; certainty: number };
  rollouts: { undisturbed: number; perturbed: number };
  curve: {
    threshold: number;
    falseAlarmRate: Rate;
    stoppedBeforeDamage: Rate;
    detectionRate: Rate;
    delayFrames: { median: number | null };
  }[];
  byPerturbation: Record<
    string,
    { rollouts: number; harmful: number; stoppedBeforeDamage: ({ threshold: number } & Rate)[] }
  >;
}

export interface SafetyFile extends Trade {
  others: Trade[];
}

interface Learnt {
  seeds: { seed: number; seconds: number; steps: number[] }[];
  final: { mean: number; low: number; high: number };
  judge?: Record<string, number | null>;
}

export interface PolicyFile {
  judge: string;
  worlds: number;
  tasks: Record<string, { sentence: string; rewards: Record<string, Learnt | null> }>;
}

const METHOD_WORDS: Readonly<Record<string, string>> = {
  curve: 'the progress curve',
  vlac: 'VLAC’s rule on the same critic',
  'vlac mix': 'VLAC’s `mix_f` on the same critic',
  features: 'nearness to the last frame, features (VIP, LIV)',
  pixels: 'nearness to the last frame, pixels',
  others: 'order of shuffled frames (GVL)',
  time: 'time itself',
};

const REWARD_WORDS: Readonly<Record<string, string>> = {
  preference: 'the judge’s preferences',
  sparse: 'success alone',
  progress: 'true progress',
};

/** @param texts hand-written Markdown by name: `intro`, `curve`, `real`, `policy`, `safety`, `limits` */
export function rewardPage(
  reward: RewardFile,
  safety: SafetyFile | null,
  policy: PolicyFile | null,
  texts: Readonly<Record<string, string>>,
): string {
  return [
    '# The judge at work',
    '<!-- Made by `npm run experiment -- page` from the reports in docs/experiments/. Do not edit: write texts into docs/experiments/text/. -->',
    texts['intro'],
    '## A dense reward',
    texts['curve'],
    curveSection(reward),
    reward.real ? '## Recordings of real robots' : '',
    reward.real ? texts['real'] : '',
    reward.real ? realSection(reward.real) : '',
    policy ? '## Policies that learn from it' : '',
    policy ? texts['policy'] : '',
    policy ? policySection(policy) : '',
    safety ? '## A safety boundary' : '',
    safety ? texts['safety'] : '',
    safety ? safetySection(safety) : '',
    texts['limits'],
  ]
    .filter((part): part is string => Boolean(part))
    .map((part) => part.trim())
    .join('\n\n')
    .concat('\n');
}

function curveSection({ methods, heldOut, episodes, byMishap }: RewardFile): string {
  const { with: w } = heldOut;
  return [
    `On ${episodes.successes} successes and ${episodes.mishaps} episodes in which something goes wrong, of trained tasks, none of which the judge was trained on; in brackets 95 % intervals over episodes:`,
    methodsTable(methods.all, methods.successes),
    table(
      ['what', 'figure'],
      [
        ['regressions of true progress that are marked', `${rate(w.regressions.recall)} % of ${w.regressions.known}`],
        ['marks that are regressions', `${rate(w.regressions.precision)} % of ${w.regressions.marked}`],
        ['reversed films on which the curve falls', `${rate(w.reversedSignRight)} %`],
        [
          'the same on tasks that the judge never saw',
          w.reversedSignRightOnUnseenTasks ? `${rate(w.reversedSignRightOnUnseenTasks)} %` : '–',
        ],
        ['answers that survive the swap', `${rate(w.consistency)} %`],
        [
          'mean certainty where nothing gets on, and elsewhere',
          `${rate(w.stalls.certainty, 2)}, ${rate(w.stalls.elsewhere, 2)}`,
        ],
        ['a success is told from a failure by its last frame', rate(w.outcomes.byDone, 2)],
        ['… by what the curve has earned', rate(w.outcomes.byValue, 2)],
      ],
    ),
    'By what goes wrong, correlation with true progress of the curve and of time:',
    table(
      ['mishap', 'episodes', 'the curve', 'time'],
      Object.entries(byMishap).map(([name, one]) => [
        name,
        `${one.episodes}`,
        rate(one.curve.progressCorrelation, 3),
        rate(one.time.progressCorrelation, 3),
      ]),
    ),
  ].join('\n\n');
}

function methodsTable(all: Table, successes: Table): string {
  return table(
    [
      'value',
      'VOC, successes',
      'reversed films that fall %',
      'steps that do not fall %',
      'correlation with true progress',
      'error',
    ],
    Object.entries(all).map(([name, one]) => [
      METHOD_WORDS[name] ?? name,
      rate(successes[name]?.medianVoc ?? null, 3),
      rate(successes[name]?.reversedSignRight ?? null),
      rate(scaled(one.monotonicity, 100)),
      rate(one.progressCorrelation, 3),
      rate(one.error, 3),
    ]),
  );
}

function realSection(real: NonNullable<RewardFile['real']>): string {
  return Object.entries(real)
    .map(([judge, { successes, failures, unknown, consistency, negativeRate, ranking }]) =>
      [
        `**A judge that ${judge}**: ${successes.episodes} successes, ${failures.episodes} failures, ${unknown.episodes} of unknown outcome. Answers that survive the swap: ${rate(consistency)} %; steps back: ${rate(negativeRate)} %; a success is ranked above a failure by its last frame: ${rate(ranking.byDone, 2)}, by the curve’s end: ${rate(ranking.byValue, 2)}.`,
        table(
          ['value', 'VOC, successes', 'VOC, failures', 'steps that do not fall %, successes'],
          Object.entries(successes.methods).map(([name, one]) => [
            METHOD_WORDS[name] ?? name,
            rate(one.medianVoc, 2),
            rate(failures.methods[name]?.medianVoc ?? null, 2),
            rate(scaled(one.monotonicity, 100)),
          ]),
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}

function policySection({ judge, worlds, tasks }: PolicyFile): string {
  const rows = Object.entries(tasks).flatMap(([name, { sentence, rewards }]) =>
    Object.entries(rewards).flatMap(([reward, learnt]) => {
      if (!learnt) return [];
      const steps = Math.max(...learnt.seeds.flatMap((seed) => seed.steps));
      const { mean, low, high } = learnt.final;
      return [
        [
          `${name} (“${sentence}”)`,
          REWARD_WORDS[reward] ?? reward,
          `${mean.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`,
          `${learnt.seeds.length}`,
          `${steps}`,
          learnt.judge?.['agreesWithTruth'] ? `${(100 * learnt.judge['agreesWithTruth']).toFixed(0)}` : '–',
        ],
      ];
    }),
  );
  return [
    `Success at the end (mean of the last ten rollouts of ${worlds} worlds; in brackets the lowest and highest seed). The judge is the ${judge} model.`,
    table(['task', 'rewarded by', 'success %', 'seeds', 'steps', 'judge agrees with true progress %'], rows),
  ].join('\n\n');
}

function safetySection({ others, ...first }: SafetyFile): string {
  return [first, ...others]
    .map(({ model, rule, rollouts, curve, byPerturbation }) =>
      [
        `**Watched by the ${model} model**: ${rollouts.undisturbed} undisturbed and ${rollouts.perturbed} disturbed rollouts. Chosen on other rollouts: stop after more than ${rule.threshold} preferences in a row below −${rule.certainty}.`,
        table(
          ['threshold (ticks)', 'false alarms %', 'harm stopped in time %', 'noticed at all %', 'median delay (ticks)'],
          curve
            .filter(({ threshold }) => threshold <= 16 || threshold === rule.threshold)
            .map((point) => [
              point.threshold === rule.threshold ? `**${point.threshold}**` : `${point.threshold}`,
              rate(point.falseAlarmRate),
              rate(point.stoppedBeforeDamage),
              rate(point.detectionRate),
              `${point.delayFrames.median ?? '–'}`,
            ]),
        ),
        table(
          ['disturbance', 'rollouts', 'of them harmful', 'harm stopped in time %'],
          Object.entries(byPerturbation).map(([name, one]) => [
            name,
            `${one.rollouts}`,
            `${one.harmful}`,
            rate(one.stoppedBeforeDamage.find(({ threshold }) => threshold === rule.threshold) ?? null),
          ]),
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}

const scaled = ({ estimate, low, high, ...rest }: Estimate, by: number): Estimate => ({
  ...rest,
  estimate: estimate && estimate * by,
  low: low && low * by,
  high: high && high * by,
});

/** "84.2 [80.1, 88.0]", the estimate alone where there is no interval, a dash where there is none. */
function rate(one: Rate | null, digits = 1): string {
  if (one === null || one.estimate === null) return '–';
  const [estimate, low, high] = [one.estimate, one.low, one.high].map((value) => value?.toFixed(digits));
  return low === undefined || high === undefined ? `${estimate}` : `${estimate} [${low}, ${high}]`;
}
