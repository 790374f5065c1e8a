// The model written as a jax-js program would be. Arrays are owned: a function consumes its arguments, and `.ref` keeps
// one for another use. The mathematics is that of src/model, line by line; the test of the benchmarks compares losses.
import { nn, numpy as np } from '@jax-js/jax';
import type { ModelConfig } from '../../../src/model/config';
import { turns } from './layout';

export type JaxWeights = Record<string, np.Array>;

export type JaxBatch = {
  /** [U, S, S, 3] as f32: jax-js has no bytes. */
  images: np.Array;
  first: np.Array;
  second: np.Array;
  /** [B, T] int32 */
  tokens: np.Array;
  positions: np.Array;
  labels: np.Array;
  weights: np.Array;
  /** The number 1, see `rows`. */
  one: np.Array;
};

type Take = (name: string) => np.Array;

/** Hands out each weight once; none is used twice in the model. */
function taker(weights: JaxWeights): Take {
  return (name) => {
    const weight = weights[name];
    if (weight === undefined) throw new Error(`The model has no weight named ${name}.`);
    return weight;
  };
}

/**
 * Rows by index. Within jit, version 0.1.25 refuses the gradient of a gather whose result goes on through a mere view
 * ("routine primitive scatter input is not imm"); a product with a number it does not know keeps the view away.
 */
function rows(x: np.Array, index: np.Array, one: np.Array): np.Array {
  return np.take(x, index, 0).mul(one);
}

function layerNorm(x: np.Array, weight: np.Array, bias: np.Array, epsilon: number): np.Array {
  const centred = x.ref.sub(np.mean(x, 1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), 1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(epsilon)))
    .mul(weight)
    .add(bias);
}

function rmsNorm(x: np.Array, weight: np.Array, epsilon: number): np.Array {
  const power = np.mean(np.square(x.ref), 1, { keepdims: true });
  return x.div(np.sqrt(power.add(epsilon))).mul(weight);
}

function encodeImages(config: ModelConfig, take: Take, images: np.Array): np.Array {
  const v = config.vision_config;
  const [count = 0, side = 0] = images.shape;
  const grid = side / v.patch_size;
  const places = grid * grid;
  const width = v.hidden_size;
  const heads = v.num_attention_heads;
  const w = (name: string) => take(`model.vision_model.${name}`);
  const full = (x: np.Array, name: string) => np.matmul(x, w(`${name}.weight`)).add(w(`${name}.bias`));
  const norm = (x: np.Array, name: string) => layerNorm(x, w(`${name}.weight`), w(`${name}.bias`), v.layer_norm_eps);

  const cut = images.reshape([count, grid, v.patch_size, grid, v.patch_size, 3]).transpose([0, 1, 3, 5, 2, 4]);
  const tiles = cut
    .reshape([count * places, 3 * v.patch_size ** 2])
    .mul(2 / 255)
    .sub(1);
  const embedded = full(tiles, 'embeddings.patch_embedding').reshape([count, places, width]);
  let x = embedded.add(w('embeddings.position_embedding.weight')).reshape([count * places, width]);
  for (let i = 0; i < v.num_hidden_layers; i++) {
    const layer = `encoder.layers.${i}.`;
    const normed = norm(x.ref, `${layer}layer_norm1`);
    const split = (part: string, input: np.Array) =>
      full(input, `${layer}self_attn.${part}`).reshape([count, places, heads, width / heads]);
    const q = split('q_proj', normed.ref);
    const k = split('k_proj', normed.ref);
    const mixed = nn.dotProductAttention(q, k, split('v_proj', normed)).reshape([count * places, width]);
    x = x.add(full(mixed, `${layer}self_attn.out_proj`));
    const hidden = nn.gelu(full(norm(x.ref, `${layer}layer_norm2`), `${layer}mlp.fc1`), { approximate: true });
    x = x.add(full(hidden, `${layer}mlp.fc2`));
  }
  const scale = config.scale_factor;
  const small = grid / scale;
  const cells = norm(x, 'post_layernorm').reshape([count, small, scale, small, scale * width]);
  const merged = cells.transpose([0, 1, 3, 2, 4]).reshape([count * small * small, scale * scale * width]);
  const features = np.matmul(merged, take('model.connector.modality_projection.proj.weight'));
  return features.reshape([count, small * small, config.text_config.hidden_size]);
}

function embed(config: ModelConfig, take: Take, batch: JaxBatch, [a, b]: readonly [number, number]): np.Array {
  const words = rows(take('model.text_model.embed_tokens.weight'), batch.tokens, batch.one.ref); // [B, T, D]
  const features = encodeImages(config, take, batch.images);
  const places = features.shape[1] ?? 0;
  const img1 = rows(features.ref, batch.first, batch.one.ref);
  const img2 = rows(features, batch.second, batch.one.ref);
  const tokens = words.shape[1] ?? 0;
  return np.concatenate(
    [
      words.ref.slice([], [0, a]),
      img1,
      words.ref.slice([], [a + places, b]),
      img2,
      words.slice([], [b + places, tokens]),
    ],
    1,
  );
}

/** Turns [B, T, H, Dh] by position. */
function rotary(x: np.Array, theta: number): np.Array {
  const [, tokens = 0, , headWidth = 0] = x.shape;
  const { cos, sin, half } = turns(tokens, headWidth, theta);
  const table = (values: Float32Array<ArrayBuffer>) => np.array(values, { shape: [tokens, 1, half] });
  const [c, s] = [table(cos), table(sin)];
  const [first, second] = [x.ref.slice([], [], [], [0, half]), x.slice([], [], [], [half, 2 * half])];
  return np.concatenate([first.ref.mul(c.ref).sub(second.ref.mul(s.ref)), second.mul(c).add(first.mul(s))], 3);
}

/** Logits [M, V] at the supervised places; consumes weights and batch but for labels and their weights. */
export function jaxLogits(
  config: ModelConfig,
  imageStarts: readonly [number, number],
  weights: JaxWeights,
  batch: JaxBatch,
): np.Array {
  const take = taker(weights);
  const t = config.text_config;
  const [samples = 0, tokens = 0] = batch.tokens.shape;
  const width = t.hidden_size;
  const headWidth = width / t.num_attention_heads;
  let h = embed(config, take, batch, imageStarts).reshape([samples * tokens, width]);
  for (let i = 0; i < t.num_hidden_layers; i++) {
    const w = (name: string) => take(`model.text_model.layers.${i}.${name}.weight`);
    const normed = rmsNorm(h.ref, w('input_layernorm'), t.rms_norm_eps);
    const split = (input: np.Array, name: string, heads: number) =>
      np.matmul(input, w(`self_attn.${name}`)).reshape([samples, tokens, heads, headWidth]);
    const q = rotary(split(normed.ref, 'q_proj', t.num_attention_heads), t.rope_theta);
    const k = rotary(split(normed.ref, 'k_proj', t.num_key_value_heads), t.rope_theta);
    const v = split(normed, 'v_proj', t.num_key_value_heads);
    const mixed = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([samples * tokens, width]);
    h = h.add(np.matmul(mixed, w('self_attn.o_proj')));
    const after = rmsNorm(h.ref, w('post_attention_layernorm'), t.rms_norm_eps);
    const gated = nn.silu(np.matmul(after.ref, w('mlp.gate_proj'))).mul(np.matmul(after, w('mlp.up_proj')));
    h = h.add(np.matmul(gated, w('mlp.down_proj')));
  }
  const last = rmsNorm(h, take('model.text_model.norm.weight'), t.rms_norm_eps);
  return np.matmul(rows(last, batch.positions, batch.one), take('lm_head.weight'));
}

/** Σ weights · cross-entropy over the supervised places. */
export function jaxLoss(
  config: ModelConfig,
  imageStarts: readonly [number, number],
  weights: JaxWeights,
  batch: JaxBatch,
): np.Array {
  const logits = jaxLogits(config, imageStarts, weights, batch);
  const picked = nn.oneHot(batch.labels, config.text_config.vocab_size).mul(nn.logSoftmax(logits));
  return np.sum(np.sum(picked, 1).mul(batch.weights)).mul(-1);
}
