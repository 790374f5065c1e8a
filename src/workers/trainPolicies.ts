// Trains a policy in the data worker's worlds, judged by a model where its reward is made of preferences.
import { answerPairs } from '../reward/readCritic';
import { agrees, score } from '../reward/reading';
import type { Environment, Observation } from '../reward/policy/environment';
import { POLICY_SETTINGS, trainPolicy } from '../reward/policy/trainPolicy';
import type { PairJudge } from '../reward/preference/pairJudge';
import type { BatchApi } from './batchApi';
import type { Wanted } from './explainPictures';
import type { ShelvedModel } from './modelShelf';
import type { OpenedWorlds, PolicyNews, PolicyOrder } from './policyApi';

/** @returns false where it was cancelled */
export async function trainPolicyWith(
  model: ShelvedModel,
  { task, number, count, reward, seed, settings }: PolicyOrder,
  data: BatchApi,
  tell: (news: PolicyNews) => void,
  wanted: Wanted,
): Promise<boolean> {
  const size = model.judge.config.vision_config.image_size;
  const opened = await data.openWorlds({ ...task, number, count, seed, size });
  try {
    const environment = new FilmedWorlds(opened, data);
    const judge = judgeOf(model, opened.task, data);
    const training = {
      environment,
      reward,
      judge,
      seed,
      settings: { ...POLICY_SETTINGS, ...settings },
      cancelled: () => wanted.isCancelled,
    };
    for await (const progress of trainPolicy(training)) {
      tell({ ...progress, task: opened.task, film: environment.film(), size });
    }
    return !wanted.isCancelled;
  } finally {
    await data.closeWorlds(opened.id);
  }
}

/** The data worker's worlds as an environment, which keeps the pictures of its first world's last episode. */
class FilmedWorlds implements Environment {
  readonly count;
  readonly horizon;
  readonly size;
  readonly actions;
  readonly proprioception;
  readonly #id: number;
  readonly #data: BatchApi;
  #frames: Uint8Array[] = [];
  #film: Uint8Array[] = [];

  constructor({ id, shape }: OpenedWorlds, data: BatchApi) {
    this.#id = id;
    this.#data = data;
    this.count = shape.count;
    this.horizon = shape.horizon;
    this.size = shape.size;
    this.actions = shape.actions;
    this.proprioception = shape.proprioception;
  }

  async reset(): Promise<Observation> {
    const first = await this.#data.resetWorlds(this.#id);
    this.#frames = [this.#first(first)];
    return first;
  }

  async step(actions: Uint8Array) {
    const step = await this.#data.stepWorlds(this.#id, actions);
    if (step.last) {
      this.#film = [...this.#frames, this.#first(step.last)];
      this.#frames = [];
    }
    this.#frames.push(this.#first(step));
    return step;
  }

  /** [horizon + 1, size, size, 3] */
  film(): Uint8Array<ArrayBuffer> {
    const bytes = this.size ** 2 * 3;
    const film = new Uint8Array(this.#film.length * bytes);
    this.#film.forEach((frame, t) => film.set(frame, t * bytes));
    return film;
  }

  #first({ frames }: Observation): Uint8Array {
    return frames.slice(0, this.size ** 2 * 3);
  }
}

function judgeOf(model: ShelvedModel, task: string, data: BatchApi): PairJudge {
  const form = { kind: 'tag', end: 'judgement' } as const;
  return async (frames) => {
    const pairs = frames.length / (2 * model.judge.config.vision_config.image_size ** 2 * 3);
    const neighbours = Array.from({ length: pairs }, (_, m): [number, number] => [2 * m, 2 * m + 1]);
    const answers = await answerPairs(model.judge, frames, neighbours, (images, asked) =>
      data.judgeBatch(
        images,
        model.recipe.model,
        task,
        form,
        asked.map(([a, b]) => [a, b]),
      ),
    );
    if (answers === null) throw new TypeError('ended');
    return {
      secondCloser: Float32Array.from({ length: pairs }, (_, m) => 1 / (1 + Math.exp(-score(answers, m)))),
      agrees: Uint8Array.from({ length: pairs }, (_, m) => (agrees(answers, m) ? 1 : 0)),
    };
  };
}
