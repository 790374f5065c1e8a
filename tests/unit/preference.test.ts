import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import {
  preferenceLoss,
  preferenceLossOf,
  preferenceProbability,
  sharedOrder,
} from '../../src/reward/preference/bradleyTerry';
import { drawPairs } from '../../src/reward/preference/pairDraws';
import { truePreferences } from '../../src/reward/preference/pairJudge';
import { PreferenceBuffer } from '../../src/reward/preference/preferenceBuffer';
import { FLAGS, ReplayBuffer, type Rollout } from '../../src/reward/preference/replayBuffer';
import { REWARD_SETTINGS, RewardNetwork } from '../../src/reward/preference/rewardNetwork';
import { useWasm } from './tinyModel';

beforeAll(useWasm);

describe("the paper's equations", () => {
  it('(1) of frames and of stretches, as computed by hand', () => {
    // e² / (e² + e¹) = 7.38906 / (7.38906 + 2.71828) = 0.731059
    expect(preferenceProbability([2], [1])).toBeCloseTo(0.731059, 6);
    // Σ = 0.5 + 1 − 0.25 = 1.25 and Σ = 0.75 + 1.5 = 2.25: e^1.25 / (e^1.25 + e^2.25) = 3.490343 / 12.978079 = 0.268941
    expect(preferenceProbability([0.5, 1, -0.25], [0.75, 1.5])).toBeCloseTo(0.268941, 6);
    // exp(2000) overflows; the ratio does not.
    expect(preferenceProbability([2000], [1999])).toBeCloseTo(0.731059, 6);
    expect(preferenceProbability([-2000], [2000])).toBe(0);
  });

  it('(2) with bare and soft labels and weights, on numbers and on tensors', async () => {
    // P = 0.731059. y = 1: −ln P = 0.313262. y = 0: −ln(1 − P) = 1.313262. y = ¼: ¼·0.313262 + ¾·1.313262 = 1.063262.
    const pair = { first: [2], second: [1] };
    expect(preferenceLoss([{ ...pair, y: 1 }])).toBeCloseTo(0.313262, 6);
    expect(preferenceLoss([{ ...pair, y: 0 }])).toBeCloseTo(1.313262, 6);
    expect(preferenceLoss([{ ...pair, y: 0.25 }])).toBeCloseTo(1.063262, 6);
    // (3·0.313262 + 1·1.313262) / 4 = 0.563262
    const weighted = [
      { ...pair, y: 1, weight: 3 },
      { ...pair, y: 0, weight: 1 },
    ];
    expect(preferenceLoss(weighted)).toBeCloseTo(0.563262, 6);
    expect(preferenceLoss([{ first: [500], second: [-500], y: 0 }])).toBe(1000);
    const rewards = [2, 1, 2, 1, 2, 1, 300, -200];
    const [y, weights] = [
      [1, 0, 0.25, 0],
      [1, 2, 0.5, 1],
    ];
    const loss = preferenceLossOf(tf.tensor1d(rewards), tf.tensor1d(y), tf.tensor1d(weights));
    const same = y.map((label, i) => ({
      first: [rewards[2 * i] as number],
      second: [rewards[2 * i + 1] as number],
      y: label,
      weight: weights[i] as number,
    }));
    expect((await loss.data())[0]).toBeCloseTo(preferenceLoss(same), 4);
  });

  it('the slope of (2) is that of finite differences, at a difference of zero too', async () => {
    const rewards = [0.3, -0.4, 1, 1, -2, 0.5];
    const [y, weights] = [
      [1, 0.2, 0],
      [1, 2, 0.5],
    ];
    const lossAt = (r: readonly number[]) =>
      preferenceLoss(
        y.map((label, i) => ({
          first: [r[2 * i] as number],
          second: [r[2 * i + 1] as number],
          y: label,
          weight: weights[i] as number,
        })),
      );
    const slope = tf.grad((r) => preferenceLossOf(r as tf.Tensor1D, tf.tensor1d(y), tf.tensor1d(weights)));
    const found = await slope(tf.tensor1d(rewards)).data();
    rewards.forEach((_, i) => {
      const moved = (by: number) => rewards.map((r, j) => (j === i ? r + by : r));
      expect(found[i]).toBeCloseTo((lossAt(moved(1e-5)) - lossAt(moved(-1e-5))) / 2e-5, 5);
    });
    // Of the tied pair: w / Σw · (σ(0) − y) = 2 / 3.5 · (0.5 − 0.2) = 0.171429.
    expect(found[2]).toBeCloseTo(0.171429, 5);
  });

  it('counts the pairs that rewards order as labelled', () => {
    expect(sharedOrder([2, 1, 1, 2, 5, 5, 0, 9], [1, 1, 0, 0.5])).toBeCloseTo(1 / 3);
    expect(sharedOrder([1, 2], [0.5])).toBeNull();
  });
});

/** A rollout whose frames hold their own number, counted from `from`, in their first byte. */
function numbered(from: number, count: number, steps: number, size = 2): Rollout {
  const seen = count * (steps + 1);
  const rising = (length: number, scale = 1) => Float32Array.from({ length }, (_, i) => (from + i) * scale);
  return {
    steps,
    count,
    frames: Uint8Array.from({ length: seen * size * size * 3 }, (_, i) => from + Math.floor(i / (size * size * 3))),
    proprioception: rising(seen * 2),
    actions: Uint8Array.from({ length: count * steps }, (_, i) => i % 5),
    logProbs: rising(count * steps, -0.01),
    values: rising(seen),
    progress: rising(seen, 0.01),
    succeeded: Uint8Array.from({ length: seen }, (_, i) => (i === seen - 1 ? 1 : 0)),
    scenes: Int32Array.from({ length: count }, (_, n) => n % 2),
  };
}

const SHAPE = { rollouts: 2, steps: 4, count: 3, size: 2, proprioception: 2 };

describe('the replay buffer', () => {
  it('keeps the newest rollouts under numbers that never come back', () => {
    const buffer = new ReplayBuffer(SHAPE);
    for (const from of [0, 12, 24]) buffer.add(numbered(from, 3, 3));
    expect([buffer.oldest, buffer.next, buffer.size]).toEqual([12, 36, 24]);
    for (let number = 12; number < 36; number++) expect(buffer.frame(number)[11]).toBe(number);
    expect(buffer.framesOf([30, 13])).toEqual(
      Uint8Array.from([...new Array<number>(12).fill(30), ...new Array<number>(12).fill(13)]),
    );
    expect(() => buffer.frame(11)).toThrow(RangeError);
    expect(() => buffer.frame(36)).toThrow(RangeError);
    const { proprioception, action, logProb, value, progress, flags } = buffer.at(25);
    expect([...proprioception, action, value, flags]).toEqual([26, 27, 1, 25, FLAGS.first]);
    expect([logProb, progress]).toEqual([Math.fround(-0.25), Math.fround(0.25)]);
    expect(buffer.at(35).flags).toBe(FLAGS.last | FLAGS.succeeded);
    expect([...buffer.stretches()].map((stretch) => stretch[0])).toEqual([12, 24]);
    expect(() => buffer.add(numbered(0, 2, 3))).toThrow(/cannot take/);
  });

  it('relabels all that it holds, or the newest alone', () => {
    const buffer = new ReplayBuffer(SHAPE);
    for (const from of [0, 12, 24]) buffer.add(numbered(from, 3, 3));
    buffer.relabel(Float32Array.from({ length: 24 }, (_, i) => 12 + i));
    for (let number = 12; number < 36; number++) expect(buffer.at(number).reward).toBe(number);
    buffer.relabel(new Float32Array(12).fill(-1));
    expect([...buffer.newestRewards()]).toEqual(new Array(12).fill(-1));
    expect(buffer.at(23).reward).toBe(23);
    expect(() => buffer.relabel(new Float32Array(25))).toThrow(RangeError);
  });

  it('draws pairs far enough apart within a rollout, or across rollouts of one scene, by the seed', () => {
    const buffer = new ReplayBuffer(SHAPE);
    for (const from of [0, 12, 24]) buffer.add(numbered(from, 3, 3));
    const place = (number: number) => {
      const [rollout, rest] = [Math.floor(number / 12), number % 12];
      return { track: `${rollout} ${rest % 3}`, scene: (rest % 3) % 2, step: Math.floor(rest / 3), rollout };
    };
    const within = drawPairs(buffer, 400, new Random(1), { gap: 2, across: 0 });
    const kinds = new Map<string, number>();
    for (const [a, b] of within) {
      const [first, second] = [place(a), place(b)];
      expect(first.track).toBe(second.track);
      const kind = `${first.step} ${second.step}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    // Of four steps these lie two apart, each in both orders and about as often: 400 / 6 = 67.
    expect([...kinds.keys()].sort()).toEqual(['0 2', '0 3', '1 3', '2 0', '3 0', '3 1']);
    for (const seen of kinds.values()) expect(Math.abs(seen - 67)).toBeLessThan(30);
    for (const [a, b] of drawPairs(buffer, 200, new Random(2), { gap: 2, across: 1 })) {
      expect(place(a).track).not.toBe(place(b).track);
      expect(place(a).scene).toBe(place(b).scene);
    }
    const recent = drawPairs(buffer, 100, new Random(3), { gap: 1, across: 0.5, recent: 1 });
    expect(recent.flat().every((number) => place(number).rollout === 2)).toBe(true);
    // Environment 1 is alone in its scene and has no other rollout to be drawn with.
    expect(recent.some(([a]) => a % 3 === 1)).toBe(true);
    expect(drawPairs(buffer, 400, new Random(1), { gap: 2, across: 0 })).toEqual(within);
    expect(() => drawPairs(buffer, 1, new Random(1), { gap: 4, across: 0 })).toThrow(RangeError);
    expect(() => drawPairs(new ReplayBuffer(SHAPE), 1, new Random(1), { gap: 1, across: 0 })).toThrow(RangeError);
  });
});

describe('the preference buffer', () => {
  const verdict = (first: number, secondCloser: number, agrees = true) => ({
    first,
    second: first + 1,
    secondCloser,
    agrees,
  });

  it('drops the oldest, and pairs whose frames are gone', () => {
    const buffer = new PreferenceBuffer({ capacity: 3, labels: 'hard', undecided: 'leave out' });
    for (const first of [1, 2, 3, 4]) expect(buffer.addVerdict(verdict(first, 0.9))).toBe(true);
    expect(buffer.pairs.map(({ first, y }) => [first, y])).toEqual([
      [2, 0],
      [3, 0],
      [4, 0],
    ]);
    buffer.forget(4);
    expect(buffer.pairs.map(({ first }) => first)).toEqual([4]);
    expect(() => new PreferenceBuffer({ capacity: 0, labels: 'hard', undecided: 'half' })).toThrow(RangeError);
  });

  it('takes labels hard or soft, and the undecided not at all or as one half', () => {
    const labels = (settings: { labels: 'hard' | 'soft'; undecided: 'leave out' | 'half' }) => {
      const buffer = new PreferenceBuffer({ capacity: 9, ...settings });
      for (const given of [verdict(1, 0.875), verdict(2, 0.25), verdict(3, 0.75, false), verdict(4, 0.5)]) {
        buffer.addVerdict(given);
      }
      return buffer.pairs.map(({ y }) => y);
    };
    expect(labels({ labels: 'hard', undecided: 'leave out' })).toEqual([0, 1]);
    expect(labels({ labels: 'soft', undecided: 'half' })).toEqual([0.125, 0.75, 0.5, 0.5]);
  });

  it('draws minibatches by the seed', () => {
    const buffer = new PreferenceBuffer({ capacity: 50, labels: 'hard', undecided: 'half' });
    expect(buffer.sample(4, new Random(1))).toEqual([]);
    for (let first = 0; first < 50; first++) buffer.addVerdict(verdict(first, 1));
    expect(buffer.sample(20, new Random(1))).toEqual(buffer.sample(20, new Random(1)));
    expect(new Set(buffer.sample(400, new Random(1)).map(({ first }) => first)).size).toBeGreaterThan(45);
  });
});

describe('true progress as a judge', () => {
  it('says nothing of pairs without it or without a difference', () => {
    const progress = [NaN, 0.1, 0.11, 0.5];
    const pairs = [
      [0, 3],
      [1, 2],
      [3, 1],
      [2, 3],
    ] as const;
    expect(truePreferences(pairs, (number) => progress[number] as number)).toEqual([
      { first: 3, second: 1, index: 2, y: 1 },
      { first: 2, second: 3, index: 3, y: 0 },
    ]);
  });
});

const SIZE = 32;
const PICTURES = 600;

/** Pictures of noise with a bright square somewhere; the further to the right and down, the higher the hidden score. */
function squares(seed: number, count: number) {
  const random = new Random(seed);
  const frames = new Uint8Array(count * SIZE * SIZE * 3);
  const scores = Array.from({ length: count }, (_, i) => {
    const [left, top] = [random.below(SIZE - 6), random.below(SIZE - 6)];
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const inside = x >= left && x < left + 6 && y >= top && y < top + 6;
        const at = ((i * SIZE + y) * SIZE + x) * 3;
        for (let c = 0; c < 3; c++) frames[at + c] = (inside && c === 0 ? 200 : 60) + random.below(40);
      }
    }
    return (2 * left + top) / (3 * (SIZE - 6));
  });
  return { frames, scores };
}

function held(frames: Uint8Array<ArrayBuffer>): ReplayBuffer {
  const seen = frames.length / (SIZE * SIZE * 3);
  const buffer = new ReplayBuffer({ rollouts: 1, steps: seen, count: 1, size: SIZE, proprioception: 0 });
  const rollout = { ...numbered(0, 1, seen - 1, SIZE), frames, proprioception: new Float32Array(0) };
  buffer.add(rollout);
  return buffer;
}

/** Trains on noisy preferences between the pictures. */
async function learnt(seed: number, steps: number) {
  const { frames, scores } = squares(1, PICTURES);
  const replay = held(frames);
  const preferences = new PreferenceBuffer({ capacity: 1000, labels: 'hard', undecided: 'half' });
  const random = new Random(seed);
  for (let i = 0; i < 1000; i++) {
    const [first, second] = [random.below(PICTURES), random.below(PICTURES)];
    // A tenth of the labels are wrong.
    const right = (scores[first] as number) > (scores[second] as number) ? 1 : 0;
    preferences.add({ first, second, y: random.float() < 0.1 ? 1 - right : right, weight: 1 });
  }
  const network = new RewardNetwork(SIZE, seed, { ...REWARD_SETTINGS, learningRate: 2e-3 });
  const figures = await network.train(preferences, replay, steps);
  return { network, replay, preferences, figures };
}

describe('the reward network', () => {
  it('learns a hidden score from noisy preferences, and ranks pictures it has not seen', async () => {
    const { network, replay, figures } = await learnt(3, 80);
    const { frames, scores } = squares(99, 200);
    const [pairs, y] = [[] as number[], [] as number[]];
    const rewards = await network.score(frames);
    for (let i = 0; i + 1 < scores.length; i++) {
      pairs.push(rewards[i] as number, rewards[i + 1] as number);
      y.push((scores[i] as number) > (scores[i + 1] as number) ? 1 : 0);
    }
    expect(sharedOrder(pairs, y)).toBeGreaterThanOrEqual(0.9);
    expect(figures?.accuracy).toBeGreaterThan(0.7);
    await network.relabel(replay);
    const labels = Array.from({ length: PICTURES }, (_, number) => replay.at(number).reward);
    const mean = labels.reduce((sum, r) => sum + r, 0) / PICTURES;
    expect(mean).toBeCloseTo(0, 4);
    expect(labels.reduce((sum, r) => sum + r * r, 0) / PICTURES).toBeCloseTo(1, 3);
    expect(network.normalised(await network.score(replay.frame(7)))[0]).toBeCloseTo(labels[7] as number, 4);
    network.dispose();
  });

  it('repeats itself to the bit, differs by the seed, and holds no more tensors than before', async () => {
    const [once, again, other] = [await learnt(5, 4), await learnt(5, 4), await learnt(6, 4)];
    expect(await again.network.parameters()).toEqual(await once.network.parameters());
    expect(again.figures).toEqual(once.figures);
    expect(await other.network.parameters()).not.toEqual(await once.network.parameters());
    const before = tf.memory().numTensors;
    await once.network.train(once.preferences, once.replay, 3);
    await once.network.relabel(once.replay);
    await once.network.agreement(once.preferences.pairs, once.replay);
    expect(tf.memory().numTensors).toBe(before);
    for (const { network } of [once, again, other]) network.dispose();
    expect(tf.memory().numTensors).toBe(before - 15);
  });

  it('learns nothing from an empty buffer', async () => {
    const network = new RewardNetwork(SIZE, 1);
    const empty = new PreferenceBuffer({ capacity: 1, labels: 'hard', undecided: 'half' });
    expect(await network.train(empty, held(squares(1, 2).frames), 3)).toBeNull();
    expect(() => new RewardNetwork(30, 1)).toThrow(RangeError);
    network.dispose();
  });
});
