// Models that can be asked: the run in training, checkpoints of the store, and the two that come with the studio. Loaded
// ones are kept on the backend, the most recently used last.
import { readCheckpointFile } from '../checkpoints/importFile';
import type { CheckpointStore } from '../checkpoints/store';
import { freeJudge, makeJudge, type Judge } from '../evaluation/judge';
import type { ModelConfig } from '../model/config';
import type { Recipe } from '../training/recipe';
import type { ModelChoice, TokenIds } from './api';
import { pageBase } from './pageBase';

export interface ShelvedModel {
  judge: Judge;
  recipe: Recipe;
  label: string;
  trainedOn: string;
  step: number;
  /** Name of the last finished stage, where known. */
  after: string;
}

export interface Vocabulary {
  hash: string;
  tokens: TokenIds;
  cue: readonly number[];
}

const KEPT = 3;

export class ModelShelf {
  readonly #shelf = new Map<string, ShelvedModel>();
  readonly #store: () => Promise<CheckpointStore>;
  readonly #vocabulary: () => Promise<Vocabulary>;
  readonly #live: () => ShelvedModel | null;

  /** @param live the model of the run in training, or null */
  constructor(
    store: () => Promise<CheckpointStore>,
    vocabulary: () => Promise<Vocabulary>,
    live: () => ShelvedModel | null,
  ) {
    this.#store = store;
    this.#vocabulary = vocabulary;
    this.#live = live;
  }

  /** Frees all loaded models, as a change of backend must. */
  clear(): void {
    for (const { judge } of this.#shelf.values()) freeJudge(judge);
    this.forget();
  }

  /** Forgets all loaded models without freeing them: their device is gone. */
  forget(): void {
    this.#shelf.clear();
  }

  /** @throws Error in words where the model cannot be had */
  async get(choice: ModelChoice): Promise<ShelvedModel> {
    if (choice.kind === 'live') {
      const live = this.#live();
      if (!live) throw new Error('No model is in training. Start a run, or choose a saved model.');
      return live;
    }
    const key = JSON.stringify(choice);
    const found = this.#shelf.get(key);
    // A checkpoint named "latest" may have moved on, so only fixed choices are kept.
    if (found && !(choice.kind === 'checkpoint' && choice.checkpointId === null)) {
      this.#shelf.delete(key);
      this.#shelf.set(key, found);
      return found;
    }
    if (found) this.#drop(key);
    const model = choice.kind === 'shipped' ? await this.#shipped(choice.name) : await this.#checkpoint(choice);
    this.#shelf.set(key, model);
    while (this.#shelf.size > KEPT) this.#drop(this.#shelf.keys().next().value as string);
    return model;
  }

  #drop(key: string): void {
    const model = this.#shelf.get(key);
    if (model) freeJudge(model.judge);
    this.#shelf.delete(key);
  }

  async #shipped(name: 'biased' | 'cured'): Promise<ShelvedModel> {
    const { manifest, parts } = await shippedCheckpoint(name);
    return this.#shelve(
      { manifest, parameters: parts.parameters },
      name === 'biased' ? 'The biased model that comes with Palindrome' : 'The cured model that comes with Palindrome',
      name,
    );
  }

  async #checkpoint(choice: { runId: string; checkpointId: string | null }): Promise<ShelvedModel> {
    const store = await this.#store();
    const { manifest, parts } = await store.load(choice.runId, choice.checkpointId ?? undefined);
    const run = (await store.runs()).find((r) => r.id === choice.runId);
    const label = `${run?.name ?? 'A saved run'}, step ${manifest.step}${manifest.name ? ` (after ${manifest.name})` : ''}`;
    return this.#shelve({ manifest, parameters: parts.parameters }, label, manifest.name ?? 'training');
  }

  async #shelve(
    loaded: {
      manifest: { modelConfig: unknown; recipe: unknown; step: number; tokenizerHash: string };
      parameters: Float32Array<ArrayBuffer>;
    },
    label: string,
    after: string,
  ): Promise<ShelvedModel> {
    const { hash, tokens, cue } = await this.#vocabulary();
    const { manifest, parameters } = loaded;
    if (manifest.tokenizerHash !== hash) {
      throw new Error(
        'This model was trained with another tokenizer, so its words would be read wrongly. Train it anew.',
      );
    }
    const recipe = manifest.recipe as Recipe;
    return {
      judge: makeJudge(manifest.modelConfig as ModelConfig, parameters, {
        answers: [tokens.img1, tokens.img2],
        end: tokens.end,
        padding: tokens.padding,
        cue,
      }),
      recipe,
      label,
      trainedOn: trainedOn(recipe),
      step: manifest.step,
      after,
    };
  }
}

const fetched = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** The file of a shipped checkpoint, fetched once, so that judging works when the network is gone. */
export function shippedFile(name: 'biased' | 'cured'): Promise<Uint8Array<ArrayBuffer>> {
  let file = fetched.get(name);
  if (!file) {
    file = fetchShipped(name);
    file.catch(() => fetched.delete(name));
    fetched.set(name, file);
  }
  return file;
}

async function fetchShipped(name: 'biased' | 'cured'): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`checkpoints/${name}.safetensors`, pageBase()));
  // A server that answers every address with the page would otherwise look like a damaged file.
  if (!response.ok || response.headers.get('content-type')?.includes('text/html')) {
    throw new Error(
      `The ${name} model that comes with Palindrome could not be loaded (${response.status}). Reload the page.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** A checkpoint that comes with the studio. @throws Error where the file is missing or damaged */
export async function shippedCheckpoint(name: 'biased' | 'cured') {
  return readCheckpointFile(await shippedFile(name));
}

export function trainedOn(recipe: Recipe): string {
  return recipe.source.kind === 'simulator'
    ? `${recipe.source.episodes} simulated episodes (seed ${recipe.source.seed})`
    : 'your imported episodes';
}
