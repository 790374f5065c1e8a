// The policy panel without a page: smoothed curves and their mean over seeds, the sentence and the plot made of them, what
// the judge's answers are worth, trainings one after the other with time left and a stop, and the experiment's file.
import { describe, expect, it } from 'vitest';
import {
  courseLine,
  meanLine,
  policySentence,
  smoothed,
  standing,
  type Course,
  type PolicyCurve,
} from '../../src/app/plots/policyCurves';
import { policyDrawing, policyTable, rolloutTable } from '../../src/app/plots/policyPlot';
import { svgText } from '../../src/app/plots/svg';
import { readPolicyExperiment } from '../../src/app/state/policy/experiment';
import { curvesOf, judgeFacts, secondsFor, type Lesson } from '../../src/app/state/policy/lessons';
import { picturesIn, pictureOf } from '../../src/app/state/policy/pictureOf';
import { runTrial, type Stage } from '../../src/app/state/policy/runTrial';
import { lessonsTable, savedLessons } from '../../src/app/state/policy/savedLessons';
import { plannedSteps, TASK_NAMES, taskLabel } from '../../src/app/state/policy/tasks';
import type { JudgingFigures, RewardKind } from '../../src/reward/policy/trainPolicy';
import type { PolicyNews, PolicyOrder } from '../../src/workers/policyApi';
import { RewardService } from '../../src/workers/rewardService';

const course = (seed: number, success: number[], perRollout = 100): Course => ({
  seed,
  steps: success.map((_, i) => (i + 1) * perRollout),
  success,
  progress: success.map((share) => share / 2),
});
const curve = (kind: RewardKind, ...courses: Course[]): PolicyCurve => ({ kind, courses });

describe('a curve', () => {
  it('is the mean of five rollouts, fewer at its beginning, without what is not known', () => {
    expect(smoothed([1, 0, 0, 0, 0, 0])).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 0]);
    expect(smoothed([NaN, 0.5, NaN])).toEqual([NaN, 0.5, 0.5]);
    expect(smoothed([])).toEqual([]);
    expect(courseLine(course(1, [0, 1]), 'progress')).toEqual({ steps: [100, 200], values: [0, 25] });
  });

  it('is over seeds the mean of those that got furthest', () => {
    const three = curve('sparse', course(1, [0, 0.4]), course(2, [0.2, 0.6]), course(3, [1]));
    const line = meanLine(three, 'success');
    expect(line?.steps).toEqual([100, 200]);
    expect(line?.values[0]).toBeCloseTo(10);
    expect(line?.values[1]).toBeCloseTo(30);
    expect(meanLine(curve('sparse'), 'success')).toBeNull();
    expect(meanLine(curve('sparse', course(1, [])), 'success')).toBeNull();
  });
});

describe('the sentence', () => {
  const judged = curve('preference', course(1, [0.44, 0.44, 0.44]));

  it('compares after as many steps as all have had', () => {
    const behind = curve('sparse', course(1, [0, 0.12]));
    expect(standing([judged, behind], 'success')?.steps).toBe(200);
    expect(policySentence([judged, behind], 'success').replaceAll('\u00a0', ' ')).toBe(
      'After 200 steps the policy taught by the judge succeeds in 44 % of its tries, the one that hears of success alone in 6 %.',
    );
  });

  it('is of one alone, of progress, or that there is nothing', () => {
    expect(policySentence([curve('progress', course(1, [0.5]))], 'progress')).toMatch(
      /^After 100 steps the policy that is told its true progress comes 25\s% of the way/,
    );
    expect(policySentence([], 'success')).toBe('Nothing has been learnt yet.');
    expect(standing([], 'success')).toBeNull();
  });
});

describe('the plot', () => {
  const curves = [
    curve('preference', course(1, [0, 0.5]), course(2, [0.2, 0.7])),
    curve('sparse', course(1, [0, 0])),
    curve('progress', course(1, [0.1, 0.9])),
  ];
  const data = { curves, measure: 'success', planned: 1000 } as const;

  it('tells rewards apart by colour, dash and a name at the end, and seeds by thin lines', () => {
    const { marks } = policyDrawing(data, { width: 640, height: 380 });
    const thick = marks.flatMap((mark) => (mark.kind === 'path' && (mark.width ?? 0) >= 2 ? [mark] : []));
    expect(new Set(thick.map(({ stroke }) => stroke))).toEqual(new Set(['forward', 'reverse', 'neutral']));
    expect(new Set(thick.map(({ dash }) => JSON.stringify(dash))).size).toBe(3);
    const words = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
    for (const name of ['judge', 'success', 'progress', '0 %', '100 %', '1,000']) expect(words).toContain(name);
    const thin = marks.filter((mark) => mark.kind === 'path' && mark.width === 1 && mark.opacity === 0.55);
    expect(thin.length).toBe(2);
  });

  it('stays within its size, be it narrow, and can be written down', () => {
    for (const width of [300, 640]) {
      const drawing = policyDrawing(data, { width, height: 300 });
      for (const mark of drawing.marks) if (mark.kind === 'text') expect(mark.x).toBeLessThanOrEqual(width);
      expect(svgText(drawing)).not.toContain('NaN');
    }
    expect(
      svgText(policyDrawing({ curves: [], measure: 'progress', planned: 0 }, { width: 400, height: 300 })),
    ).toMatch(/^<svg/);
  });

  it('has a table of its lines, and one of every rollout', () => {
    const { columns, rows } = policyTable(data);
    expect(columns).toEqual(['Steps', 'What the judge prefers %', 'Success alone %', 'True progress %']);
    expect(rows).toEqual([
      [100, 10, 0, 10],
      [200, 35, 0, 50],
    ]);
    const all = rolloutTable(curves);
    expect(all.rows.length).toBe(8);
    expect(all.rows[3]).toEqual(['What the judge prefers', 2, 200, 70, 35]);
  });
});

const judging = (truth: number | null, consistency = 0.9): JudgingFigures => ({
  pairs: 64,
  kept: 50,
  consistency,
  judgeAgreement: truth,
  rewardTruth: 0.6,
  rewardForesight: 0.7,
  rewardAgreement: 0.8,
  loss: 0.5,
});

const news = (iteration: number, given: Partial<PolicyNews> = {}): PolicyNews => ({
  iteration,
  environmentSteps: 384 * iteration,
  successRate: 0.25,
  everRate: 0.25,
  meanProgress: 0.5,
  meanReturn: 1,
  preferences: 0,
  judged: 0,
  judging: null,
  ppo: {} as PolicyNews['ppo'],
  greedy: null,
  task: 'Put the cube into the tray.',
  film: new Uint8Array(3 * 2 * 2 * 3).fill(iteration),
  size: 2,
  ...given,
});

describe('the judge', () => {
  it('is known by its five newest judgings', () => {
    const told = Array.from({ length: 7 }, (_, i) =>
      news(i + 1, { judged: 64 * (i + 1), preferences: 40, judging: judging(i < 2 ? 0 : i === 2 ? null : 0.5) }),
    );
    const lessons: Lesson[] = [
      { kind: 'preference', seed: 1, told },
      { kind: 'sparse', seed: 1, told: [news(1)] },
    ];
    const facts = judgeFacts(lessons);
    expect(facts).toMatchObject({ judged: 448, preferences: 40, truth: 0.5, foreseen: 0.7 });
    expect(facts?.consistency).toBeCloseTo(0.9);
    expect(judgeFacts([{ kind: 'sparse', seed: 1, told: [news(1)] }])).toBeNull();
    expect(judgeFacts([{ kind: 'preference', seed: 1, told: [news(1)] }])?.truth).toBeNull();
  });
});

describe('the time left', () => {
  it('takes kinds not measured yet to be as fast as the others', () => {
    const left = [
      { kind: 'preference', rollouts: 3 },
      { kind: 'sparse', rollouts: 10 },
    ] as const;
    expect(secondsFor(left, new Map())).toBeNull();
    expect(secondsFor(left, new Map([['preference', 2]]))).toBe(26);
    expect(secondsFor(left, new Map([['preference', 2] as const, ['sparse', 1] as const]))).toBe(16);
  });
});

describe('trainings', () => {
  const trial = { kinds: ['preference', 'sparse'], seeds: 2, rollouts: 5 } as const;

  /** Trains at once, a second a rollout. */
  async function run(stopAt = Infinity) {
    let [time, rollouts] = [0, 0];
    const begun: string[] = [];
    const stages: Stage[] = [];
    const isDone = await runTrial(trial, {
      train: async (kind, seed, onNews) => {
        begun.push(`${kind} ${seed}`);
        for (let i = 1; i <= trial.rollouts && rollouts < stopAt; i++) {
          await Promise.resolve();
          time += 1000;
          rollouts++;
          onNews(news(i));
        }
        return rollouts < stopAt;
      },
      isCancelled: () => rollouts >= stopAt,
      tell: (stage, told) => void (told && stages.push(stage)),
      now: () => time,
    });
    return { isDone, begun, stages };
  }

  it('run one after the other, every reward with a seed before the next seed', async () => {
    const { isDone, begun, stages } = await run();
    expect(isDone).toBe(true);
    expect(begun).toEqual(['preference 1', 'sparse 1', 'preference 2', 'sparse 2']);
    expect(stages.map(({ share }) => share)).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) / 20));
    expect(stages.map(({ secondsLeft }) => secondsLeft)).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
    expect(stages.at(-1)).toMatchObject({ lesson: 3, kind: 'sparse', seed: 2, rollout: 5 });
  });

  it('are stopped, and none begins after that', async () => {
    const { isDone, begun, stages } = await run(7);
    expect(isDone).toBe(false);
    expect(begun).toEqual(['preference 1', 'sparse 1']);
    expect(stages.length).toBe(7);
  });

  it('have steps that are known before, and tasks with names', () => {
    expect(plannedSteps('put into the tray', 60)).toBe(23_040);
    for (const name of TASK_NAMES) expect(taskLabel(name)).not.toBe(name);
    expect(taskLabel('something new')).toBe('something new');
  });

  it('are saved as a table and in the form of the experiment', () => {
    const told = [1, 2].map((i) => news(i, { judging: i === 1 ? judging(0.55) : null, judged: 64 }));
    const lessons: Lesson[] = [1, 2].map((seed) => ({ kind: 'preference', seed, told }));
    const { columns, rows } = lessonsTable(lessons);
    expect([columns.length, rows.length]).toEqual([11, 4]);
    expect(rows[0]?.slice(0, 6)).toEqual(['What the judge prefers', 1, 1, 384, 25, 50]);
    const asked = {
      task: 'put into the tray',
      model: 'Cured',
      rollouts: 2,
      kinds: ['preference', 'sparse'],
      seeds: 2,
    } as const;
    const judge = { kind: 'shipped', name: 'cured' } as const;
    const saved = savedLessons({ trial: asked, judge, sentence: 'Put it.', lessons, at: new Date(0) });
    const read = readPolicyExperiment(JSON.parse(JSON.stringify(saved)));
    expect(read).toMatchObject({ date: '1970-01-01T00:00:00.000Z', judge: 'Cured' });
    expect(read?.tasks[0]?.finals).toEqual([{ kind: 'preference', seeds: 2, mean: 25, low: 25, high: 25 }]);
    expect(read?.tasks[0]?.curves).toEqual(curvesOf(asked.kinds, lessons));
  });
});

describe('a film', () => {
  it('gives its pictures as a canvas takes them, and after its end the last', () => {
    const film = Uint8Array.from({ length: 3 * 4 * 3 }, (_, i) => Math.floor(i / 12));
    const reel = { kind: 'sparse', seed: 1, rollout: 1, size: 2, film } as const;
    expect(picturesIn(reel)).toBe(3);
    expect([...pictureOf(reel, 1)].slice(0, 8)).toEqual([1, 1, 1, 255, 1, 1, 1, 255]);
    expect(pictureOf(reel, 99)).toEqual(pictureOf(reel, 2));
  });
});

describe("the experiment's file", () => {
  const seeds = [{ seed: 4, steps: [384, 768], success: [0, 0.5], progress: [0.1, 0.6] }];

  it('is read as curves with what they end at', () => {
    const read = readPolicyExperiment({
      date: '2026-11-23',
      command: 'x',
      judge: 'cured',
      tasks: {
        'put into the tray': {
          sentence: 'Put it.',
          rewards: {
            sparse: { seeds, final: { mean: 25, low: 10, high: 40 } },
            preference: { seeds, final: { mean: 50, low: null, high: null }, judge: { agreesWithTruth: 0.7 } },
            progress: null,
          },
        },
      },
    });
    expect(read).toMatchObject({ date: '2026-11-23', judge: 'cured' });
    const [task] = read?.tasks ?? [];
    expect(task?.truth).toBe(0.7);
    expect(task?.curves.map(({ kind }) => kind)).toEqual(['preference', 'sparse']);
    expect(task?.curves[0]?.courses[0]).toEqual(seeds[0]);
    expect(task?.finals[1]).toEqual({ kind: 'sparse', seeds: 1, mean: 25, low: 10, high: 40 });
  });

  it('is nothing where no training can be read, and keeps what can', () => {
    const broken = [null, 7, [], {}, { tasks: 3 }, { tasks: { a: { rewards: { sparse: { seeds: [{}] } } } } }];
    for (const written of broken) expect(readPolicyExperiment(written)).toBeNull();
    const partly = { steps: [384, 768, null], success: [0.5, null, 1] };
    const read = readPolicyExperiment({
      tasks: { a: { rewards: { sparse: { seeds: [partly, 'x'] } }, b: 1 }, b: null },
    });
    expect(read?.tasks.length).toBe(1);
    expect(read?.tasks[0]?.curves[0]?.courses).toEqual([{ seed: 1, steps: [384], success: [0.5], progress: [NaN] }]);
    expect(read?.tasks[0]).toMatchObject({ finals: [], truth: null });
  });
});

describe('the worker that trains a policy', () => {
  it('says so until the training has ended, however that comes about', async () => {
    const ends: ((isDone: boolean) => void)[] = [];
    const lend = () =>
      new Promise<never>((resolve, reject) =>
        ends.push((isDone) => (isDone ? resolve(true as never) : reject(new Error('lost')))),
      );
    const service = new RewardService(lend);
    expect(service.isTrainingPolicy).toBe(false);
    const order = { model: { kind: 'live' } } as PolicyOrder;
    const [first, second] = [0, 1].map(() => service.trainPolicy(order, () => undefined));
    await service.cancelPolicy();
    expect(service.isTrainingPolicy).toBe(true);
    ends[0]?.(true);
    await first;
    expect(service.isTrainingPolicy).toBe(true);
    ends[1]?.(false);
    await expect(second).rejects.toThrow('lost');
    expect(service.isTrainingPolicy).toBe(false);
  });
});
