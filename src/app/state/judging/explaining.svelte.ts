// The explanation of a judgement as it comes in: from the model (where it looked, small changes, one picture twice) and,
// at the same time, from the training data (pairs that look alike).
import { proxy, transfer } from 'comlink';
import * as m from '../../../words/messages';
import type { Recipe } from '../../../training/recipe';
import type { ExplainedMap, ExplanationPart, IdenticalPair, SimilarPairs } from '../../../workers/explainApi';
import type { ModelChoice } from '../../../workers/gpuApi';
import type { Engine } from '../../clients/engine';
import { percent } from '../../reading';
import { sentenceOf, type Notices } from '../notices.svelte';

/** What was judged, and by whom. */
export interface Judged {
  model: ModelChoice;
  /** What the model was trained with. */
  recipe: Recipe;
  task: string;
  kind: 'cot' | 'tag';
}

export type ChangesPart = Extract<ExplanationPart, { kind: 'changes' }>;

export interface Explanation {
  changes: ChangesPart | null;
  identical: readonly IdenticalPair[] | null;
  map: ExplainedMap | null;
  similar: SimilarPairs | null;
  /** Why the model, or the training data, could not be asked; in words. */
  modelTrouble: string | null;
  dataTrouble: string | null;
}

export interface Work {
  done: number;
  all: number;
  secondsLeft: number | null;
}

const NOTHING: Explanation = {
  changes: null,
  identical: null,
  map: null,
  similar: null,
  modelTrouble: null,
  dataTrouble: null,
};

export class Explaining {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #found = $state.raw<Explanation | null>(null);
  #asking = $state.raw<Work | null>(null);
  #comparing = $state.raw<Work | null>(null);
  #isCancelled = $state(false);
  #number = 0;

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** Null before anything was explained. */
  get found(): Explanation | null {
    return this.#found;
  }

  /** Questions to the model; null when none is on its way. */
  get asking(): Work | null {
    return this.#asking;
  }

  /** Training pairs looked at; null when that is over. */
  get comparing(): Work | null {
    return this.#comparing;
  }

  get working(): boolean {
    return this.#asking !== null || this.#comparing !== null;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** @param pictures copied; the owner may close them */
  async explain(judged: Judged, pictures: readonly [ImageBitmap, ImageBitmap]): Promise<void> {
    const number = ++this.#number;
    this.#found = NOTHING;
    this.#isCancelled = false;
    this.#asking = { done: 0, all: 0, secondsLeft: null };
    this.#comparing = { done: 0, all: 0, secondsLeft: null };
    this.#notices.announce(m.judge_explain_started());
    await Promise.all([this.#ask(number, judged, pictures), this.#compare(number, judged, pictures)]);
    if (number === this.#number && !this.#isCancelled) this.#notices.announce(m.judge_explain_done());
  }

  /** What was found so far stays. */
  cancel(): void {
    if (!this.working) return;
    this.#isCancelled = true;
    this.#stop();
    this.#notices.announce(m.judge_explain_cancelled());
  }

  /** The judgement is gone, and with it what explained it. */
  forget(): void {
    if (this.working) this.#stop();
    this.#number++;
    for (const { pictures } of this.#found?.similar?.pairs ?? []) pictures.forEach(({ bitmap }) => bitmap.close());
    this.#found = null;
    this.#isCancelled = false;
  }

  #stop(): void {
    this.#number++;
    this.#asking = null;
    this.#comparing = null;
    // A worker that died has nothing to cancel.
    void this.#engine.gpu.cancelExplaining().catch(() => undefined);
    void this.#engine.data.cancelSimilar().catch(() => undefined);
  }

  #add(part: Partial<Explanation>): void {
    this.#found = { ...(this.#found ?? NOTHING), ...part };
  }

  async #ask(
    number: number,
    { model, task, kind }: Judged,
    pictures: readonly [ImageBitmap, ImageBitmap],
  ): Promise<void> {
    const onPart = (part: ExplanationPart) => {
      if (number !== this.#number) return;
      if (part.kind === 'progress') this.#progress(part);
      else if (part.kind === 'changes') this.#add({ changes: part });
      else if (part.kind === 'identical') this.#add({ identical: part.pairs });
      else this.#add({ map: part.map });
    };
    try {
      const copies = await copied(pictures);
      await this.#engine.connected;
      await this.#engine.gpu.explain(transfer({ model, task, kind, pictures: copies }, copies), proxy(onPart));
    } catch (error) {
      if (number === this.#number) this.#add({ modelTrouble: sentenceOf(error) });
    }
    if (number === this.#number) this.#asking = null;
  }

  async #compare(number: number, { recipe }: Judged, pictures: readonly [ImageBitmap, ImageBitmap]): Promise<void> {
    const began = performance.now();
    const onProgress = (done: number, all: number) => {
      if (number !== this.#number) return;
      const seconds = (performance.now() - began) / 1000;
      this.#comparing = { done, all, secondsLeft: done > 0 ? (seconds * (all - done)) / done : null };
    };
    try {
      const copies = await copied(pictures);
      const similar = await this.#engine.data.similarPairs(recipe, transfer(copies, copies), proxy(onProgress));
      if (number === this.#number) this.#add({ similar });
    } catch (error) {
      if (number === this.#number) this.#add({ dataTrouble: sentenceOf(error) });
    }
    if (number === this.#number) this.#comparing = null;
  }

  #progress(work: Work): void {
    const quarter = ({ done, all }: Work) => (all > 0 ? Math.floor((4 * done) / all) : 0);
    const passed = quarter(work);
    if (passed > quarter(this.#asking ?? work) && passed < 4) {
      this.#notices.announce(m.judge_explain_share({ share: percent(25 * passed) }));
    }
    this.#asking = work;
  }
}

async function copied(pictures: readonly [ImageBitmap, ImageBitmap]): Promise<[ImageBitmap, ImageBitmap]> {
  return Promise.all([createImageBitmap(pictures[0]), createImageBitmap(pictures[1])]);
}
