// Models that can be asked: the run in training, checkpoints of the store, and those that come with the studio. Loaded
// ones are kept on the backend, the most recently used last.
import { sha256 } from '../checkpoints/chunks';
import type { ExportedManifest } from '../checkpoints/manifest';
import type { CheckpointStore } from '../checkpoints/store';
import { copyJudge, freeJudge, makeJudge, type Judge } from '../evaluation/judge';
import { headOf, type ModelConfig } from '../model/config';
import { arrange, parameterTable } from '../model/parameters';
import type { Recipe } from '../training/recipe';
import type { TokenIds } from './batchApi';
import type { ModelChoice, ShippedName } from './gpuApi';
import type { ModelIdentity } from './modelNames';
import { readTrainerState } from './runRecords';
import { shippedCheckpoint } from './shippedModels';
import * as m from '../words/messages';

export interface ShelvedModel {
  judge: Judge;
  recipe: Recipe;
  identity: ModelIdentity;
  step: number;
  /** Name of the last finished stage, where known. */
  after: string;
  /** Ids of the run and the checkpoint; null where it is of none. */
  run: string | null;
  checkpoint: string | null;
  /** SHA-256 of the weights; null of those that still change, and where the browser cannot say. */
  weights: string | null;
  /** Hash of the data that it was trained on. */
  dataHash: string;
}

export interface Vocabulary {
  hash: string;
  tokens: TokenIds;
  cue: readonly number[];
}

const KEPT = 3;

/** Each kind by itself. */
type WithoutHead<T> = T extends unknown ? Omit<T, 'turnsByConstruction'> : never;

interface Place {
  model: Promise<ShelvedModel>;
  users: number;
  /** Taken off the shelf while in use; freed when the last user is done. */
  retired: boolean;
}

export class ModelShelf {
  readonly #shelf = new Map<string, Place>();
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

  /** Frees all loaded models that nobody uses, and the others once they are done, as a change of backend must. */
  clear(): void {
    for (const key of [...this.#shelf.keys()]) this.#retire(key);
  }

  /** Forgets all loaded models without freeing them: their device is gone. */
  forget(): void {
    this.#shelf.clear();
  }

  /**
   * Lends a model for as long as `work` takes. The model in training is lent as a copy of this moment.
   * @throws Error in words where the model cannot be had
   */
  async use<T>(choice: ModelChoice, work: (model: ShelvedModel) => Promise<T>): Promise<T> {
    if (choice.kind === 'live') return this.#useLive(work);
    const key = JSON.stringify(choice);
    // "Latest" may have moved on since it was loaded.
    if (choice.kind === 'checkpoint' && choice.checkpointId === null) this.#retire(key);
    const place = this.#shelf.get(key) ?? { model: this.#load(choice), users: 0, retired: false };
    this.#shelf.delete(key);
    this.#shelf.set(key, place);
    place.users++;
    try {
      return await work(await place.model);
    } catch (error) {
      if (await failed(place.model)) this.#shelf.delete(key);
      throw error;
    } finally {
      place.users--;
      if (place.retired) free(place);
      for (const old of [...this.#shelf.keys()].slice(0, Math.max(0, this.#shelf.size - KEPT))) this.#retire(old);
    }
  }

  async #useLive<T>(work: (model: ShelvedModel) => Promise<T>): Promise<T> {
    const live = this.#live();
    if (!live) throw new Error(m.engine_no_model_in_training());
    const judge = copyJudge(live.judge);
    try {
      return await work({ ...live, judge });
    } finally {
      freeJudge(judge);
    }
  }

  #load(choice: Exclude<ModelChoice, { kind: 'live' }>): Promise<ShelvedModel> {
    return choice.kind === 'shipped' ? this.#shipped(choice.name) : this.#checkpoint(choice);
  }

  #retire(key: string): void {
    const place = this.#shelf.get(key);
    if (!place) return;
    this.#shelf.delete(key);
    place.retired = true;
    free(place);
  }

  async #shipped(name: ShippedName): Promise<ShelvedModel> {
    const { manifest, parts } = await shippedCheckpoint(name);
    return this.#shelve({ manifest, parameters: parts.parameters }, { kind: 'shipped', name }, name);
  }

  async #checkpoint(choice: { runId: string; checkpointId: string | null }): Promise<ShelvedModel> {
    const store = await this.#store();
    const { manifest, parts } = await store.load(choice.runId, choice.checkpointId ?? undefined);
    const run = (await store.runs()).find((r) => r.id === choice.runId);
    const { step, name: stage } = manifest;
    const identity = {
      kind: 'checkpoint',
      runId: choice.runId,
      checkpointId: manifest.id,
      run: run?.name ?? '',
      step,
      stage: stage ?? null,
    } as const;
    const place = { run: choice.runId, checkpoint: manifest.id };
    return this.#shelve({ manifest, parameters: parts.parameters }, identity, stage ?? 'training', place);
  }

  async #shelve(
    loaded: {
      manifest: Pick<
        ExportedManifest,
        'modelConfig' | 'recipe' | 'step' | 'tokenizerHash' | 'trainerState' | 'parameters'
      >;
      parameters: Float32Array<ArrayBuffer>;
    },
    known: WithoutHead<ModelIdentity>,
    after: string,
    place: Pick<ShelvedModel, 'run' | 'checkpoint'> = { run: null, checkpoint: null },
  ): Promise<ShelvedModel> {
    const { hash, tokens, cue } = await this.#vocabulary();
    const { manifest, parameters } = loaded;
    if (manifest.tokenizerHash !== hash) {
      throw new Error(m.engine_model_other_tokenizer_anew());
    }
    const recipe = manifest.recipe as Recipe;
    const config = manifest.modelConfig as ModelConfig;
    const weights = await weightsHash(parameters);
    return {
      ...place,
      weights,
      judge: makeJudge(config, arrange(parameters, manifest.parameters, parameterTable(config)), {
        answers: [tokens.img1, tokens.img2],
        end: tokens.end,
        padding: tokens.padding,
        cue,
      }),
      recipe,
      identity: { ...known, turnsByConstruction: turnsByConstruction(config) },
      step: manifest.step,
      after,
      dataHash: readTrainerState(manifest.trainerState).dataHash,
    };
  }
}

/** SHA-256 of weights; null where the page is of no secure origin, which alone may take hashes. */
export async function weightsHash({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>) {
  return isSecureContext ? sha256(new Uint8Array(buffer, byteOffset, byteLength)) : null;
}

function free(place: Place): void {
  if (place.users > 0) return;
  place.model.then(({ judge }) => freeJudge(judge)).catch(() => undefined);
}

const failed = (model: Promise<unknown>) =>
  model.then(
    () => false,
    () => true,
  );

export function turnsByConstruction(config: ModelConfig): boolean {
  return headOf(config) === 'antisymmetric';
}
