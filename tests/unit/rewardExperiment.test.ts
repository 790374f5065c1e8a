// What the experiments on the judge at work are made of: medians and intervals over episodes, the chance of being done, the
// trade of a boundary, lessons from rollouts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { lessons } from '../../src/episodes/simulator/world/lessons';
import { parseRolloutId, playRollout } from '../../src/episodes/simulator/world/rolloutEpisode';
import { simulatedEpisode } from '../../src/episodes/simulator/simulatorSource';
import { DONE_RULE, doneChance, fitDone, type DoneRule } from '../../src/reward/done';
import { LOST } from '../../src/reward/events';
import { heldOutEpisodes } from '../../src/reward/experiment/heldOutEpisodes';
import { rewardRow } from '../../src/reward/experiment/row';
import {
  bootstrapped,
  mean,
  median,
  methodSummary,
  regressionFigures,
  lostOf,
} from '../../src/reward/experiment/summary';
import type { CriticReading } from '../../src/reward/reading';
import { preferencesOf } from '../../src/reward/safety/preferences';
import { bestRule, trade, type Watched } from '../../src/reward/safety/trade';
import { CELL } from '../../src/training/guard';

const floats = (values: readonly number[]) => Float32Array.from(values);

/** Frames whose judge says what the truth does, with certainty 2·σ(4) − 1. */
function truthful(truth: readonly number[], stride = 5): CriticReading {
  const frames = truth.map((_, t) => 10 * t);
  const logits = truth.slice(stride).map((later, t) => 4 * Math.sign(later - (truth[t] ?? 0)));
  const back = (values: readonly number[]) => floats(values.map((value) => -value));
  const fromStart = truth.slice(1).map((value) => 20 * value);
  return {
    frames,
    strides: [{ stride, shown: floats(logits), swapped: back(logits) }],
    fromStart: { shown: floats(fromStart), swapped: back(fromStart) },
    others: null,
    toGoal: {
      features: floats(truth.map((value) => 1 - value)),
      pixels: floats(truth.map((value) => 100 * (1 - value))),
    },
    truth: floats(truth),
  };
}

const rising = Array.from({ length: 60 }, (_, t) => t / 59);
/** Rises, falls for twenty steps, rises again. */
const undone = rising.map((_, t) => (t < 30 ? t / 40 : t < 50 ? 0.75 - (t - 30) / 40 : 0.25 + (t - 50) / 12));

const facts = { episode: 'a', template: 'b', set: 'test', tasks: 'seen', outcome: 'success', mishap: null } as const;

describe('the row of an episode', () => {
  it('of a judge that is always right follows truth and time, and falls when it is played backwards', () => {
    const row = rewardRow(facts, truthful(rising), 0);
    const { methods, consistency } = row;
    expect(methods.curve?.voc).toBe(1);
    expect(methods.curve?.vroc).toBe(-1);
    expect(methods.curve?.correlation).toBeCloseTo(1, 3);
    expect(methods.features?.voc).toBe(1);
    expect(methods.others).toBeUndefined();
    expect(consistency).toBe(1);
    expect(regressionFigures([row])).toMatchObject({ known: 0, marked: 0 });
  });

  it('finds what is undone', () => {
    const row = rewardRow(facts, truthful(undone), 0);
    const { recall, precision, known } = regressionFigures(Array.from({ length: 8 }, () => row));
    expect([known, recall.estimate, precision.estimate]).toEqual([8, 100, 100]);
    // A mark must be longer than what is undone: nothing is found, and no rule that is chosen asks for that.
    expect(regressionFigures([row], 60)).toMatchObject({ known: 1, marked: 0 });
    expect(lostOf([row], 90)).toBeLessThan(20);
    expect(lostOf([rewardRow(facts, truthful(rising), 0)], 90)).toBeNull();
    expect(methodSummary([row], 'curve')?.reversedSignRight?.episodes).toBe(1);
  });
});

describe('figures over episodes', () => {
  it('have the median of an even number between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([9])).toBe(9);
  });

  it('have an interval that holds the truth about as often as it says', () => {
    const random = new Random(5);
    let held = 0;
    for (let i = 0; i < 60; i++) {
      const values = Array.from({ length: 40 }, () => random.float() + random.float());
      const { low, high } = bootstrapped(values, mean, i);
      if ((low ?? 2) <= 1 && (high ?? 0) >= 1) held++;
    }
    expect(held).toBeGreaterThan(51);
  });

  it('have no interval where there are few', () => {
    expect(bootstrapped([1, 2, 3], mean)).toMatchObject({ estimate: 2, low: null, high: null });
    expect(bootstrapped([], mean).estimate).toBeNull();
  });
});

describe('the chance of being done', () => {
  it('is a half where the fit puts its middle, and fits what made it', () => {
    const logits = Array.from({ length: 400 }, (_, i) => 10 + (i % 100) / 10);
    const random = new Random(3);
    const labels = logits.map((x) => (random.float() < 1 / (1 + Math.exp(-1.5 * (x - 15))) ? 1 : 0));
    const rule = fitDone(logits, labels);
    expect(rule.middle).toBeGreaterThan(14.6);
    expect(rule.middle).toBeLessThan(15.4);
    expect(rule.slope).toBeGreaterThan(1);
    expect(rule.slope).toBeLessThan(2.2);
    const reading = truthful(rising);
    const chance = doneChance(reading, { middle: 20 * (30 / 59), slope: 1 });
    expect(chance[30]).toBeCloseTo(0.5, 5);
    expect(chance[59]).toBeGreaterThan(0.99);
  });
});

it('marks and says done by the rules that the experiment chose', () => {
  const { lost, doneRule } = JSON.parse(readFileSync('docs/experiments/reward.json', 'utf8')) as {
    lost: number;
    doneRule: DoneRule;
  };
  expect(LOST).toBe(lost);
  expect(DONE_RULE.middle).toBeCloseTo(doneRule.middle, 1);
  expect(DONE_RULE.slope).toBeCloseTo(doneRule.slope, 1);
});

describe('the trade of a boundary', () => {
  /** A rollout whose preferences turn at a tick. */
  function watched(perturbation: string, onset: number | null, harm: number | null, turns = onset ?? 99): Watched {
    const logits = Array.from({ length: 40 }, (_, t) => (t < 2 ? null : t < turns ? 3 : -3));
    return {
      id: `${perturbation}${onset}${harm}${turns}`,
      perturbation,
      ticks: 40,
      onset,
      harm: harm === null ? null : { tick: harm },
      scores: { 5: logits },
    };
  }
  const rollouts = [
    watched('none', null, null),
    watched('none', null, null, 20),
    watched('drift', 10, 20),
    watched('drift', 10, 13),
    // Stopped before anything was wrong: no harm, and no merit.
    watched('slip', 30, 38, 5),
  ];

  it('counts alarms, harm stopped in time and delays by hand', () => {
    const [point] = trade(rollouts, [3], 0);
    expect(preferencesOf((rollouts[2] as Watched).scores)[0]).toBeNaN();
    // Negative from tick 10 on: longer than three at tick 13, in time for 20 and too late for 13.
    expect(point?.falseAlarmRate.estimate).toBe(50);
    expect(point?.stoppedBeforeDamage.estimate).toBeCloseTo(100 / 3);
    expect(point?.detectionRate.estimate).toBeCloseTo(200 / 3);
    expect(point?.damageAvoided.estimate).toBeCloseTo(200 / 3);
    expect(point?.delayFrames).toEqual({ median: 3, low: 3, high: 3 });
  });

  it('chooses the rule that stops most with few enough alarms', () => {
    expect(bestRule(rollouts, [1, 3, 8], [0, 0.99], 40)).toEqual({ threshold: 1, certainty: 0.99 });
    expect(bestRule(rollouts, [1, 3], [0], 40)).toBeNull();
    expect(bestRule(rollouts, [1, 3], [0], 60)).toEqual({ threshold: 1, certainty: 0 });
  });
});

describe('lessons from rollouts', () => {
  it('play what went wrong backwards, to just before it began, and the rest with its retreat', () => {
    const found = [...lessons(CELL, { kind: 'deviations', count: 8 })];
    expect(new Set(found.map(({ id }) => parseRolloutId(id)?.kind)).size).toBe(4);
    for (const { id, frameCount, downsample } of found) {
      const settings = parseRolloutId(id);
      if (!settings) throw new Error(`${id} says nothing`);
      const lesson = simulatedEpisode(id);
      const whole = playRollout({ ...settings, isLesson: false });
      expect([downsample, lesson.frameCount]).toEqual([1, frameCount]);
      expect([lesson.progressAt(0), lesson.progressAt(frameCount - 1)]).toEqual([0, 1]);
      const first = settings.kind === null ? 0 : (whole?.harm?.tick ?? 0);
      const hands = (state: ReturnType<typeof lesson.stateAt> | undefined) => state?.grippers.left.position;
      expect(hands(lesson.stateAt(0))).toEqual(hands(whole?.simulated.stateAt(first)));
      const last = settings.kind === null ? (whole?.simulated.lastFrame ?? 0) : Math.max(0, (whole?.onset ?? 0) - 2);
      expect(hands(lesson.stateAt(frameCount - 1))).toEqual(hands(whole?.simulated.stateAt(last)));
      if (settings.kind === null)
        expect(frameCount).toBeGreaterThan((whole?.simulated.completionFrame ?? Infinity) + 5);
    }
  });

  it('of play say what true progress says, and are the same again', () => {
    const wanted = { kind: 'play', count: 3 } as const;
    const [one, two] = [[...lessons(CELL, wanted)], [...lessons(CELL, wanted)]];
    expect(one).toEqual(two);
    const { id, frameCount } = one[0] ?? { id: '', frameCount: 0 };
    const { progressAt } = simulatedEpisode(id);
    const progress = Array.from({ length: frameCount }, (_, frame) => progressAt(frame));
    expect(Math.max(...progress)).toBeLessThanOrEqual(1);
    expect(new Set(progress).size).toBeGreaterThan(3);
  });

  it('have numbers that nothing is measured on', () => {
    const measured = heldOutEpisodes('test', 'success', 'seen', 2).map(({ episode }) => episode.id);
    expect(measured.every((id) => id.startsWith('sim-'))).toBe(true);
    expect([...lessons(CELL, { kind: 'play', count: 2 })].every(({ id }) => /^roll-1-6\d{6}-/.test(id))).toBe(true);
  });
});
