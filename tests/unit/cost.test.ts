// The counts that shares of the roofline are made of, against a model small enough to count by hand.
import { expect, it } from 'vitest';
import { modelConfig } from '../../src/model/config';
import { floorMs, judgingCost, trainingCost } from '../../src/model/cost';
import { parameterTable } from '../../src/model/parameters';

function handConfig() {
  const config = modelConfig('nano', 100, { image: 4, start: 1, end: 2, padding: 0 }, 'language');
  // 4 × 4 pixels in 4 patches of 2 × 2; one layer of width 8 with 16 inside; the shuffle makes one token of the image.
  Object.assign(config.vision_config, { image_size: 4, patch_size: 2, hidden_size: 8, intermediate_size: 16 });
  Object.assign(config.vision_config, { num_hidden_layers: 1, num_attention_heads: 2 });
  // Two layers of width 12 with 20 inside; 3 query heads share one key head of width 4.
  Object.assign(config.text_config, { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 2 });
  Object.assign(config.text_config, { num_attention_heads: 3, num_key_value_heads: 1 });
  return config;
}

// 2 images, 3 samples of 5 tokens, 4 supervised places.
const SHAPE = { images: 2, samples: 3, tokens: 5, supervised: 4 };

const PATCHES = 2 * (8 * 12 * 8); // 8 rows of 12 numbers into 8
const VISION = 2 * 8 * (8 * 8 * 4 + 8 * 16 * 2); // 8 rows: q, k, v, out and two of the feed-forward
const CONNECTOR = 2 * 2 * 32 * 12; // 2 tokens of 4 · 8 numbers into 12
const TEXT = 2 * 2 * 15 * (12 * 12 + 12 * 4 + 12 * 4 + 12 * 12 + 3 * 12 * 20); // two layers of 15 rows
const HEAD = 2 * 4 * 12 * 100;
const VISION_ATTENTION = 2 * 2 * (2 * 4 * 4 * 8); // scores and mixing; 2 images of 4 by 4 places
const TEXT_ATTENTION = 2 * (2 * 2 * (3 * 15 * 12)); // two layers; a token sees itself and those before it: 15 of 25
const ROW_WIDTHS = 8 * 8 + 2 * 15 * 12;

it('counts a training step as by hand', () => {
  const config = handConfig();
  const parameters = parameterTable(config).total;
  const { flops, bytes } = trainingCost(config, SHAPE, 3);
  const linear = VISION + CONNECTOR + TEXT + HEAD;
  expect(flops).toBe(3 * (3 * linear + 2 * PATCHES + 3.5 * (VISION_ATTENTION + TEXT_ATTENTION)));
  const numbers = 100 * ROW_WIDTHS + 3 * parameters + 2 * 4 * 100;
  expect(bytes).toBe(3 * (4 * numbers + 2 * 4 * 4 * 3) + 28 * parameters);
});

it('counts judging as the forward pass alone', () => {
  const config = handConfig();
  const { flops, bytes } = judgingCost(config, SHAPE);
  expect(flops).toBe(PATCHES + VISION + CONNECTOR + TEXT + HEAD + VISION_ATTENTION + TEXT_ATTENTION);
  expect(bytes).toBe(4 * (30 * ROW_WIDTHS + parameterTable(config).total) + 2 * 4 * 4 * 3);
});

it('takes the longer of arithmetic and memory as the floor', () => {
  const rates = { matmulPeakGflops: 1000, bandwidthGBs: 100 };
  expect(floorMs({ flops: 4e9, bytes: 1e8 }, rates)).toBeCloseTo(4);
  expect(floorMs({ flops: 1e9, bytes: 1e9 }, rates)).toBeCloseTo(10);
});
