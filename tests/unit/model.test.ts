import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../src/batches/batch';
import { generate } from '../../src/model/generate';
import { initialParameters, parameterTable } from '../../src/model/parameters';
import { namedWeights } from '../../src/model/weights';
import { gatherRows } from '../../src/kernels/sequence/gatherRows';
import { allLogits, hiddenStates } from '../../src/model/vlm';
import { makeTensors } from '../../src/gpu/hostTensors';
import { lossAndGradient, lossArrays } from '../../src/training/loss';
import { Writer } from '../../src/model/writer';
import { inputArrays, modelInput, type InputName } from '../../src/training/modelInput';
import { tinyBatch, tinyConfig, tokenizer, useWasm } from './tinyModel';

const config = tinyConfig();
const table = parameterTable(config);
const flat = () => tf.tensor1d(initialParameters(table, 7));
const answers = [tokenizer.img1, tokenizer.img2] as const;

beforeAll(useWasm);

const inputOf = (batch: Batch) => modelInput(makeTensors(inputArrays(batch)), batch);

/** The loss and its gradient of a batch; the caller disposes both. */
function lossOf(parameters: tf.Tensor1D, batch: Batch) {
  const tensors = makeTensors(lossArrays(config, batch, answers));
  const upstream = tf.tensor1d([1, 0, 0, 0]);
  const result = lossAndGradient(config, table, parameters, tensors, batch, upstream);
  tf.dispose([tensors, upstream]);
  return result;
}

/** Hidden states [B, T, D] of a batch. */
async function hidden(batch: Batch): Promise<number[][][]> {
  const result = tf.tidy(() => {
    const states = hiddenStates(config, namedWeights(table, flat()), inputOf(batch));
    return tf.reshape(states, [batch.lengths.length, -1, config.text_config.hidden_size]);
  });
  return (await result.array()) as number[][][];
}

const largestDifference = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));

describe('the parameter table', () => {
  it('has the names and shapes of Idefics3ForConditionalGeneration', () => {
    const shapes = Object.fromEntries(table.parameters.map((p) => [p.name, p.shape]));
    expect(shapes['model.vision_model.embeddings.patch_embedding.weight']).toEqual([8, 3, 2, 2]);
    expect(shapes['model.vision_model.embeddings.position_embedding.weight']).toEqual([16, 8]);
    expect(shapes['model.vision_model.encoder.layers.0.self_attn.out_proj.bias']).toEqual([8]);
    expect(shapes['model.connector.modality_projection.proj.weight']).toEqual([16, 32]);
    expect(shapes['model.text_model.layers.1.self_attn.k_proj.weight']).toEqual([8, 16]);
    expect(shapes['model.text_model.layers.1.mlp.down_proj.weight']).toEqual([16, 16]);
    expect(shapes['lm_head.weight']).toEqual([tokenizer.vocabularySize, 16]);
    expect(table.parameters.reduce((sum, p) => sum + p.size, 0)).toBe(table.total);
  });

  it('starts as its authors do: normal weights, zero biases, unit norms', () => {
    const values = initialParameters(table, 7);
    const of = (name: string) => {
      const p = table.parameters.find((x) => x.name === name);
      return [...values.subarray(p?.offset, (p?.offset ?? 0) + (p?.size ?? 0))];
    };
    expect(of('model.text_model.norm.weight').every((v) => v === 1)).toBe(true);
    expect(of('model.vision_model.encoder.layers.0.mlp.fc1.bias').every((v) => v === 0)).toBe(true);
    const head = of('lm_head.weight');
    const spread = Math.sqrt(head.reduce((sum, v) => sum + v * v, 0) / head.length);
    expect(spread).toBeCloseTo(config.text_config.initializer_range, 2);
    expect(initialParameters(table, 7)).toEqual(values);
    expect(initialParameters(table, 8)).not.toEqual(values);
  });
});

describe('the model', () => {
  it('is causal: a later token changes nothing before it', async () => {
    const batch = tinyBatch(1, 1);
    const before = await hidden(batch);
    const place = (batch.lengths[0] ?? 0) - 2;
    const changed = { ...batch, tokens: batch.tokens.slice() };
    changed.tokens[place] = (changed.tokens[place] ?? 0) + 1;
    const after = await hidden(changed);
    for (let t = 0; t < place; t++) expect(after[0]?.[t]).toEqual(before[0]?.[t]);
    expect(largestDifference(after[0]?.[place] ?? [], before[0]?.[place] ?? [])).toBeGreaterThan(1e-3);
  });

  it('gives the same loss however much padding follows', async () => {
    const loss = async (tokens: number) => {
      const parameters = flat();
      const { losses, gradient } = lossOf(parameters, tinyBatch(2, 2, 'cot', tokens));
      const [value] = await losses.data();
      tf.dispose([losses, gradient, parameters]);
      return value ?? NaN;
    };
    expect(await loss(90)).toBeCloseTo(await loss(75), 5);
  });

  it('looks at both images, and at their order', async () => {
    const batch = tinyBatch(3, 1);
    const last = async (b: Batch) => (await hidden(b))[0]?.[(b.lengths[0] ?? 1) - 1] ?? [];
    const base = await last(batch);
    for (const picture of [0, 1]) {
      const images = batch.images.slice();
      images.fill(0, picture * 192, (picture + 1) * 192);
      expect(largestDifference(await last({ ...batch, images }), base)).toBeGreaterThan(1e-4);
    }
    const swapped = { ...batch, imageIndex: Int32Array.of(1, 0, 1, 0) };
    expect(largestDifference(await last(swapped), base)).toBeGreaterThan(1e-4);
  });

  it('has the gradient that finite differences give', async () => {
    const batch = tinyBatch(4, 1, 'cot', 75);
    const start = initialParameters(table, 7);
    const lossAt = async (values: Float32Array) => {
      const parameters = tf.tensor1d(values);
      const result = lossOf(parameters, batch);
      const [value] = await result.losses.data();
      const gradient = Float32Array.from(await result.gradient.data());
      tf.dispose([result.losses, result.gradient, parameters]);
      return { value: value ?? NaN, gradient };
    };
    const { gradient } = await lossAt(start);
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    // Along the gradient the loss rises by the gradient's own length.
    const step = 1e-2 / norm;
    const moved = (sign: number) => start.map((v, i) => v + sign * step * (gradient[i] ?? 0));
    const [up, down] = [await lossAt(moved(1)), await lossAt(moved(-1))];
    expect((up.value - down.value) / (2 * step) / norm ** 2).toBeCloseTo(1, 2);
  });

  it('generates with its cache what whole passes give', async () => {
    const batch = tinyBatch(5, 2);
    const parameters = flat();
    const named = namedWeights(table, parameters);
    const prompt = [40, 44, 41, 44].map((drop, b) => Math.min(drop, batch.lengths[b] ?? 0));
    const options = { most: 6, end: tokenizer.special.end, padding: tokenizer.special.padding, answers, cue: [3, 4] };
    const prompts = {
      arrays: inputArrays(batch),
      input: (t: Record<InputName, tf.Tensor>) => modelInput(t, batch),
      lengths: prompt,
    };
    const writer = new Writer({ config, table, parameters }, prompts, 8);
    const written = await generate(writer, prompts, options);
    writer.dispose();
    for (const [b, length] of prompt.entries()) {
      const ids = [...batch.tokens.subarray(b * 64, b * 64 + length)];
      for (const id of written.ids[b] ?? []) {
        const tokens = Int32Array.from({ length: 64 }, (_, i) => ids[i] ?? tokenizer.special.padding);
        const index = batch.imageIndex.slice(2 * b, 2 * b + 2);
        const one = { ...batch, tokens, lengths: Int32Array.of(ids.length), imageIndex: index };
        const states = hiddenStates(config, named, inputOf(one));
        const row = gatherRows(states, tf.tensor1d([ids.length - 1], 'int32'));
        const logits = await allLogits(config, named, row).data();
        expect(logits.indexOf(Math.max(...logits))).toBe(id);
        ids.push(id);
      }
      expect(written.ids[b]?.length).toBeGreaterThan(0);
    }
  });

  it('leaves no tensors behind', async () => {
    const parameters = flat();
    const before = tf.memory().numTensors;
    const { losses, gradient } = lossOf(parameters, tinyBatch(6, 1));
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([losses, gradient, parameters]);
  });
});
