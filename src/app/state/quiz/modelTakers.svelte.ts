// Lets models judge the pairs that a person has judged, in both orders and on this computer.
import { transfer } from 'comlink';
import type { Judgement } from '../../../evaluation/metrics';
import type { ShippedName } from '../../../workers/gpuApi';
import * as m from '../../../words/messages';
import type { Engine } from '../../clients/engine';
import { usualWay } from '../modelChoices';
import type { Notices } from '../notices.svelte';
import { judgedPairs, judgement, type Attempt, type QuizPair } from './attempt';

/** Pixels of the pictures that are given to a model, as on the start page. */
const SIZE = 256;

export interface Taking {
  attempt: string;
  model: ShippedName;
  done: number;
  all: number;
  secondsLeft: number | null;
}

export class ModelTakers {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #taking = $state.raw<Taking | null>(null);
  /** By attempt and model. */
  #judged = $state.raw<Readonly<Record<string, readonly Judgement[]>>>({});
  #cancelled = false;

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** Null while none is at it. */
  get taking(): Taking | null {
    return this.#taking;
  }

  /** Null where the model has not judged these pairs. */
  judged(attempt: Attempt, model: ShippedName): readonly Judgement[] | null {
    return this.#judged[keyOf(attempt, model)] ?? null;
  }

  /** Takes effect after the pair at hand; a model that was not through is not counted. */
  cancel(): void {
    this.#cancelled = true;
  }

  async take(attempt: Attempt, models: readonly ShippedName[]): Promise<void> {
    if (this.#taking) return;
    const pairs = judgedPairs(attempt);
    const wanted = models.filter((model) => !this.judged(attempt, model));
    const all = pairs.length * wanted.length;
    this.#cancelled = false;
    let done = 0;
    const began = performance.now();
    await this.#notices.attempt(m.quiz_models_failed(), m.quiz_models_failed_todo(), async () => {
      await this.#engine.connected;
      for (const model of wanted) {
        const rows: Judgement[] = [];
        for (const pair of pairs) {
          const seconds = (performance.now() - began) / 1000;
          const secondsLeft = seconds > 3 && done > 0 ? (seconds * (all - done)) / done : null;
          this.#taking = { attempt: attempt.id, model, done, all, secondsLeft };
          rows.push(await this.#judge(pair, model));
          done++;
          if (this.#cancelled) return;
        }
        this.#judged = { ...this.#judged, [keyOf(attempt, model)]: rows };
      }
      this.#notices.announce(m.quiz_models_done());
    });
    this.#taking = null;
  }

  async #judge(pair: QuizPair, name: ShippedName): Promise<Judgement> {
    const given = await this.#engine.data.pictures(pair.episode, [...pair.frames], SIZE);
    const pictures = given.map(({ bitmap }) => bitmap) as [ImageBitmap, ImageBitmap];
    const model = { kind: 'shipped', name } as const;
    const request = { model, task: pair.task, pictures, kind: usualWay(model) };
    const { shown, swapped } = await this.#engine.gpu.judge(transfer(request, pictures));
    return judgement(pair, shown.answer, swapped.answer);
  }
}

const keyOf = (attempt: Attempt, model: ShippedName) => `${attempt.id} ${model}`;
