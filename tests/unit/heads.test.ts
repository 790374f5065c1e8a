// Heads beside the language head: what they are trained on, and that they can be asked in every way.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../src/batches/batch';
import { forcedChoice, freeJudge, makeJudge, writtenAnswers, type Judge } from '../../src/evaluation/judge';
import { makeTensors } from '../../src/gpu/hostTensors';
import type { Head } from '../../src/model/config';
import { CLASSES, initialParameters, parameterTable } from '../../src/model/parameters';
import { lossAndGradient, lossArrays } from '../../src/training/loss';
import { PRESETS } from '../../src/training/presets';
import { parseRecipe } from '../../src/training/recipe';
import { tinyBatch, tinyConfig, tokenizer, useWasm } from './tinyModel';

beforeAll(useWasm);

const answers = [tokenizer.img1, tokenizer.img2] as const;
const { end, padding } = tokenizer.special;
const LENGTH = 64;

function judgeWith(head: Head, cue = [3, 4]): Judge {
  const config = tinyConfig(head);
  return makeJudge(config, initialParameters(parameterTable(config), 5), { answers, end, padding, cue });
}

/** The batch as it is asked: each sample cut before its judgement. */
function asked(batch: Batch): Batch {
  const judged = [...batch.positions].filter((_, m) => batch.judgement[m] === 1);
  return { ...batch, positions: Int32Array.from(judged), lengths: Int32Array.from(judged, (p) => (p % LENGTH) + 1) };
}

/** The same pairs, each with its orders the other way round. */
function swapped(batch: Batch): Batch {
  const other = <A extends Int32Array<ArrayBuffer>>(values: A, width: number) =>
    values.map((_, i) => values[(Math.floor(i / width) ^ 1) * width + (i % width)] as number);
  const places = batch.positions.map((_, b) => ((batch.positions[b ^ 1] ?? 0) % LENGTH) + b * LENGTH);
  return {
    ...batch,
    imageIndex: other(batch.imageIndex, 2),
    tokens: other(batch.tokens, LENGTH),
    lengths: other(batch.lengths, 1),
    positions: places,
  };
}

const negative = (logits: readonly (readonly [number, number])[]) => logits.map(([a, b]) => [0 - a, 0 - b]);

describe('an antisymmetric head', () => {
  it('answers the other order of a pair with the sign changed, to the bit', async () => {
    const judge = judgeWith('antisymmetric');
    for (const seed of [1, 2, 3]) {
      const batch = asked(tinyBatch(seed, 3));
      const chosen = await forcedChoice(judge, batch);
      for (let i = 0; i < chosen.length; i += 2) {
        const [[a, b], [c, d]] = [chosen[i], chosen[i + 1]] as [[number, number], [number, number]];
        expect(b > a).toBe(d < c);
        expect([c, d]).toEqual([0 - a, 0 - b]);
      }
      expect(new Set(chosen.flat()).size).toBe(chosen.flat().length);
      expect(negative(await forcedChoice(judge, swapped(batch)))).toEqual(chosen);
    }
    const whole = asked(tinyBatch(1, 2));
    await expect(forcedChoice(judge, { ...whole, positions: whole.positions.slice(1) })).rejects.toThrow('no pairs');
    freeJudge(judge);
  });

  it('does so after descriptions too, which may end at different places', async () => {
    // Any token may be the cue, so that samples of an untrained model reach it by chance or are led to it.
    const judge = judgeWith('antisymmetric', []);
    const batch = { ...asked(tinyBatch(4, 2)), lengths: Int32Array.of(40, 41, 38, 40) };
    const written = await writtenAnswers(judge, batch, 5);
    for (const b of [0, 2]) expect(written[b]?.logits).toEqual(written[b + 1]?.logits.map((logit) => 0 - logit));
    expect(written.every(({ ids, ended }) => ended && ids.length === 0)).toBe(true);
    freeJudge(judge);
  });

  it('refuses a stage that shows one order only, in words', () => {
    const recipe = { ...structuredClone(PRESETS.smoke), head: 'antisymmetric' };
    expect(() => parseRecipe(recipe)).toThrow('a chronological stage shows only one');
    recipe.stages.splice(0, 1);
    expect(parseRecipe(recipe).head).toBe('antisymmetric');
  });
});

describe('a CoT sample with a head of two classes', () => {
  const lossesOf = async (head: Head, batch: Batch, change?: (flat: Float32Array, offset: number) => void) => {
    const config = tinyConfig(head);
    const table = parameterTable(config);
    const flat = initialParameters(table, 7);
    const classes = table.parameters.find(({ name }) => name === CLASSES);
    change?.(flat, classes?.offset ?? NaN);
    const tensors = makeTensors(lossArrays(config, batch, answers));
    const parameters = tf.tensor1d(flat);
    const { losses, gradient } = lossAndGradient(config, table, parameters, tensors, batch, tf.tensor1d([1, 0, 0, 0]));
    const slope = await gradient.data();
    return { losses: await losses.data(), slope, classes, table };
  };

  it.each(['classifier', 'antisymmetric'] as const)(
    'is judged by the %s, its words learned by the language head',
    async (head) => {
      const batch = tinyBatch(4, 2, 'cot', 75);
      const judgementWeight = batch.weights.reduce((sum, w, m) => sum + w * (batch.judgement[m] ?? 0), 0);
      // Classes that know nothing cost ln 2 at each judgement, and the rest is the words' loss.
      const blank = await lossesOf(head, batch, (flat, offset) => flat.fill(0, offset, offset + 32));
      expect(blank.losses[1]).toBeCloseTo(judgementWeight * Math.LN2, 5);
      const wordsOnly = { ...batch, weights: batch.weights.map((w, m) => (batch.judgement[m] === 1 ? 0 : w)) };
      const words = (await lossesOf('language', wordsOnly)).losses[0] ?? NaN;
      expect(blank.losses[0]).toBeCloseTo(words + judgementWeight * Math.LN2, 4);
      // Both heads move.
      const { slope, classes, table } = await lossesOf(head, batch);
      const moved = (name: string) => {
        const { offset = 0, size = 0 } = table.parameters.find((p) => p.name === name) ?? {};
        return slope.subarray(offset, offset + size).some((value) => value !== 0);
      };
      expect([classes?.size, moved(CLASSES), moved('lm_head.weight')]).toEqual([32, true, true]);
    },
  );

  it('has the gradient that finite differences give, with both orders set against each other', async () => {
    const batch = tinyBatch(4, 1, 'cot', 75);
    const { slope } = await lossesOf('antisymmetric', batch);
    const norm = Math.hypot(...slope);
    const along = async (step: number) => {
      const { losses } = await lossesOf('antisymmetric', batch, (flat) => {
        for (let i = 0; i < flat.length; i++) (flat[i] as number) += (step / norm) * (slope[i] ?? 0);
      });
      return losses[0] ?? NaN;
    };
    expect(((await along(1e-2)) - (await along(-1e-2))) / 2e-2 / norm).toBeCloseTo(1, 2);
  });
});

describe('a description', () => {
  it('is followed by what the classifier says at the cue, as whole passes give it', async () => {
    const judge = judgeWith('classifier', [3, 4]);
    const batch = { ...asked(tinyBatch(5, 1)), lengths: Int32Array.of(40, 42) };
    const written = await writtenAnswers(judge, batch, 4);
    // Nothing ends with this cue by itself, so it was fed after the words.
    const tokens = batch.tokens.slice().fill(padding);
    const lengths = written.map(({ ids, ended }, b) => {
      const start = b * LENGTH;
      const whole = [...batch.tokens.subarray(start, start + (batch.lengths[b] ?? 0)), ...ids];
      if (ended) whole.push(end);
      whole.push(3, 4);
      tokens.set(whole, start);
      return whole.length;
    });
    const positions = Int32Array.from(lengths, (length, b) => b * LENGTH + length - 1);
    const chosen = await forcedChoice(judge, { ...batch, tokens, lengths: Int32Array.from(lengths), positions });
    chosen.forEach((logits, b) => logits.forEach((logit, c) => expect(written[b]?.logits[c]).toBeCloseTo(logit, 4)));
    freeJudge(judge);
  });

  it('drawn by chance repeats with its seed, differs between repeats, and is greedy where it is cold', async () => {
    const judge = judgeWith('language');
    const batch = { ...asked(tinyBatch(6, 2)), lengths: Int32Array.of(40, 41, 38, 40) };
    const ids = async (drawing?: Parameters<typeof writtenAnswers>[3]) =>
      (await writtenAnswers(judge, batch, 6, drawing)).map((answer) => answer.ids.join());
    const warm = { temperature: 1, seed: 3, repeat: 0, first: 0 };
    const once = await ids(warm);
    expect(await ids(warm)).toEqual(once);
    expect(await ids({ ...warm, repeat: 1 })).not.toEqual(once);
    expect(await ids({ ...warm, seed: 4 })).not.toEqual(once);
    // The third and fourth sample draw as they would as the first two of a batch that starts there.
    expect(await ids({ ...warm, first: 2 })).not.toEqual(once);
    expect(await ids({ ...warm, temperature: 1e-6 })).toEqual(await ids());
    freeJudge(judge);
  });
});
