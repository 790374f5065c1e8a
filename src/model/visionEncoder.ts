// The SigLIP-style vision encoder and the connector of Idefics3: patches → transformer → pixel shuffle → one linear layer.
import * as tf from '@tensorflow/tfjs';
import { attention } from '../kernels/attention';
import { gelu } from '../kernels/gelu';
import { layerNorm } from '../kernels/layerNorm';
import { linear } from '../kernels/linear';
import { patches } from '../kernels/patches';
import { pixelShuffle } from '../kernels/pixelShuffle';
import type { ModelConfig } from './config';
import type { Weights } from './parameters';

const PREFIX = 'model.vision_model.';

/**
 * @param images [U, S, S, 3] bytes as int32 or f32
 * @returns [U, N, D] features in the decoder's width
 */
export function encodeImages(config: ModelConfig, weights: Weights, images: tf.Tensor4D): tf.Tensor3D {
  const v = config.vision_config;
  const count = images.shape[0];
  const places = (v.image_size / v.patch_size) ** 2;
  const width = v.hidden_size;
  const matrix = (name: string) => weights(PREFIX + name) as tf.Tensor2D;
  const vector = (name: string) => weights(PREFIX + name) as tf.Tensor1D;
  const norm = (x: tf.Tensor2D, name: string) =>
    layerNorm(x, vector(`${name}.weight`), vector(`${name}.bias`), v.layer_norm_eps);
  const dense = (x: tf.Tensor2D, name: string) => linear(x, matrix(`${name}.weight`), vector(`${name}.bias`));

  const kernel = tf.reshape(weights(`${PREFIX}embeddings.patch_embedding.weight`), [width, -1]) as tf.Tensor2D;
  const embedded = linear(patches(images, v.patch_size), kernel, vector('embeddings.patch_embedding.bias')); // [U·P, D]
  const placed = tf.add(
    tf.reshape(embedded, [count, places, width]),
    tf.expandDims(matrix('embeddings.position_embedding.weight'), 0),
  );
  let x = tf.reshape(placed, [count * places, width]) as tf.Tensor2D;
  const rows = (t: tf.Tensor2D) => tf.reshape(t, [count, places, width]) as tf.Tensor3D;
  const heads = { heads: v.num_attention_heads, kvHeads: v.num_attention_heads, causal: false };
  for (let i = 0; i < v.num_hidden_layers; i++) {
    const layer = `encoder.layers.${i}.`;
    const normed = norm(x, `${layer}layer_norm1`);
    const [q, k, value] = ['q_proj', 'k_proj', 'v_proj'].map((part) =>
      rows(dense(normed, `${layer}self_attn.${part}`)),
    );
    const mixed = attention(q as tf.Tensor3D, k as tf.Tensor3D, value as tf.Tensor3D, null, heads);
    x = tf.add(x, dense(tf.reshape(mixed, [count * places, width]), `${layer}self_attn.out_proj`));
    const hidden = gelu(dense(norm(x, `${layer}layer_norm2`), `${layer}mlp.fc1`));
    x = tf.add(x, dense(hidden, `${layer}mlp.fc2`));
  }
  const merged = pixelShuffle(rows(norm(x, 'post_layernorm')), config.scale_factor); // [U, N, D·s²]
  const [, tokens, mergedWidth] = merged.shape;
  const projected = linear(
    tf.reshape(merged, [count * tokens, mergedWidth]),
    weights('model.connector.modality_projection.proj.weight') as tf.Tensor2D,
    null,
  );
  return tf.reshape(projected, [count, tokens, config.text_config.hidden_size]);
}
