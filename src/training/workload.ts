// What a device is measured by, in the studio and in the benchmarks: a preset's model with fresh weights and its batches,
// made from nothing but a seed, so that a machine without data, tokenizer or network does the same work. Shapes are those
// of real tag and CoT samples.
import { Random } from '../base/random';
import type { Batch } from '../batches/batch';
import { collate } from '../batches/collate';
import { modelConfig, tokensPerImage, type ModelConfig, type ModelSize } from '../model/config';
import type { BatchShape } from '../model/cost';
import { initialParameters, parameterTable, type ParameterTable } from '../model/parameters';
import type { EncodedSample } from '../samples/sample';
import type { SampleKind } from '../samples/prompt';

export const VOCABULARY = 1024;
/** The shipped tokenizer's special tokens. */
export const TOKENS = { padding: 0, start: 1, end: 2, fake: 3, image: 4, global: 5, img1: 6, img2: 7 };
const FIRST_WORD = 8;

/**
 * Tokens of a sequence, of its text before the target, and of its target, for the simulator's longest task and
 * descriptions in the shipped tokenizer; prompts differ in length by up to `spread`.
 */
const LENGTHS: Record<SampleKind, { text: number; target: number; spread: number }> = {
  tag: { text: 46, target: 3, spread: 22 },
  cot: { text: 51, target: 86, spread: 22 },
};

/** AdamW as the presets have it. */
export const OPTIMIZER = { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clip: 1 };

/** Pairs in a micro-batch, and micro-batches a step, as the presets have them. */
export const PAIRS = 8;
export const ACCUMULATION: Record<ModelSize, number> = { nano: 1, micro: 2, mini: 2 };

export interface Workload {
  name: string;
  config: ModelConfig;
  table: ParameterTable;
  /** [P] fresh weights. */
  weights: Float32Array<ArrayBuffer>;
  /** The micro-batches of one optimiser step. */
  batches: Batch[];
  shape: BatchShape;
  /** Token ids of img1 and img2. */
  answers: readonly [number, number];
}

/** @param accumulation micro-batches a step; null for the preset's own */
export function presetWorkload(
  size: ModelSize,
  kind: SampleKind = 'tag',
  pairs = PAIRS,
  accumulation: number | null = null,
): Workload {
  const config = modelConfig(size, VOCABULARY, TOKENS, 'language');
  return workload(size, config, kind, pairs, accumulation ?? ACCUMULATION[size]);
}

export function workload(
  name: string,
  config: ModelConfig,
  kind: SampleKind,
  pairs: number,
  accumulation: number,
): Workload {
  const table = parameterTable(config);
  const batches = Array.from({ length: accumulation }, (_, micro) => madeBatch(config, kind, pairs, 1 + micro));
  return {
    name,
    config,
    table,
    weights: initialParameters(table, 7),
    batches,
    shape: batchShape(config, kind, pairs),
    answers: [TOKENS.img1, TOKENS.img2],
  };
}

/** The shape of a micro-batch whose pairs are shown in both orders, or in one only. */
export function batchShape(config: ModelConfig, kind: SampleKind, pairs: number, orders: 1 | 2 = 2): BatchShape {
  const { text, target } = LENGTHS[kind];
  const tokens = opening(config, new Random(0)).ids.length + text + target;
  const samples = orders * pairs;
  return { images: 2 * pairs, samples, tokens, supervised: samples * target };
}

/** A batch of pairs of noise pictures, each forward and reverse, with made-up words. */
export function madeBatch(config: ModelConfig, kind: SampleKind, pairs: number, seed: number): Batch {
  const random = new Random(20_26, seed);
  const size = config.vision_config.image_size;
  const images = Uint8Array.from({ length: 2 * pairs * size * size * 3 }, () => random.below(256));
  const samples = Array.from({ length: 2 * pairs }, (_, b) => madeSample(config, kind, b % 2 === 0, random));
  const index = samples.map((_, b): [number, number] => (b % 2 === 0 ? [b, b + 1] : [b, b - 1]));
  const { samples: count, tokens } = batchShape(config, kind, pairs);
  const shape = { samples: count, tokens, targets: LENGTHS[kind].target };
  return collate(samples, index, images, size, TOKENS.padding, shape, { judgementWeight: 1 });
}

function words(count: number, vocabulary: number, random: Random): number[] {
  return Array.from({ length: count }, () => FIRST_WORD + random.below(vocabulary - FIRST_WORD));
}

function opening(config: ModelConfig, random: Random) {
  const places = tokensPerImage(config);
  const ids = [TOKENS.start, ...words(4, config.text_config.vocab_size, random)];
  const imageStarts: [number, number] = [0, 0];
  [TOKENS.img1, TOKENS.img2].forEach((name, i) => {
    ids.push(name, TOKENS.fake, TOKENS.global);
    imageStarts[i] = ids.length;
    ids.push(...new Array<number>(places).fill(TOKENS.image), TOKENS.fake);
  });
  return { ids, imageStarts };
}

function madeSample(config: ModelConfig, kind: SampleKind, forward: boolean, random: Random): EncodedSample {
  const { text, target, spread } = LENGTHS[kind];
  const { ids, imageStarts } = opening(config, random);
  const vocabulary = config.text_config.vocab_size;
  ids.push(...words(text - random.below(spread), vocabulary, random));
  const promptLength = ids.length;
  ids.push(...words(target - 2, vocabulary, random));
  const judgementPlace = ids.length;
  ids.push(forward ? TOKENS.img2 : TOKENS.img1, TOKENS.end);
  return { ids, promptLength, supervisedFrom: promptLength, judgementPlace, imageStarts };
}

/** Tokens of one step that are not padding. */
export function tokensOf({ batches }: Workload): number {
  return batches.reduce((sum, batch) => sum + batch.lengths.reduce((a, b) => a + b, 0), 0);
}
