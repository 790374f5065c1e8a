// The model written as a tfjs program would be: stock operations and stock gradients only. The mathematics is that of
// src/model, line by line; the test of the benchmarks compares losses and gradients.
import * as tf from '@tensorflow/tfjs';
import type { ModelConfig } from '../../../src/model/config';
import { causalBias, turns } from './layout';

export type StockWeights = (name: string) => tf.Tensor;

export interface StockBatch {
  images: tf.Tensor4D;
  first: tf.Tensor1D;
  second: tf.Tensor1D;
  tokens: tf.Tensor2D;
  positions: tf.Tensor1D;
  labels: tf.Tensor1D;
  weights: tf.Tensor1D;
  imageStarts: readonly [number, number];
}

const dense = (x: tf.Tensor, weight: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D);

function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, 1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), weight), bias);
}

function rmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon))), weight);
}

function gelu(x: tf.Tensor): tf.Tensor {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/** q [B·T, H·Dh], k and v [B·T, K·Dh] → [B·T, H·Dh]; the H/K query heads of a key head go through one product. */
function attention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  shape: { batch: number; tokens: number; heads: number; kvHeads: number },
  bias: tf.Tensor | null,
): tf.Tensor {
  const { batch, tokens, heads, kvHeads } = shape;
  const headWidth = (q.shape[1] ?? 0) / heads;
  const split = (x: tf.Tensor, count: number) =>
    tf.reshape(tf.transpose(tf.reshape(x, [batch, tokens, count, headWidth]), [0, 2, 1, 3]), [
      batch * kvHeads,
      (count / kvHeads) * tokens,
      headWidth,
    ]);
  const scores = tf.mul(tf.matMul(split(q, heads), split(k, kvHeads), false, true), 1 / Math.sqrt(headWidth));
  const square = tf.reshape(scores, [batch, heads, tokens, tokens]);
  const shares = tf.softmax(bias === null ? square : tf.add(square, bias));
  const rows = tf.reshape(shares, [batch * kvHeads, (heads / kvHeads) * tokens, tokens]);
  const mixed = tf.reshape(tf.matMul(rows, split(v, kvHeads)), [batch, heads, tokens, headWidth]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * tokens, heads * headWidth]);
}

function encodeImages(config: ModelConfig, weights: StockWeights, images: tf.Tensor4D): tf.Tensor {
  const v = config.vision_config;
  const [count, side] = images.shape;
  const grid = side / v.patch_size;
  const places = grid * grid;
  const width = v.hidden_size;
  const w = (name: string) => weights(`model.vision_model.${name}`);
  const full = (x: tf.Tensor, name: string) => tf.add(dense(x, w(`${name}.weight`)), w(`${name}.bias`));
  const norm = (x: tf.Tensor, name: string) => layerNorm(x, w(`${name}.weight`), w(`${name}.bias`), v.layer_norm_eps);

  const cut = tf.reshape(images, [count, grid, v.patch_size, grid, v.patch_size, 3]);
  const tiles = tf.reshape(tf.transpose(cut, [0, 1, 3, 5, 2, 4]), [count * places, 3 * v.patch_size ** 2]);
  const normalised = tf.sub(tf.mul(tiles, 2 / 255), 1);
  const embedded = tf.reshape(full(normalised, 'embeddings.patch_embedding'), [count, places, width]);
  let x: tf.Tensor = tf.reshape(tf.add(embedded, tf.expandDims(w('embeddings.position_embedding.weight'), 0)), [
    count * places,
    width,
  ]);
  const shape = { batch: count, tokens: places, heads: v.num_attention_heads, kvHeads: v.num_attention_heads };
  for (let i = 0; i < v.num_hidden_layers; i++) {
    const layer = `encoder.layers.${i}.`;
    const normed = norm(x, `${layer}layer_norm1`);
    const [q, k, value] = ['q_proj', 'k_proj', 'v_proj'].map((part) => full(normed, `${layer}self_attn.${part}`));
    const mixed = attention(q as tf.Tensor, k as tf.Tensor, value as tf.Tensor, shape, null);
    x = tf.add(x, full(mixed, `${layer}self_attn.out_proj`));
    const hidden = gelu(full(norm(x, `${layer}layer_norm2`), `${layer}mlp.fc1`));
    x = tf.add(x, full(hidden, `${layer}mlp.fc2`));
  }
  const scale = config.scale_factor;
  const small = grid / scale;
  const cells = tf.reshape(norm(x, 'post_layernorm'), [count * small, scale, small, scale * width]);
  const merged = tf.reshape(tf.transpose(cells, [0, 2, 1, 3]), [count * small * small, scale * scale * width]);
  const features = dense(merged, weights('model.connector.modality_projection.proj.weight'));
  return tf.reshape(features, [count, small * small, config.text_config.hidden_size]);
}

function embed(config: ModelConfig, weights: StockWeights, batch: StockBatch): tf.Tensor {
  const [samples, tokens] = batch.tokens.shape;
  const table = weights('model.text_model.embed_tokens.weight');
  const words = tf.gather(table, batch.tokens);
  const features = encodeImages(config, weights, batch.images);
  const places = features.shape[1] ?? 0;
  const width = config.text_config.hidden_size;
  const [a, b] = batch.imageStarts;
  const between = (from: number, to: number) => tf.slice(words, [0, from, 0], [samples, to - from, width]);
  const [img1, img2] = [tf.gather(features, batch.first), tf.gather(features, batch.second)];
  return tf.concat([between(0, a), img1, between(a + places, b), img2, between(b + places, tokens)], 1);
}

function rotary(x: tf.Tensor, heads: number, cos: tf.Tensor, sin: tf.Tensor, samples: number): tf.Tensor {
  const [rows = 0, width = 0] = x.shape;
  const tokens = rows / samples;
  const half = width / heads / 2;
  const pairs = tf.reshape(x, [samples, tokens, heads, half * 2]);
  const first = tf.slice(pairs, [0, 0, 0, 0], [samples, tokens, heads, half]);
  const second = tf.slice(pairs, [0, 0, 0, half], [samples, tokens, heads, half]);
  const turned = tf.concat(
    [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))],
    3,
  );
  return tf.reshape(turned, [rows, width]);
}

/** Logits [M, V] at the supervised places. */
export function stockLogits(config: ModelConfig, weights: StockWeights, batch: StockBatch): tf.Tensor2D {
  const t = config.text_config;
  const [samples, tokens] = batch.tokens.shape;
  const width = t.hidden_size;
  const headWidth = width / t.num_attention_heads;
  const { cos, sin, half } = turns(tokens, headWidth, t.rope_theta);
  const [cosTable, sinTable] = [tf.tensor(cos, [1, tokens, 1, half]), tf.tensor(sin, [1, tokens, 1, half])];
  const bias = tf.tensor(causalBias(tokens), [1, 1, tokens, tokens]);
  const shape = { batch: samples, tokens, heads: t.num_attention_heads, kvHeads: t.num_key_value_heads };
  let h: tf.Tensor = tf.reshape(embed(config, weights, batch), [samples * tokens, width]);
  for (let i = 0; i < t.num_hidden_layers; i++) {
    const w = (name: string) => weights(`model.text_model.layers.${i}.${name}.weight`);
    const normed = rmsNorm(h, w('input_layernorm'), t.rms_norm_eps);
    const q = rotary(dense(normed, w('self_attn.q_proj')), shape.heads, cosTable, sinTable, samples);
    const k = rotary(dense(normed, w('self_attn.k_proj')), shape.kvHeads, cosTable, sinTable, samples);
    const mixed = attention(q, k, dense(normed, w('self_attn.v_proj')), shape, bias);
    h = tf.add(h, dense(mixed, w('self_attn.o_proj')));
    const after = rmsNorm(h, w('post_attention_layernorm'), t.rms_norm_eps);
    const gate = dense(after, w('mlp.gate_proj'));
    h = tf.add(h, dense(tf.mul(tf.mul(gate, tf.sigmoid(gate)), dense(after, w('mlp.up_proj'))), w('mlp.down_proj')));
  }
  const last = rmsNorm(h, weights('model.text_model.norm.weight'), t.rms_norm_eps);
  return dense(tf.gather(last, batch.positions), weights('lm_head.weight')) as tf.Tensor2D;
}

/** Σ weights · cross-entropy over the supervised places. */
export function stockLoss(config: ModelConfig, weights: StockWeights, batch: StockBatch): tf.Scalar {
  const logits = stockLogits(config, weights, batch);
  const oneHot = tf.oneHot(batch.labels, logits.shape[1]);
  const right = tf.sum(tf.mul(tf.logSoftmax(logits), tf.cast(oneHot, 'float32')), 1);
  return tf.neg(tf.sum(tf.mul(right, batch.weights))) as tf.Scalar;
}
