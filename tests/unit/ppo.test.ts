import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { generalisedAdvantages, standardised } from '../../src/reward/policy/advantages';
import type { Environment, Observation, Step } from '../../src/reward/policy/environment';
import { Ppo, PPO_SETTINGS, type PpoSettings } from '../../src/reward/policy/ppo';
import {
  approximateKl,
  clippedObjective,
  clippedValueLoss,
  entropyOf,
  FIGURES,
  logProbabilities,
  ppoFigures,
} from '../../src/reward/policy/ppoLoss';
import { RewardScale } from '../../src/reward/policy/rewardScale';
import { outcomeOf, playRollout } from '../../src/reward/policy/rollout';
import { actionRewards, POLICY_SETTINGS, trainPolicy, type PolicyProgress } from '../../src/reward/policy/trainPolicy';
import type { PolicySettings, PolicyTraining } from '../../src/reward/policy/trainPolicy';
import type { PairJudge } from '../../src/reward/preference/pairJudge';
import { useWasm } from './tinyModel';

beforeAll(useWasm);

describe('generalised advantages', () => {
  it('of three steps, as computed by hand', () => {
    // γ = 0.9, λ = 0.5, V = 1, 2, 3, 4 and r = 1, 0, 2:
    // δ₂ = 2 + 0.9·4 − 3 = 2.6, δ₁ = 0 + 0.9·3 − 2 = 0.7, δ₀ = 1 + 0.9·2 − 1 = 1.8;
    // A₂ = 2.6, A₁ = 0.7 + 0.45·2.6 = 1.87, A₀ = 1.8 + 0.45·1.87 = 2.6415.
    const settings = { discount: 0.9, trace: 0.5 };
    const { advantages, returns } = generalisedAdvantages([1, 0, 2], [1, 2, 3, 4], 1, settings);
    [2.6415, 1.87, 2.6].forEach((a, t) => expect(advantages[t]).toBeCloseTo(a, 5));
    [3.6415, 3.87, 5.6].forEach((r, t) => expect(returns[t]).toBeCloseTo(r, 5));
    // Beside another environment of zeros nothing changes.
    const two = generalisedAdvantages([1, 0, 0, 0, 2, 0], [1, 0, 2, 0, 3, 0, 4, 0], 2, settings);
    expect([...two.advantages]).toEqual([...advantages].flatMap((a) => [a, 0]));
    expect(() => generalisedAdvantages([1], [1], 1, settings)).toThrow(RangeError);
  });

  it('are made standard', () => {
    // Mean 2, spread √((1 + 0 + 1) / 3) = 0.816497: ∓1.224745.
    expect([...standardised(Float32Array.of(1, 2, 3))].map((a) => a.toFixed(4))).toEqual([
      '-1.2247',
      '0.0000',
      '1.2247',
    ]);
    expect([...standardised(Float32Array.of(5, 5))]).toEqual([0, 0]);
  });
});

describe("PPO's objective", () => {
  it('is clipped where the policy moved far enough the right way, and only there', () => {
    expect(clippedObjective(1.5, 2, 0.2)).toBeCloseTo(2.4); // up and good: 1.2·2
    expect(clippedObjective(1.5, -2, 0.2)).toBeCloseTo(-3); // up and bad: free
    expect(clippedObjective(0.5, 2, 0.2)).toBeCloseTo(1); // down and good: free
    expect(clippedObjective(0.5, -2, 0.2)).toBeCloseTo(-1.6); // down and bad: 0.8·(−2)
    expect(clippedObjective(1.1, 2, 0.2)).toBeCloseTo(2.2); // near: free
  });

  it('has an entropy, a KL and a value loss as by hand', () => {
    // Two even: ln 2. Logits 0 and ln 3: p = ¼, ¾: ¼·ln 4 + ¾·ln(4/3) = 0.346574 + 0.215762 = 0.562335.
    expect(entropyOf([7, 7])).toBeCloseTo(Math.LN2, 6);
    expect(entropyOf([0, Math.log(3)])).toBeCloseTo(0.562335, 6);
    expect(logProbabilities([1000, 1000 + Math.log(3)])[0]).toBeCloseTo(Math.log(0.25), 6);
    // ρ = 2: (2 − 1) − ln 2 = 0.306853; ρ = ½: −½ + ln 2 = 0.193147.
    expect(approximateKl(Math.LN2)).toBeCloseTo(0.306853, 6);
    expect(approximateKl(-Math.LN2)).toBeCloseTo(0.193147, 6);
    // V 2 was 1, target 4: free ½·2² = 2; kept at 1.2: ½·2.8² = 3.92. Target 0: free 2, kept ½·1.44 = 0.72.
    expect(clippedValueLoss(2, 1, 4, null)).toBe(2);
    expect(clippedValueLoss(2, 1, 4, 0.2)).toBeCloseTo(3.92);
    expect(clippedValueLoss(2, 1, 0, 0.2)).toBeCloseTo(2);
  });

  it('is the same on tensors, and its slope that of finite differences', async () => {
    const random = new Random(4);
    const [count, actions] = [12, 3];
    const draw = (length: number, spread: number) => Array.from({ length }, () => random.normal() * spread);
    const outputs = draw(count * (actions + 1), 1);
    const [advantages, returns, values] = [draw(count, 2), draw(count, 1), draw(count, 1)];
    const taken = Array.from({ length: count }, () => random.below(actions));
    const row = (all: readonly number[], b: number) => all.slice(b * (actions + 1), (b + 1) * (actions + 1));
    // Of policies near enough that some ratios are clipped and some are not.
    const logProbs = taken.map(
      (action, b) => (logProbabilities(row(outputs, b).slice(0, actions))[action] ?? 0) + random.normal() * 0.4,
    );
    for (const valueClip of [null, 0.3]) {
      const expected = (all: readonly number[]) => {
        const sums = [0, 0, 0, 0, 0];
        for (let b = 0; b < count; b++) {
          const logits = row(all, b).slice(0, actions);
          const log = (logProbabilities(logits)[taken[b] as number] as number) - (logProbs[b] as number);
          const ratio = Math.exp(log);
          const value = all[b * (actions + 1) + actions] as number;
          const terms = [
            -clippedObjective(ratio, advantages[b] as number, 0.2),
            clippedValueLoss(value, values[b] as number, returns[b] as number, valueClip),
            entropyOf(logits),
            approximateKl(log),
            Math.abs(ratio - 1) > 0.2 ? 1 : 0,
          ];
          terms.forEach((term, i) => (sums[i] = (sums[i] as number) + term / count));
        }
        return sums;
      };
      const hot = taken.flatMap((action) => Array.from({ length: actions }, (_, a) => Number(a === action)));
      const targets = {
        taken: tf.tensor2d(hot, [count, actions]),
        logProbs: tf.tensor1d(logProbs),
        values: tf.tensor1d(values),
        advantages: tf.tensor1d(advantages),
        returns: tf.tensor1d(returns),
      };
      const slopes = [1, 0.5, -0.02, 0, 0];
      const figures = (x: tf.Tensor) => ppoFigures(x as tf.Tensor2D, targets, { clip: 0.2, valueClip });
      const input = tf.tensor2d(outputs, [count, actions + 1]);
      const found = await figures(input).data();
      expected(outputs).forEach((figure, i) => expect(found[i]).toBeCloseTo(figure, 5));
      expect(found[FIGURES.clipped]).toBeGreaterThan(0.2);
      expect(found[FIGURES.clipped]).toBeLessThan(0.9);
      const loss = (all: readonly number[]) =>
        expected(all).reduce((sum, figure, i) => sum + figure * (slopes[i] as number), 0);
      const gradient = await (tf.grad(figures)(input, tf.tensor1d(slopes)) as tf.Tensor).data();
      outputs.forEach((_, i) => {
        const moved = (by: number) => outputs.map((output, j) => (j === i ? output + by : output));
        expect(gradient[i]).toBeCloseTo((loss(moved(1e-6)) - loss(moved(-1e-6))) / 2e-6, 4);
      });
    }
  });
});

describe('the scale of rewards', () => {
  it('is that of all rewards so far', () => {
    const scale = new RewardScale(0.75);
    expect([...scale.apply(Float32Array.of(3, 4))]).toEqual([0, 0]);
    scale.see(Float32Array.of(1, 2));
    scale.see(Float32Array.of(3, 6));
    // Of 1, 2, 3, 6: mean 3, spread √((4 + 1 + 0 + 9) / 4) = 1.870829; (6 − 3) / 1.870829 · ¼ = 0.400892.
    expect(scale.spread).toBeCloseTo(1.870829, 5);
    expect(scale.apply(Float32Array.of(6))[0]).toBeCloseTo(0.400892, 5);
    expect(scale.apply(Float32Array.of(1000))[0]).toBe(2.5);
  });
});

describe('what an action is given', () => {
  it('is the reward of the state it leads to, or what is gained by it', () => {
    // Two environments, two steps; of the first state of the second nothing is known.
    const states = Float32Array.of(1, NaN, 3, 5, 2, 9);
    expect([...actionRewards(states, 2, 'state')]).toEqual([3, 5, 2, 9]);
    expect([...actionRewards(states, 2, 'gain')]).toEqual([2, 0, -1, 4]);
  });
});

const SIZE = 16;
const CELLS = 5;

/** A corridor of five cells seen as a bright block; left, stay, right; the rightmost cell is success. */
class Corridor implements Environment {
  readonly count = 8;
  readonly horizon = 8;
  readonly size = SIZE;
  readonly actions = 3;
  readonly proprioception = 1;
  #cells: number[] = [];
  #t = 0;

  reset(): Promise<Observation> {
    this.#t = 0;
    // Nobody starts where it would be over.
    this.#cells = Array.from({ length: this.count }, (_, n) => n % (CELLS - 2));
    return Promise.resolve(this.#seen());
  }

  async step(actions: Uint8Array): Promise<Step> {
    this.#cells = this.#cells.map((cell, n) => Math.min(Math.max(cell + (actions[n] as number) - 1, 0), CELLS - 1));
    const progress = Float32Array.from(this.#cells, (cell) => cell / (CELLS - 1));
    const succeeded = Uint8Array.from(this.#cells, (cell) => Number(cell === CELLS - 1));
    const last = this.#seen();
    const ended = ++this.#t === this.horizon;
    const next = ended ? await this.reset() : last;
    return { ...next, progress, succeeded, ended, ...(ended ? { last } : {}) };
  }

  #seen(): Observation {
    const frames = new Uint8Array(this.count * SIZE * SIZE * 3).fill(50);
    this.#cells.forEach((cell, n) => {
      for (let y = 6; y < 10; y++) {
        for (let x = cell * 3; x < cell * 3 + 3; x++)
          frames.fill(230, ((n * SIZE + y) * SIZE + x) * 3).fill(50, ((n * SIZE + y) * SIZE + x) * 3 + 3);
      }
    });
    return { frames, proprioception: new Float32Array(this.count) };
  }
}

/** How far right the block of a picture stands, read off its pixels. */
function blockAt(frame: Uint8Array): number {
  for (let x = 0; x < SIZE; x++) if ((frame[(7 * SIZE + x) * 3] as number) > 200) return x;
  return NaN;
}

/** Judges by the block; every fifth pair wrong, every seventh in contradiction with itself. */
const judge: PairJudge = (frames) => {
  const bytes = SIZE * SIZE * 3;
  const count = frames.length / bytes / 2;
  const where = Array.from({ length: 2 * count }, (_, i) => blockAt(frames.subarray(i * bytes, (i + 1) * bytes)));
  const secondCloser = Float32Array.from({ length: count }, (_, i) => {
    const d = (where[2 * i + 1] as number) - (where[2 * i] as number);
    return d === 0 ? 0.5 : d > 0 === (i % 5 !== 4) ? 0.8 : 0.2;
  });
  return Promise.resolve({ secondCloser, agrees: Uint8Array.from({ length: count }, (_, i) => Number(i % 7 !== 6)) });
};

const ppo: PpoSettings = { ...PPO_SETTINGS, minibatch: 32, learningRate: 3e-3, entropyWeight: 0.005 };
const settings: PolicySettings = {
  ...POLICY_SETTINGS,
  iterations: 14,
  ppo,
  pairs: 32,
  drawing: { gap: 2, across: 0.5 },
  rewardSteps: 10,
  rewarded: 'state',
  advantages: { discount: 0.97, trace: 0.95 },
  reward: { ...POLICY_SETTINGS.reward, learningRate: 3e-3 },
};

async function all(training: Omit<PolicyTraining, 'environment'>): Promise<PolicyProgress[]> {
  const rows: PolicyProgress[] = [];
  for await (const progress of trainPolicy({ environment: new Corridor(), ...training })) rows.push(progress);
  return rows;
}

describe('training a policy', () => {
  it('walks to the end of a corridor by what it sees, whatever rewards it', async () => {
    for (const reward of ['preference', 'progress', 'sparse'] as const) {
      const rows = await all({ reward, judge, seed: 1, settings: { ...settings, evaluateEvery: 14 } });
      const [first, last] = [rows[0] as PolicyProgress, rows[13] as PolicyProgress];
      expect(rows.map((row) => row.environmentSteps)).toEqual(rows.map((_, i) => (i + 1) * 64));
      expect(first.successRate).toBeLessThan(0.6);
      expect(last.meanProgress, reward).toBeGreaterThan(0.9);
      expect(last.greedy?.successRate, reward).toBe(1);
      expect(last.ppo.entropy).toBeLessThan(first.ppo.entropy);
    }
  });

  it('can be rewarded by what each action gains', async () => {
    const rows = await all({ reward: 'progress', seed: 1, settings: { ...settings, rewarded: 'gain' } });
    const last = rows.at(-1) as PolicyProgress;
    expect(last.meanProgress).toBeGreaterThan(0.85);
    // The first step's gain is not known; the others add up to less than the whole way.
    expect(last.meanReturn).toBeGreaterThan(0.3);
    expect(last.meanReturn).toBeLessThan(1);
  });

  it('says how the judge and the reward network did', async () => {
    const rows = await all({ reward: 'preference', judge, seed: 2, settings: { ...settings, iterations: 9 } });
    // Every second rollout, the first included.
    expect(rows.map(({ judging }) => judging !== null)).toEqual(rows.map((_, i) => i % 2 === 0));
    expect(rows.at(-1)?.judged).toBe(5 * 32);
    // A replay buffer of eight rollouts: the first rollout's pairs have gone with it by the ninth.
    const kept = rows.reduce((sum, row) => sum + (row.judging?.kept ?? 0), 0);
    expect(rows.at(-1)?.preferences).toBeLessThan(kept);
    for (const { judging } of rows.filter((row) => row.judging !== null)) {
      expect(judging?.consistency).toBe(28 / 32);
      // The judge is wrong on every fifth pair.
      expect(Math.abs((judging?.judgeAgreement ?? 0) - 0.8)).toBeLessThan(0.2);
      expect(judging?.rewardAgreement).toBeGreaterThan(0.6);
    }
    expect(rows.at(-1)?.judging?.rewardTruth).toBeGreaterThan(0.8);
  });

  it('gives the same numbers from the same seed, others from another, and holds no tensors in the end', async () => {
    const before = tf.memory().numTensors;
    const short = { ...settings, iterations: 3, evaluateEvery: 2 };
    const [once, again, other] = [
      await all({ reward: 'preference', judge, seed: 7, settings: short }),
      await all({ reward: 'preference', judge, seed: 7, settings: short }),
      await all({ reward: 'preference', judge, seed: 8, settings: short }),
    ];
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
    expect(once.map(({ greedy }) => greedy !== null)).toEqual([false, true, false]);
    const held: number[] = [];
    const visit = () => void held.push(tf.memory().numTensors);
    await all({ reward: 'preference', judge, seed: 7, settings: short, visit });
    expect(held).toEqual([before + 10, before + 10, before + 10]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops when cancelled or left, and gives back what it held', async () => {
    const before = tf.memory().numTensors;
    let asked = 0;
    const cancelled = () => ++asked > 12;
    expect(await all({ reward: 'sparse', seed: 1, settings, cancelled })).toHaveLength(1);
    for await (const { iteration } of trainPolicy({ environment: new Corridor(), reward: 'progress', seed: 1 })) {
      expect(iteration).toBe(1);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
    await expect(all({ reward: 'preference', seed: 1 })).rejects.toThrow(/needs a judge/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a policy', () => {
  const environment = new Corridor();

  it('draws by what it says the probabilities are, and greedily leaves its draws as they are', async () => {
    const [policy, twin] = [new Ppo(environment, 3, ppo), new Ppo(environment, 3, ppo)];
    const seen = await environment.reset();
    const counts = [0, 0, 0];
    for (let i = 0; i < 100; i++) {
      const { actions, logProbs, values } = await policy.act(seen);
      await twin.act(seen, true);
      expect(await twin.act(seen)).toEqual({ actions, logProbs, values });
      for (const action of actions) (counts[action] as number)++;
      // At the start it is close to uniform.
      for (const log of logProbs) expect(Math.exp(log)).toBeCloseTo(1 / 3, 1);
      if (i === 0) expect(await policy.values(seen)).toEqual(values);
    }
    // 267 each, give or take √(800·⅓·⅔) = 13.
    for (const count of counts) expect(Math.abs(count - 267)).toBeLessThan(50);
    const [greedy, same] = [await policy.act(seen, true), await policy.act(seen, true)];
    expect(greedy).toEqual(same);
    for (const log of greedy.logProbs) expect(Math.exp(log)).toBeGreaterThanOrEqual(1 / 3);
    policy.dispose();
    twin.dispose();
  });

  it('plays rollouts that end where the episodes do', async () => {
    const right = {
      act: ({ frames }: Observation) => {
        const count = frames.length / (SIZE * SIZE * 3);
        const zeros = new Float32Array(count);
        return Promise.resolve({ actions: new Uint8Array(count).fill(2), logProbs: zeros, values: zeros });
      },
      values: () => Promise.resolve(new Float32Array(8).fill(9)),
    };
    const played = await playRollout(environment, right, await environment.reset());
    const { rollout, next } = played as NonNullable<typeof played>;
    expect(outcomeOf(rollout)).toEqual({ successRate: 1, everRate: 1, meanProgress: 1 });
    const bytes = SIZE * SIZE * 3;
    const block = (t: number) => blockAt(rollout.frames.subarray(t * 8 * bytes));
    // From the first cell, three pixels a step, to the last; the next episode starts at the first again.
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(block)).toEqual([0, 3, 6, 9, 12, 12, 12, 12, 12]);
    expect(blockAt(next.frames)).toBe(0);
    expect([...rollout.values.subarray(-9)]).toEqual([0, ...new Array<number>(8).fill(9)]);
    expect([...rollout.succeeded].filter((_, i) => i % 8 === 0)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(rollout.progress[0]).toBeNaN();
    const shorter: Environment = Object.create(environment, { horizon: { value: 3 } }) as Environment;
    shorter.step = (actions) => environment.step(actions);
    await expect(playRollout(shorter, right, await environment.reset())).rejects.toThrow(/went on after step 3/);
  });
});
