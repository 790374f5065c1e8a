// What a step costs at the least: the multiplications and additions that the model's mathematics asks for, and the bytes
// that must cross the memory bus when every operation is fused as far as it can be. With a device's matrix rate and
// bandwidth these give the floor that no implementation can beat.
import { tokensPerImage, type ModelConfig } from './config';
import { parameterTable } from './parameters';

/** Shapes of one micro-batch. */
export interface BatchShape {
  /** Different images U. */
  images: number;
  /** Samples B of T tokens each, padding included. */
  samples: number;
  tokens: number;
  /** Places M at which the vocabulary is read. */
  supervised: number;
}

/** Floating-point operations (a multiplication and an addition are two) and bytes moved. */
export interface Cost {
  flops: number;
  bytes: number;
}

const FLOAT = 4;
/** Numbers of a row's width that a fused layer reads and writes: forward, and backward with what it makes again. */
const FORWARD_NUMBERS = 30;
const BACKWARD_NUMBERS = 70;
/** Bytes AdamW moves for a parameter: parameter and both moments in and out, the gradient in. */
const ADAMW_BYTES = 28;

interface Forward {
  /** Matrix products with weights; their backward pass costs twice as much again. */
  linear: number;
  /** The first product, whose input needs no gradient. */
  first: number;
  /** Scores and mixing of the attention; the flash backward pass makes the scores again: 2.5 times as much. */
  attention: number;
  /** Sum over rows and layers of the row's width. */
  rowWidths: number;
}

function forward(config: ModelConfig, { images, samples, tokens, supervised }: BatchShape): Forward {
  const [v, t] = [config.vision_config, config.text_config];
  const places = (v.image_size / v.patch_size) ** 2;
  const imageRows = images * places;
  const width = v.hidden_size;
  const merged = width * config.scale_factor ** 2;
  const imageLayer = 4 * width * width + 2 * width * v.intermediate_size;
  const connector = images * tokensPerImage(config) * merged * t.hidden_size;

  const rows = samples * tokens;
  const keyWidth = (t.hidden_size / t.num_attention_heads) * t.num_key_value_heads;
  const textLayer = 2 * t.hidden_size * (t.hidden_size + keyWidth) + 3 * t.hidden_size * t.intermediate_size;
  const head = supervised * t.hidden_size * t.vocab_size;

  const scoresOfImages = images * places * places * width;
  const scoresOfText = samples * ((tokens * (tokens + 1)) / 2) * t.hidden_size;
  return {
    linear:
      2 * (imageRows * v.num_hidden_layers * imageLayer + connector + rows * t.num_hidden_layers * textLayer + head),
    first: 2 * imageRows * 3 * v.patch_size ** 2 * width,
    attention: 4 * (v.num_hidden_layers * scoresOfImages + t.num_hidden_layers * scoresOfText),
    rowWidths: imageRows * v.num_hidden_layers * width + rows * t.num_hidden_layers * t.hidden_size,
  };
}

function pictureBytes(config: ModelConfig, images: number): number {
  return images * config.vision_config.image_size ** 2 * 3;
}

/**
 * One optimiser step of `accumulation` micro-batches: the linear part three times its forward pass, attention three and
 * a half times; 100 numbers a row and layer, the weights read twice and their gradient written once each micro-step,
 * the logits written and read, and AdamW.
 */
export function trainingCost(config: ModelConfig, shape: BatchShape, accumulation: number): Cost {
  const { linear, first, attention, rowWidths } = forward(config, shape);
  const parameters = parameterTable(config).total;
  const logits = 2 * shape.supervised * config.text_config.vocab_size;
  const numbers = (FORWARD_NUMBERS + BACKWARD_NUMBERS) * rowWidths + 3 * parameters + logits;
  return {
    flops: accumulation * (3 * linear + 2 * first + 3.5 * attention),
    bytes: accumulation * (FLOAT * numbers + pictureBytes(config, shape.images)) + ADAMW_BYTES * parameters,
  };
}

/** One forced choice over a batch: the forward pass alone. */
export function judgingCost(config: ModelConfig, shape: BatchShape): Cost {
  const { linear, first, attention, rowWidths } = forward(config, shape);
  const numbers = FORWARD_NUMBERS * rowWidths + parameterTable(config).total;
  return { flops: linear + first + attention, bytes: FLOAT * numbers + pictureBytes(config, shape.images) };
}

/** What a device was measured to do at its best. */
export interface DeviceRates {
  /** Of matrix products, in 10⁹ operations a second. */
  matmulPeakGflops: number;
  bandwidthGBs: number;
}

/** The least milliseconds that a cost takes on a device: the longer of its arithmetic and its memory traffic. */
export function floorMs({ flops, bytes }: Cost, { matmulPeakGflops, bandwidthGBs }: DeviceRates): number {
  return Math.max(flops / (matmulPeakGflops * 1e6), bytes / (bandwidthGBs * 1e6));
}
