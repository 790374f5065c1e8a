// The safety boundary by hand: preferences, runs of negative ones, the tick at which it stops, and what is said of it; the
// plots and the file of a watched rollout; and rollouts that are stopped, as episodes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { svgText } from '../../src/app/plots/svg';
import { tickAt, tickDrawing, tickPanels, tickTable, type TickData } from '../../src/app/plots/safetyPlot';
import { delayDrawing, tradeDrawing, tradeTable, type TradeRow } from '../../src/app/plots/safetyTradePlot';
import { endWords, outcomeOf, outcomeSentence, secondsOf } from '../../src/app/state/safety/outcome';
import { savedWatch } from '../../src/app/state/safety/savedWatch';
import { delaySentence, pointAt, readTrade, stoppedOf, tradeSentence } from '../../src/app/state/safety/trade';
import { isSimulatorId } from '../../src/episodes/simulator/simulatorIdForm';
import { simulatedEpisode } from '../../src/episodes/simulator/simulatorSource';
import { parseRolloutId, rolloutId } from '../../src/episodes/simulator/world/rolloutEpisode';
import { signed } from '../../src/reward/reading';
import { Boundary, negativeRuns, RULE, stopTick, type BoundaryRule } from '../../src/reward/safety/boundary';
import { preferencesOf, trailingScores } from '../../src/reward/safety/preferences';
import { preset } from '../../src/training/presets';
import type { EpisodeReading, RolloutFacts } from '../../src/workers/rewardApi';
import { makeRollout, rolloutTasks } from '../../src/workers/rollouts';

const preferences = [NaN, 0.4, -0.1, -0.2, -0.3, 0.2, -0.6, -0.6, -0.6, -0.6];

describe('the boundary', () => {
  it('stops at the first run that is longer than the threshold', () => {
    expect([...negativeRuns(preferences, 0)]).toEqual([0, 0, 1, 2, 3, 0, 1, 2, 3, 4]);
    expect([0, 1, 2, 3, 4].map((threshold) => stopTick(preferences, { threshold, certainty: 0 }))).toEqual([
      2,
      3,
      4,
      9,
      null,
    ]);
    expect(stopTick([], { threshold: 0, certainty: 0 })).toBeNull();
  });

  it('counts what is negative beyond the certainty alone, and nothing where there is no preference yet', () => {
    expect([...negativeRuns(preferences, 0.25)]).toEqual([0, 0, 0, 0, 1, 0, 1, 2, 3, 4]);
    expect(stopTick([-0.5, -0.5, NaN, -0.5], { threshold: 2, certainty: 0 })).toBeNull();
    expect([...negativeRuns([0, -0, NaN, -1], 0)]).toEqual([0, 0, 0, 1]);
    expect(stopTick([-0.5, -0.5], { threshold: 0, certainty: 0.5 })).toBeNull();
  });

  it('goes on saying stop as long as the run lasts, and begins anew after a reset', () => {
    const boundary = new Boundary({ threshold: 1, certainty: 0 });
    expect([-1, -1, -1].map((one) => boundary.observe(one))).toEqual(['go on', 'stop', 'stop']);
    expect(boundary.run).toBe(3);
    boundary.reset();
    expect(boundary.run).toBe(0);
    expect([-1, -1, 1, -1].map((one) => boundary.observe(one))).toEqual(['go on', 'stop', 'go on', 'go on']);
  });
});

it('has the rule that the measured rollouts were watched with', () => {
  const { rule, certainty, model } = JSON.parse(readFileSync('docs/experiments/safety.json', 'utf8')) as {
    rule: BoundaryRule;
    certainty: number;
    model: string;
  };
  expect([RULE, RULE.certainty, model]).toEqual([rule, certainty, 'guard']);
});

describe('trailing preferences', () => {
  it('average the strides that reach back to the start, each without its order', () => {
    const stride = (by: number, shown: number[], swapped: number[]) => ({
      stride: by,
      shown: Float32Array.from(shown),
      swapped: Float32Array.from(swapped),
    });
    const reading = { frames: [0, 1, 2, 3], strides: [stride(1, [2, -1, 4], [-2, 1, 0]), stride(2, [0, 3], [2, -1])] };
    const scores = trailingScores(reading);
    expect(scores[2]).toEqual([null, null, -1, 2]);
    const found = preferencesOf(scores);
    expect(found).toHaveLength(4);
    expect(found[0]).toBeNaN();
    expect(found[1]).toBeCloseTo(signed(2), 6);
    // Both strides say −1 of frame 2, and 2 of frame 3, whichever picture comes first.
    expect(found[2]).toBeCloseTo((signed(-1) + signed(-1)) / 2, 6);
    expect(found[3]).toBeCloseTo((signed(2) + signed(2)) / 2, 6);
  });
});

const facts = (changes: Partial<RolloutFacts> = {}): RolloutFacts => ({
  id: 'roll-1',
  task: 'Put the cup away.',
  template: 'cup away',
  perturbation: 'drift',
  ticks: 40,
  onset: 20,
  harm: { kind: 'knocked over', object: 'glass', tick: 37 },
  succeeded: false,
  progress: Float32Array.from({ length: 40 }, (_, tick) => tick / 80),
  ...changes,
});
const plain = (words: string) => words.replaceAll('\u00a0', ' ');
const says = (changes: Partial<RolloutFacts>, stop: number | null, threshold = 6) =>
  plain(outcomeSentence(facts(changes), stop, threshold));

describe('what a threshold means', () => {
  it('is said with both times', () => {
    expect(says({}, 28)).toBe(
      'With a threshold of 6 ticks (2.0 s) the boundary stops it at 9.3 s, 2.7 s after the deviation began and 3.0 s before the glass would have been knocked over.',
    );
    expect(says({}, 38)).toMatch(/stops it at 12\.7 s, .* but the glass had been knocked over 0\.3 s earlier/);
    expect(says({}, null)).toMatch(/does not stop it: at 12\.3 s the glass is knocked over/);
    expect(says({ harm: null }, 28)).toMatch(/Nothing would have been damaged/);
    expect(says({}, 14)).toMatch(/2\.0 s before anything went wrong: a false alarm/);
    expect(says({ onset: null, harm: null }, 28, 1)).toMatch(/^With a threshold of 1 tick \(0\.3 s\).*a false alarm/);
    expect(says({ onset: null, harm: null }, null)).toMatch(/lets it go on to its end/);
    expect(says({ harm: null, succeeded: true }, null)).toMatch(/done all the same/);
    expect(says({ onset: null }, 28)).toMatch(/Nothing had disturbed the policy/);
  });

  it('is one of eight outcomes; at the very tick of the harm it is too late', () => {
    const harm = { kind: 'lost', object: 'cup', tick: 30 };
    const of = (onset: number | null, harmed: boolean, stop: number | null) =>
      outcomeOf({ onset, harm: harmed ? harm : null }, stop);
    expect(of(20, true, 29)).toBe('in time');
    expect(of(20, true, 30)).toBe('too late');
    expect(of(20, true, null)).toBe('missed');
    expect(of(20, true, 19)).toBe('before the deviation');
    expect(of(20, false, 20)).toBe('noticed');
    expect(of(20, false, null)).toBe('unnoticed');
    expect(of(null, false, 5)).toBe('false alarm');
    expect(of(null, false, null)).toBe('goes on');
  });

  it('is said of how a rollout ended', () => {
    expect(plain(endWords(facts()))).toBe(
      'After 13.0 s the task is not done: 49 % of the way. At 12.3 s the glass is knocked over.',
    );
    expect(plain(endWords(facts({ succeeded: true, harm: null })))).toBe(
      'The task is done after 13.0 s. Nothing is damaged.',
    );
    expect(plain(secondsOf(8))).toBe('2.7 s');
  });
});

const data = (changes: Partial<TickData> = {}): TickData => ({
  certainty: 0.7,
  preferences,
  runs: negativeRuns(preferences, 0),
  ticks: 10,
  ticksPerSecond: 3,
  threshold: 2,
  most: 24,
  onset: { tick: 1, words: 'deviation begins' },
  stop: { tick: 4, words: 'stopped' },
  harm: { tick: 9, words: 'glass knocked over' },
  summary: 'It stops.',
  ...changes,
});
const size = { width: 640, height: 380 };

describe('the plot of a rollout', () => {
  it('draws bars that fill or are striped, faint after the stop, and names the moments', () => {
    const { marks, summary } = tickDrawing(data(), size);
    const paths = marks.filter((mark) => mark.kind === 'path');
    const up = paths.filter(({ fill }) => fill === 'forward');
    const down = paths.filter(({ label, stroke }) => stroke === 'reverse' && label !== undefined);
    expect([up.length, down.length]).toEqual([2, 7]);
    expect(down.map(({ opacity }) => opacity)).toEqual([1, 1, 1, 0.3, 0.3, 0.3, 0.3]);
    const words = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
    expect(words).toEqual(expect.arrayContaining(['deviation begins', 'stopped', 'glass knocked over', 'threshold 2']));
    expect(summary).toBe('It stops.');
    expect(svgText(tickDrawing(data(), size))).toMatch(/^<svg/);
  });

  it('keeps everything inside, also where it is narrow, empty or never stopped', () => {
    for (const width of [300, 640, 1200]) {
      for (const changes of [{}, { stop: null, harm: null, onset: null }, { preferences: [], runs: [], ticks: 1 }]) {
        const { marks } = tickDrawing(data(changes), { width, height: 360 });
        expect(marks.length).toBeGreaterThan(5);
        for (const mark of marks) {
          if (mark.kind === 'path') expect(mark.d).not.toMatch(/NaN|Infinity|undefined/);
          else expect(mark.x).toBeLessThanOrEqual(width);
        }
      }
    }
  });

  it('finds the tick that is pointed at', () => {
    const { x } = tickPanels(data(), size);
    for (let tick = 0; tick < 10; tick++) expect(tickAt(data(), size, x(tick))).toBe(tick);
    expect([tickAt(data(), size, -50), tickAt(data(), size, 5000)]).toEqual([0, 9]);
  });

  it('has a table of all ticks', () => {
    const { columns, rows } = tickTable(data());
    expect(columns).toEqual(['tick', 'seconds', 'preference', 'clearly negative in a row', 'what happens']);
    expect(rows[0]).toEqual([0, 0, null, 0, null]);
    expect(rows[4]).toEqual([4, 1.33, -0.3, 3, 'stopped']);
    expect(rows).toHaveLength(10);
  });
});

const rate = (estimate: number | null) => ({ estimate, low: estimate && estimate - 5, high: estimate && estimate + 5 });
const measurement = {
  date: '2026-11-23',
  model: 'cured',
  rollouts: { undisturbed: 40, perturbed: 160 },
  curve: [8, 2, 4].map((threshold) => ({
    threshold,
    falseAlarmRate: rate(40 - 4 * threshold),
    stoppedBeforeDamage: rate(90 - 5 * threshold),
    delayFrames: { median: threshold === 8 ? null : threshold + 7, low: threshold + 3, high: threshold + 12 },
  })),
  byPerturbation: {
    drift: { rollouts: 40, harmful: 38, stoppedBeforeDamage: [91, 85, 60] },
    slip: { rollouts: 40, harmful: 9, stoppedBeforeDamage: { 2: 80, 4: { estimate: 70 } } },
    'collision course': { rollouts: 40, harmful: 40, stoppedBeforeDamage: [{ threshold: 4, estimate: 12 }] },
  },
};

describe('the measured trade', () => {
  it('is read in the order of thresholds; anything else is not measured', () => {
    for (const other of [null, undefined, {}, { curve: [] }, { curve: 7 }]) expect(readTrade(other)).toBeNull();
    const read = readTrade(measurement);
    expect(read?.curve.map(({ threshold }) => threshold)).toEqual([2, 4, 8]);
    expect(readTrade({ curve: measurement.curve })?.byPerturbation).toEqual({});
  });

  it('is said at the threshold that is chosen, or the nearest measured one below', () => {
    const read = readTrade(measurement);
    if (!read) throw new Error('not read');
    expect(pointAt(read.curve, 1)).toBeNull();
    expect(plain(tradeSentence(read.curve, 5))).toBe(
      'With a threshold of 4 ticks (1.3 s), 70 % of the harmful rollouts are stopped before the harm, and 24 % of the undisturbed ones are stopped for nothing.',
    );
    expect(plain(delaySentence(read.curve, 4))).toMatch(/3\.7 s after the deviation began/);
    expect(delaySentence(read.curve, 8)).toMatch(/no deviation was stopped/);
    expect(['drift', 'slip', 'collision course', 'none'].map((kind) => stoppedOf(read, kind, 4))).toEqual([
      85,
      70,
      12,
      null,
    ]);
  });

  it('is drawn with gaps where nothing was measured', () => {
    const of = (value: number | null) => ({ value, low: value, high: value });
    const rows: TradeRow[] = [1, 2, 3].map((threshold) => ({
      threshold,
      stopped: of(90 - threshold),
      alarms: of(threshold === 2 ? null : 5),
      delay: of(threshold === 3 ? null : threshold),
    }));
    for (const drawing of [tradeDrawing(rows, 2, size, ''), delayDrawing(rows, 24, size, '')]) {
      expect(svgText(drawing)).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(tradeTable(rows).rows[1]).toEqual([2, 88, 88, 88, null, null, null]);
  });
});

describe('rollouts as episodes', () => {
  it('are made again from their ids', async () => {
    const settings = { template: 'cubes into tray', seed: 1, number: 2_000_050, variety: 0.3, kind: 'drift' } as const;
    for (const stop of [null, { tick: 30, response: 'back off' }] as const) {
      expect(parseRolloutId(rolloutId({ ...settings, stop }))).toEqual({ ...settings, stop });
      expect(isSimulatorId(rolloutId({ ...settings, stop }))).toBe(true);
    }
    for (const id of ['roll-1-2-v30t900d1', 'roll-1-2-v30t1d7', 'roll-1-2-v30t1d1-s5r9', 'roll-1-2-v101t1d1', 'roll-x'])
      expect(parseRolloutId(id)).toBeNull();
    const tasks = await rolloutTasks();
    expect(tasks).toContain('cubes into tray');
    const made = await makeRollout({ template: 'cubes into tray', number: 1, perturbation: 'drift' });
    const { episode, frameCount, progressAt } = simulatedEpisode(made.id);
    expect(episode).toMatchObject({ id: made.id, task: made.task, frameCount: made.ticks });
    expect([frameCount, progressAt(10)]).toEqual([made.ticks, expect.closeTo(made.progress[10] ?? NaN, 6)]);
  });

  it('are the same up to the stop, and then hold, back off or begin again', async () => {
    const order = { template: 'cubes into tray', number: 1, perturbation: 'drift' } as const;
    const before = await makeRollout(order);
    const tick = (before.onset ?? 0) + 10;
    expect(before.harm?.tick).toBeGreaterThan(tick);
    for (const response of ['hold', 'back off', 'reset'] as const) {
      const then = await makeRollout({ ...order, stop: { tick, response } });
      expect(then.id).not.toBe(before.id);
      expect(then.progress.subarray(0, tick + 1)).toEqual(before.progress.subarray(0, tick + 1));
      expect(then).toMatchObject({ harm: null, succeeded: response !== 'hold', onset: before.onset });
      expect(then.progress).toHaveLength(then.ticks);
      const { stateAt } = simulatedEpisode(then.id);
      expect(stateAt(then.ticks - 1).progress).toBeCloseTo(then.progress.at(-1) ?? NaN, 6);
    }
    const undisturbed = await makeRollout({ ...order, perturbation: 'none' });
    expect(undisturbed).toMatchObject({ onset: null, harm: null, succeeded: true });
  });
});

describe('a saved rollout', () => {
  it('holds all that the judge said, as numbers that JSON has', () => {
    const strides = [{ stride: 5, shown: Float32Array.of(1, NaN), swapped: Float32Array.of(-1, 2) }];
    const answer = {
      reading: { frames: [0, 1], strides },
      task: 'Put the cup away.',
      model: {
        identity: { kind: 'shipped', name: 'cured', turnsByConstruction: false },
        weights: 'ab',
        recipe: preset('class'),
      },
      milliseconds: 12.4,
    } as unknown as EpisodeReading;
    const watched = { number: 1, facts: facts(), answer, preferences: Float32Array.of(NaN, -0.5), model: 'cured' };
    const told = { rule: { threshold: 6, certainty: 0 }, stop: null, outcome: 'missed', sentence: 'x' } as const;
    const saved = savedWatch({ watched, ...told, answered: [], at: new Date(0) });
    expect(JSON.parse(JSON.stringify(saved))).toMatchObject({
      format: 'palindrome-safety',
      date: '1970-01-01T00:00:00.000Z',
      preferences: [null, -0.5],
      answers: [{ stride: 5, shown: [1, null], swapped: [-1, 2] }],
      boundary: { threshold: 6, stopTick: null, outcome: 'missed' },
      rollout: { onset: 20, harm: { object: 'glass' } },
    });
  });
});
