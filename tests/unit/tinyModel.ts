// A model small enough for seconds, with every part of the real one.
import { setBackend } from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Batch } from '../../src/batches/batch';
import { collate } from '../../src/batches/collate';
import { Random } from '../../src/base/random';
import { modelConfig, type Head, type ModelConfig } from '../../src/model/config';
import { encodeSample } from '../../src/samples/sample';
import type { AnswerName, SampleKind } from '../../src/samples/prompt';
import { shippedTokenizer } from './tokenizerFiles';

export const tokenizer = shippedTokenizer();
export const LIMITS = { task: 12, details: 12 };

/** The backend of machines without a graphics card, here in Node. */
export async function useWasm(): Promise<void> {
  setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/');
  await setBackend('wasm');
}

export function tinyConfig(head: Head = 'language'): ModelConfig {
  const config = modelConfig('nano', tokenizer.vocabularySize, tokenizer.tokenIds, head);
  Object.assign(config.vision_config, {
    hidden_size: 8,
    intermediate_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
  });
  Object.assign(config.vision_config, { image_size: 8, patch_size: 2 });
  Object.assign(config.text_config, { hidden_size: 16, intermediate_size: 16, num_hidden_layers: 2 });
  Object.assign(config.text_config, { num_attention_heads: 4, num_key_value_heads: 2 });
  return config;
}

const SIZE = 8;
const TOKENS_PER_IMAGE = 4;

/** A batch of pairs of noise pictures: forward and reverse of each. @param tokens padded length */
export function tinyBatch(seed: number, pairs: number, kind: SampleKind = 'tag', tokens = 64): Batch {
  const random = new Random(seed);
  const images = Uint8Array.from({ length: 2 * pairs * SIZE * SIZE * 3 }, () => random.below(256));
  const samples = Array.from({ length: 2 * pairs }, (_, b) => {
    const answer: AnswerName = b % 2 === 0 ? 'img2' : 'img1';
    const details = kind === 'cot' ? (['left gripper open', 'right gripper open'] as const) : null;
    return encodeSample(tokenizer, { kind, task: 'Stack the cubes.', details, answer }, TOKENS_PER_IMAGE, LIMITS);
  });
  const index = samples.map((_, b): [number, number] => (b % 2 === 0 ? [b, b + 1] : [b, b - 1]));
  const shape = { samples: 2 * pairs, tokens, targets: 24 };
  return collate(samples, index, images, SIZE, tokenizer.special.padding, shape, { judgementWeight: 1 });
}
