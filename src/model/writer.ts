// Reads prompts and feeds one token after the other, with a cache of keys and values of fixed size; both are captured once
// for all prompts of a shape. The samples of a batch write in step: token i of every sample goes to the same row of the
// cache, right after the padded prompt, and a mask hides the rows that hold padding.
import * as tf from '@tensorflow/tfjs';
import type { HostArrays } from '../gpu/hostTensors';
import { makeTensors } from '../gpu/hostTensors';
import { Replayed } from '../gpu/replayed';
import { gatherRows } from '../kernels/sequence/gatherRows';
import { storeKeysValues } from '../kernels/storeKeysValues';
import { headOf, type ModelConfig } from './config';
import { decodeToken } from './decoder';
import type { ParameterTable } from './parameters';
import { namedWeights, type Weights } from './weights';
import { allLogits, classLogits, hiddenStates, type ModelInput } from './vlm';

type PromptName = 'store' | 'pictures' | 'shown' | 'tokens' | 'places';

/** Makes the model's input of a prompt's tensors. */
export type ToInput = (tensors: Record<PromptName, tf.Tensor>) => ModelInput;

export interface Prompts {
  arrays: HostArrays<PromptName>;
  input: ToInput;
  /** [B] valid tokens of each right-padded prompt. */
  lengths: readonly number[];
}

export interface WriterModel {
  config: ModelConfig;
  table: ParameterTable;
  /** [P]; outlives the writer. */
  parameters: tf.Tensor1D;
}

/** What the heads say of the token that follows each sample. */
export interface Written {
  /** [B, V] */
  logits: Float32Array;
  /** [B, 2] of a head of two classes, as it is before the orders are set against each other; null without one. */
  classes: Float32Array | null;
}

function written([logits, classes]: readonly Float32Array[]): Written {
  return { logits: logits as Float32Array, classes: classes ?? null };
}

function heads(config: ModelConfig, weights: Weights, rows: tf.Tensor2D): tf.Tensor[] {
  const words = allLogits(config, weights, rows);
  return headOf(config) === 'language' ? [words] : [words, classLogits(config, weights, rows)];
}

export class Writer {
  readonly #model: WriterModel;
  readonly #rows: number;
  readonly #promptTokens: number;
  readonly #prompt: Replayed<PromptName | 'last' | 'first'>;
  readonly #token: Replayed<'next' | 'positions' | 'keyMask' | 'first'>;
  /** [B, S, 2·K·Dh] of each layer. */
  readonly #caches: tf.Tensor3D[];
  #valid: number[] = [];
  #mask = new Int32Array(0);
  #fed = 0;

  /** @param room tokens that may be fed after a prompt */
  constructor(model: WriterModel, prompts: Prompts, room: number) {
    this.#model = model;
    const { text_config: t } = model.config;
    const [batch = 0, tokens = 0] = prompts.arrays.tokens.shape;
    this.#promptTokens = tokens;
    this.#rows = tokens + room;
    const width = (2 * t.num_key_value_heads * t.hidden_size) / t.num_attention_heads;
    const values = new Float32Array(batch * this.#rows * width);
    this.#caches = Array.from({ length: t.num_hidden_layers }, () => {
      const { cache } = makeTensors({ cache: { values, shape: [batch, this.#rows, width] } });
      return cache as tf.Tensor3D;
    });
    this.#prompt = new Replayed(this.#promptArrays(prompts), (tensors) =>
      this.#readPrompt(prompts.input(tensors), tensors),
    );
    this.#mask = new Int32Array(batch * this.#rows);
    const nothing = Array.from({ length: batch }, () => 0);
    this.#token = new Replayed(this.#tokenArrays(nothing, nothing), (tensors) => this.#feedToken(tensors));
  }

  get isCaptured(): boolean {
    return this.#token.plan !== null;
  }

  async read(prompts: Prompts): Promise<Written> {
    this.#fed = 0;
    this.#valid = [...prompts.lengths];
    this.#mask.fill(0);
    prompts.lengths.forEach((length, b) => this.#mask.fill(1, b * this.#rows, b * this.#rows + length));
    return written(await this.#prompt.run(this.#promptArrays(prompts)));
  }

  /**
   * Feeds one token to each sample; null feeds padding that nothing will see.
   * @throws RangeError where there is no room left
   */
  async feed(tokens: readonly (number | null)[], padding: number): Promise<Written> {
    const row = this.#promptTokens + this.#fed;
    if (row >= this.#rows) throw new RangeError(`the cache has ${this.#rows} rows and all are used`);
    const positions = tokens.map((token, b) => (token === null ? 0 : (this.#valid[b] ?? 0)));
    tokens.forEach((token, b) => {
      if (token === null) return;
      this.#mask[b * this.#rows + row] = 1;
      this.#valid[b] = (this.#valid[b] ?? 0) + 1;
    });
    const arrays = this.#tokenArrays(
      tokens.map((token) => token ?? padding),
      positions,
    );
    this.#fed++;
    return written(await this.#token.run(arrays));
  }

  dispose(): void {
    this.#prompt.dispose();
    this.#token.dispose();
    tf.dispose(this.#caches);
  }

  #promptArrays({ arrays, lengths }: Prompts): HostArrays<PromptName | 'last' | 'first'> {
    const last = Int32Array.from(lengths, (length, b) => b * this.#promptTokens + length - 1);
    return {
      ...arrays,
      last: { values: last, shape: [lengths.length] },
      first: { values: Int32Array.of(0), shape: [1] },
    };
  }

  #tokenArrays(next: readonly number[], positions: readonly number[]) {
    const batch = next.length;
    return {
      next: { values: Int32Array.from(next), shape: [batch] },
      positions: { values: Int32Array.from(positions), shape: [batch, 1] },
      keyMask: { values: this.#mask.slice(), shape: [batch, this.#rows] },
      first: { values: Int32Array.of(this.#promptTokens + this.#fed), shape: [1] },
    };
  }

  #readPrompt(input: ModelInput, { last, first }: Record<'last' | 'first', tf.Tensor>): tf.Tensor[] {
    const { config, table, parameters } = this.#model;
    const weights = namedWeights(table, parameters);
    const hidden = hiddenStates(config, weights, input, (layer, qkv) => this.#store(layer, qkv, first as tf.Tensor1D));
    return heads(config, weights, gatherRows(hidden, last as tf.Tensor1D));
  }

  #feedToken({ next, positions, keyMask, first }: Record<'next' | 'positions' | 'keyMask' | 'first', tf.Tensor>) {
    const { config, table, parameters } = this.#model;
    const weights = namedWeights(table, parameters);
    const words = weights('model.text_model.embed_tokens.weight') as tf.Tensor2D;
    const x = gatherRows(words, next as tf.Tensor1D);
    const store = (layer: number, qkv: tf.Tensor3D) => this.#store(layer, qkv, first as tf.Tensor1D);
    const hidden = decodeToken(config, weights, x, positions as tf.Tensor2D, keyMask as tf.Tensor2D, store);
    return heads(config, weights, hidden);
  }

  #store(layer: number, qkv: tf.Tensor3D, first: tf.Tensor1D): tf.Tensor3D {
    const { num_attention_heads: heads, num_key_value_heads: kvHeads } = this.#model.config.text_config;
    const before = this.#caches[layer] as tf.Tensor3D;
    const after = storeKeysValues(before, qkv, first, { heads, kvHeads });
    if (after.dataId === before.dataId) return before;
    this.#caches[layer] = tf.keep(after);
    before.dispose();
    return after;
  }
}
