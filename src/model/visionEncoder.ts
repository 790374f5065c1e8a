// The SigLIP-style vision encoder and the connector of Idefics3: patches → transformer → pixel shuffle → one linear layer.
import * as tf from '@tensorflow/tfjs';
import { addNorm, norm } from '../kernels/addNorm';
import { addPlaces } from '../kernels/pictures/addPlaces';
import { attention } from '../kernels/attention';
import { feedForward } from '../kernels/feedForward';
import { linear } from '../kernels/linear';
import { pixelShuffle } from '../kernels/pictures/pixelShuffle';
import { patches } from '../kernels/pictures/patches';
import type { ModelConfig } from './config';
import type { Weights } from './weights';
import type { ModelInput } from './vlm';

const PREFIX = 'model.vision_model.';

/** @returns [U, N, D] features in the decoder's width */
export function encodeImages(
  config: ModelConfig,
  weights: Weights,
  { store, pictures }: Pick<ModelInput, 'store' | 'pictures'>,
): tf.Tensor3D {
  const v = config.vision_config;
  const count = pictures.shape[0];
  const places = (v.image_size / v.patch_size) ** 2;
  const width = v.hidden_size;
  const matrix = (name: string) => weights(PREFIX + name) as tf.Tensor2D;
  const vector = (name: string) => weights(PREFIX + name) as tf.Tensor1D;
  const heads = { heads: v.num_attention_heads, kvHeads: v.num_attention_heads, causal: false };

  const kernel = tf.reshape(weights(`${PREFIX}embeddings.patch_embedding.weight`), [width, -1]) as tf.Tensor2D;
  const tiles = patches(store, pictures, { side: v.image_size, patch: v.patch_size });
  const embedded = linear(tiles, kernel, vector('embeddings.patch_embedding.bias')); // [U·P, D]
  let x = addPlaces(embedded, matrix('embeddings.position_embedding.weight'));
  let delta: tf.Tensor2D | null = null;
  for (let i = 0; i < v.num_hidden_layers; i++) {
    const layer = `encoder.layers.${i}.`;
    const normed = (name: string, before: tf.Tensor2D, change: tf.Tensor2D | null) =>
      addNorm(before, change, vector(`${layer}${name}.weight`), vector(`${layer}${name}.bias`), v.layer_norm_eps);
    const dense = (input: tf.Tensor2D, name: string) =>
      linear(input, matrix(`${layer}${name}.weight`), vector(`${layer}${name}.bias`));
    const attending = normed('layer_norm1', x, delta);
    const qkv = tf.reshape(dense(attending.normed, 'self_attn.qkv_proj'), [count, places, 3 * width]) as tf.Tensor3D;
    const mixed = tf.reshape(attention(qkv, heads), [count * places, width]) as tf.Tensor2D;
    const thinking = normed('layer_norm2', attending.sum, dense(mixed, 'self_attn.out_proj'));
    x = thinking.sum;
    delta = feedForward(thinking.normed, {
      w1: matrix(`${layer}mlp.fc1.weight`),
      b1: vector(`${layer}mlp.fc1.bias`),
      w2: matrix(`${layer}mlp.fc2.weight`),
      b2: vector(`${layer}mlp.fc2.bias`),
    });
  }
  const last = norm(x, delta, vector('post_layernorm.weight'), vector('post_layernorm.bias'), v.layer_norm_eps);
  const merged = pixelShuffle(last, count, config.scale_factor); // [U·N, D·s²]
  const projected = linear(merged, weights('model.connector.modality_projection.proj.weight') as tf.Tensor2D, null);
  return tf.reshape(projected, [count, -1, config.text_config.hidden_size]);
}
