// The parameter table: every weight's Hugging Face name, shape and place in one flat vector. AdamW, clipping and
// checkpoints work on the vector; the model sees named views of it (weights.ts).
import { hashText, Random } from '../base/random';
import { headOf, type ModelConfig } from './config';
import * as m from '../words/messages';

export interface Parameter {
  name: string;
  shape: number[];
  /** First element in the flat vector. */
  offset: number;
  size: number;
  /** How it starts: normal with the config's spread, zeros, or ones. */
  start: 'normal' | 'zeros' | 'ones';
  /** Standard deviation for `normal`. */
  spread: number;
  /** Weight decay applies to matrices, not to norms, biases and embeddings of position. */
  decay: boolean;
}

/** Neighbours in the vector that the model reads as one matrix or vector, stacked along the outputs. */
export interface Pack {
  name: string;
  /** Names of the parameters in order. */
  parts: string[];
}

export interface ParameterTable {
  parameters: Parameter[];
  packs: Pack[];
  total: number;
}

/** The classes of a head beside the language head: [2, D], and [2] where it is not antisymmetric. */
export const CLASSES = 'classifier.weight';
export const CLASSES_BIAS = 'classifier.bias';

export function parameterTable(config: ModelConfig): ParameterTable {
  const parameters: Parameter[] = [];
  let offset = 0;
  const add = (name: string, shape: number[], start: Parameter['start'], spread = 0) => {
    const size = shape.reduce((a, b) => a * b, 1);
    parameters.push({ name, shape, offset, size, start, spread, decay: start === 'normal' && shape.length > 1 });
    offset += size;
  };
  addVision(config, add);
  addText(config, add);
  return { parameters, packs: packs(config), total: offset };
}

/** What stands side by side in the vector because one product serves it: queries, keys and values; gate and up. */
function packs(config: ModelConfig): Pack[] {
  const found: Pack[] = [];
  const stacked = (layer: string, pack: string, parts: string[], ending: string) =>
    found.push({ name: `${layer}${pack}.${ending}`, parts: parts.map((part) => `${layer}${part}.${ending}`) });
  const heads = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'];
  for (let i = 0; i < config.vision_config.num_hidden_layers; i++) {
    const layer = `model.vision_model.encoder.layers.${i}.`;
    for (const ending of ['weight', 'bias']) stacked(layer, 'self_attn.qkv_proj', heads, ending);
  }
  for (let i = 0; i < config.text_config.num_hidden_layers; i++) {
    const layer = `model.text_model.layers.${i}.`;
    stacked(layer, 'self_attn.qkv_proj', heads, 'weight');
    stacked(layer, 'mlp.gate_up_proj', ['mlp.gate_proj', 'mlp.up_proj'], 'weight');
  }
  return found;
}

type Add = (name: string, shape: number[], start: Parameter['start'], spread?: number) => void;

function addVision(config: ModelConfig, add: Add): void {
  const v = config.vision_config;
  const spread = v.initializer_range;
  const width = v.hidden_size;
  const prefix = 'model.vision_model.';
  const norm = (name: string) => {
    add(`${prefix}${name}.weight`, [width], 'ones');
    add(`${prefix}${name}.bias`, [width], 'zeros');
  };
  const dense = (name: string, outputs: number, inputs: number) => {
    add(`${prefix}${name}.weight`, [outputs, inputs], 'normal', spread);
    add(`${prefix}${name}.bias`, [outputs], 'zeros');
  };
  add(`${prefix}embeddings.patch_embedding.weight`, [width, 3, v.patch_size, v.patch_size], 'normal', spread);
  add(`${prefix}embeddings.patch_embedding.bias`, [width], 'zeros');
  add(`${prefix}embeddings.position_embedding.weight`, [(v.image_size / v.patch_size) ** 2, width], 'normal', spread);
  for (let i = 0; i < v.num_hidden_layers; i++) {
    const layer = `encoder.layers.${i}.`;
    norm(`${layer}layer_norm1`);
    const heads = ['q_proj', 'k_proj', 'v_proj'].map((part) => `${layer}self_attn.${part}`);
    for (const part of heads) add(`${prefix}${part}.weight`, [width, width], 'normal', spread);
    for (const part of heads) add(`${prefix}${part}.bias`, [width], 'zeros');
    dense(`${layer}self_attn.out_proj`, width, width);
    norm(`${layer}layer_norm2`);
    dense(`${layer}mlp.fc1`, v.intermediate_size, width);
    dense(`${layer}mlp.fc2`, width, v.intermediate_size);
  }
  norm('post_layernorm');
  const merged = width * config.scale_factor ** 2;
  add('model.connector.modality_projection.proj.weight', [config.text_config.hidden_size, merged], 'normal', spread);
}

function addText(config: ModelConfig, add: Add): void {
  const t = config.text_config;
  const spread = t.initializer_range;
  const width = t.hidden_size;
  const keyWidth = (width / t.num_attention_heads) * t.num_key_value_heads;
  add('model.text_model.embed_tokens.weight', [t.vocab_size, width], 'normal', spread);
  for (let i = 0; i < t.num_hidden_layers; i++) {
    const layer = `model.text_model.layers.${i}.`;
    add(`${layer}input_layernorm.weight`, [width], 'ones');
    add(`${layer}self_attn.q_proj.weight`, [width, width], 'normal', spread);
    add(`${layer}self_attn.k_proj.weight`, [keyWidth, width], 'normal', spread);
    add(`${layer}self_attn.v_proj.weight`, [keyWidth, width], 'normal', spread);
    add(`${layer}self_attn.o_proj.weight`, [width, width], 'normal', spread);
    add(`${layer}post_attention_layernorm.weight`, [width], 'ones');
    add(`${layer}mlp.gate_proj.weight`, [t.intermediate_size, width], 'normal', spread);
    add(`${layer}mlp.up_proj.weight`, [t.intermediate_size, width], 'normal', spread);
    add(`${layer}mlp.down_proj.weight`, [width, t.intermediate_size], 'normal', spread);
  }
  add('model.text_model.norm.weight', [width], 'ones');
  if (!config.tie_word_embeddings) add('lm_head.weight', [t.vocab_size, width], 'normal', spread);
  const head = headOf(config);
  if (head !== 'language') add(CLASSES, [2, width], 'normal', spread);
  if (head === 'classifier') add(CLASSES_BIAS, [2], 'zeros');
}

/** Fresh weights as their authors draw them: normal(0, initializer_range), biases zero, norms one. */
export function initialParameters(table: ParameterTable, seed: number): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(table.total);
  for (const { name, offset, size, start, spread } of table.parameters) {
    if (start === 'ones') flat.fill(1, offset, offset + size);
    if (start !== 'normal') continue;
    const random = new Random(seed, hashText(name));
    for (let i = 0; i < size; i++) flat[offset + i] = random.normal() * spread;
  }
  return flat;
}

/** [P] 1 where weight decay applies, 0 where not. */
export function decayMask(table: ParameterTable): Float32Array<ArrayBuffer> {
  const mask = new Float32Array(table.total);
  for (const { offset, size, decay } of table.parameters) if (decay) mask.fill(1, offset, offset + size);
  return mask;
}

interface Place {
  offset: number;
  shape: string;
}

/** Where each parameter stands in a flat vector. @throws Error where they do not fill it */
function placesOf(flat: Float32Array, order: readonly { name: string; shape: readonly number[] }[]) {
  const places = new Map<string, Place>();
  let offset = 0;
  for (const { name, shape } of order) {
    places.set(name, { offset, shape: shape.join() });
    offset += shape.reduce((product, side) => product * side, 1);
  }
  if (offset !== flat.length || places.size !== order.length) throw new Error(OTHERS);
  return places;
}

const OTHERS = m.engine_weights_not_described();

/**
 * A flat vector in the order of a table, from one whose parameters stand in another order.
 * @param order names and shapes as they stand in `flat`
 * @throws Error where the two do not have the same parameters
 */
export function arrange(
  flat: Float32Array<ArrayBuffer>,
  order: readonly { name: string; shape: readonly number[] }[],
  table: ParameterTable,
): Float32Array<ArrayBuffer> {
  if (order.length !== table.parameters.length) throw new Error(OTHERS);
  return take(flat, order, table, new Float32Array(flat.length), () => false);
}

/**
 * A model's weights from those of one that may lack its head: the head's classes start afresh, all else is taken over.
 * @param order names and shapes as they stand in `flat`
 * @throws Error where more than the head differs
 */
export function adopt(
  flat: Float32Array<ArrayBuffer>,
  order: readonly { name: string; shape: readonly number[] }[],
  table: ParameterTable,
  seed: number,
): Float32Array<ArrayBuffer> {
  const ours = (name: string) => name === CLASSES || name === CLASSES_BIAS;
  const known = new Set(table.parameters.map(({ name }) => name));
  if (order.some(({ name }) => !known.has(name) && !ours(name))) throw new Error(OTHERS);
  return take(flat, order, table, initialParameters(table, seed), ours);
}

/** @param mayLack which parameters stay as they are in `onto` where `flat` has none of that name */
function take(
  flat: Float32Array<ArrayBuffer>,
  order: readonly { name: string; shape: readonly number[] }[],
  table: ParameterTable,
  onto: Float32Array<ArrayBuffer>,
  mayLack: (name: string) => boolean,
): Float32Array<ArrayBuffer> {
  const places = placesOf(flat, order);
  for (const { name, shape, size, offset } of table.parameters) {
    const from = places.get(name);
    if (from === undefined && mayLack(name)) continue;
    if (from?.shape !== shape.join()) throw new Error(OTHERS);
    onto.set(flat.subarray(from.offset, from.offset + size), offset);
  }
  return onto;
}
