// The Llama-style decoder: RMSNorm, rotary positions, grouped-query attention, gated MLP; with an optional cache of keys
// and values for generation.
import * as tf from '@tensorflow/tfjs';
import { attention } from '../kernels/attention';
import { linear } from '../kernels/linear';
import { rmsNorm } from '../kernels/rmsNorm';
import { rotary } from '../kernels/rotary';
import { siluMul } from '../kernels/siluMul';
import type { ModelConfig } from './config';
import type { Weights } from './parameters';

/** Keys (already rotated) and values of each layer so far: [B, S, kvHeads·Dh]. */
export type KeyValueCache = { keys: tf.Tensor3D; values: tf.Tensor3D }[];

/**
 * @param x [B, T, D] embedded tokens
 * @param positions [B, T] int32 rotary positions
 * @param keyMask [B, S] int32 over past and new keys, zero hides; null where only right padding follows
 * @param past cache to read, or null
 * @returns hidden states [B·T, D] after the last norm, and the cache with the new keys appended
 */
export function decode(
  config: ModelConfig,
  weights: Weights,
  x: tf.Tensor3D,
  positions: tf.Tensor2D,
  keyMask: tf.Tensor2D | null,
  past: KeyValueCache | null,
): { hidden: tf.Tensor2D; cache: KeyValueCache } {
  const t = config.text_config;
  const [batch, tokens, width] = x.shape;
  const keyWidth = (width / t.num_attention_heads) * t.num_key_value_heads;
  const shape = { heads: t.num_attention_heads, kvHeads: t.num_key_value_heads, causal: true };
  const cache: KeyValueCache = [];
  let h = tf.reshape(x, [batch * tokens, width]) as tf.Tensor2D;
  for (let i = 0; i < t.num_hidden_layers; i++) {
    const layer = `model.text_model.layers.${i}.`;
    const project = (input: tf.Tensor2D, name: string) =>
      linear(input, weights(`${layer}${name}.weight`) as tf.Tensor2D, null);
    const normed = rmsNorm(h, weights(`${layer}input_layernorm.weight`) as tf.Tensor1D, t.rms_norm_eps);
    const heads = (name: string, columns: number) =>
      tf.reshape(project(normed, `self_attn.${name}`), [batch, tokens, columns]) as tf.Tensor3D;
    const q = rotary(heads('q_proj', width), positions, { heads: shape.heads, theta: t.rope_theta });
    const newKeys = rotary(heads('k_proj', keyWidth), positions, { heads: shape.kvHeads, theta: t.rope_theta });
    const newValues = heads('v_proj', keyWidth);
    const before = past?.[i];
    const keys = before ? tf.concat([before.keys, newKeys], 1) : newKeys;
    const values = before ? tf.concat([before.values, newValues], 1) : newValues;
    cache.push({ keys, values });
    const mixed = tf.reshape(attention(q, keys, values, keyMask, shape), [batch * tokens, width]) as tf.Tensor2D;
    h = tf.add(h, project(mixed, 'self_attn.o_proj'));
    const after = rmsNorm(h, weights(`${layer}post_attention_layernorm.weight`) as tf.Tensor1D, t.rms_norm_eps);
    const gated = siluMul(project(after, 'mlp.gate_proj'), project(after, 'mlp.up_proj'));
    h = tf.add(h, project(gated, 'mlp.down_proj'));
  }
  return { hidden: rmsNorm(h, weights('model.text_model.norm.weight') as tf.Tensor1D, t.rms_norm_eps), cache };
}
