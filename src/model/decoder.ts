// The Llama-style decoder: RMSNorm, rotary positions, grouped-query attention, gated MLP. Whole sequences for training and
// for reading a prompt, single tokens over a cache of keys and values for writing.
import * as tf from '@tensorflow/tfjs';
import { addNorm, norm } from '../kernels/addNorm';
import { attention } from '../kernels/attention';
import { cachedAttention } from '../kernels/cachedAttention';
import { gatedFeedForward } from '../kernels/gatedFeedForward';
import { linear } from '../kernels/linear';
import { rotary } from '../kernels/rotary';
import type { ModelConfig } from './config';
import type { Weights } from './weights';

/** Hears of a layer's rotated queries, keys and values [B, T, (H + 2K)·Dh]. */
export type OnKeysValues = (layer: number, qkv: tf.Tensor3D) => void;

/**
 * @param x [B·T, D] embedded tokens
 * @param positions [B, T] int32 rotary positions
 * @returns hidden states [B·T, D] after the last norm
 */
export function decode(
  config: ModelConfig,
  weights: Weights,
  x: tf.Tensor2D,
  positions: tf.Tensor2D,
  onKeysValues?: OnKeysValues,
): tf.Tensor2D {
  const { num_attention_heads: heads, num_key_value_heads: kvHeads } = config.text_config;
  return layers(config, weights, x, positions, (layer, qkv) => {
    onKeysValues?.(layer, qkv);
    return attention(qkv, { heads, kvHeads, causal: true });
  });
}

/** One layer's cache: keys and values of all rows so far [B, S, 2·K·Dh], the new token's included. */
export type CacheOf = (layer: number, qkv: tf.Tensor3D) => tf.Tensor3D;

/**
 * One new token a sample.
 * @param x [B, D]
 * @param positions [B, 1] int32
 * @param keyMask [B, S] int32, zero hides a row of the cache
 * @param cacheOf stores the new keys and values and gives the layer's cache
 * @returns hidden states [B, D]
 */
export function decodeToken(
  config: ModelConfig,
  weights: Weights,
  x: tf.Tensor2D,
  positions: tf.Tensor2D,
  keyMask: tf.Tensor2D,
  cacheOf: CacheOf,
): tf.Tensor2D {
  const { num_attention_heads: heads, num_key_value_heads: kvHeads } = config.text_config;
  return layers(config, weights, x, positions, (layer, qkv) =>
    cachedAttention(qkv, cacheOf(layer, qkv), keyMask, { heads, kvHeads }),
  );
}

/** @param attend makes [B, T, H·Dh] of a layer's rotated queries, keys and values */
function layers(
  config: ModelConfig,
  weights: Weights,
  embedded: tf.Tensor2D,
  positions: tf.Tensor2D,
  attend: (layer: number, qkv: tf.Tensor3D) => tf.Tensor3D,
): tf.Tensor2D {
  const t = config.text_config;
  const [batch, tokens] = positions.shape;
  const headWidth = t.hidden_size / t.num_attention_heads;
  const turned = t.num_attention_heads + t.num_key_value_heads;
  const packed = (turned + t.num_key_value_heads) * headWidth;
  let x = embedded;
  let delta: tf.Tensor2D | null = null;
  for (let i = 0; i < t.num_hidden_layers; i++) {
    const layer = `model.text_model.layers.${i}.`;
    const matrix = (name: string) => weights(`${layer}${name}.weight`) as tf.Tensor2D;
    const normed = (name: string, before: tf.Tensor2D, change: tf.Tensor2D | null) =>
      addNorm(before, change, weights(`${layer}${name}.weight`) as tf.Tensor1D, null, t.rms_norm_eps);
    const attending = normed('input_layernorm', x, delta);
    const qkv = tf.reshape(linear(attending.normed, matrix('self_attn.qkv_proj'), null), [batch, tokens, packed]);
    const placed = rotary(qkv as tf.Tensor3D, positions, { turned, headWidth, theta: t.rope_theta });
    const mixed = tf.reshape(attend(i, placed), [batch * tokens, t.hidden_size]) as tf.Tensor2D;
    const thinking = normed('post_attention_layernorm', attending.sum, linear(mixed, matrix('self_attn.o_proj'), null));
    x = thinking.sum;
    delta = gatedFeedForward(thinking.normed, { gateUp: matrix('mlp.gate_up_proj'), down: matrix('mlp.down_proj') });
  }
  return norm(x, delta, weights('model.text_model.norm.weight') as tf.Tensor1D, null, t.rms_norm_eps);
}
