// The start page's story: a pair, the answer of a model that follows position, ten pairs that show it is no accident,
// and the same pair judged again every second while the cure runs.
import { transfer } from 'comlink';
import { LESSON, preset } from '../../training/presets';
import type { Recipe } from '../../training/recipe';
import type { ExamplePair } from '../../workers/dataApi';
import type { JudgeVerdict, ModelChoice, ShippedName } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { cureRecipe } from '../recipes/cureRecipe';
import { speedOf } from '../recipes/deviceSpeed';
import { usualWay } from './modelChoices';
import type { Notices } from './notices.svelte';
import type { Training } from './training.svelte';

/** What judging pairs in both orders has shown so far. */
export interface Tally {
  pairs: number;
  /** Pairs whose answer named the same position in both orders. */
  followed: number;
  forwardRight: number;
  reverseRight: number;
}

const pairsOfTally = 10;
const none: Tally = { pairs: 0, followed: 0, forwardRight: 0, reverseRight: 0 };

/** A few films of another seed than the lesson's: quickly drawn, and never seen in training. */
function unseenBy(recipe: Recipe): Recipe {
  const lesson = recipe.source.kind === 'simulator' ? recipe.source : LESSON;
  return {
    ...recipe,
    source: { ...lesson, seed: lesson.seed + 1_000_000, episodes: 40 },
    sampling: { ...recipe.sampling, split: [10, 10, 80] },
  };
}

export class Story {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #training: Training;
  #pair = $state.raw<ExamplePair | null>(null);
  #swapped = $state(false);
  #verdict = $state.raw<JudgeVerdict | null>(null);
  #judging = $state(false);
  #tally = $state.raw<Tally>(none);
  #trouble = $state<string | null>(null);
  #runId = $state<string | null>(null);
  #before = $state.raw<{ forward: number; reverse: number } | null>(null);
  /** Who answers while nothing is taught: a model of the studio, or the one that was taught here. */
  #chosen = $state<ShippedName | 'taught'>('biased');
  #counting = 0;
  #position = 0;
  #opened = false;
  #question = 0;
  readonly #recipe = (() => {
    const recipe = preset('class');
    if (!recipe) throw new Error('The preset "class" is missing.');
    return unseenBy(recipe);
  })();

  constructor(engine: Engine, notices: Notices, training: Training) {
    this.#engine = engine;
    this.#notices = notices;
    this.#training = training;
  }

  get pair(): ExamplePair | null {
    return this.#pair;
  }

  /** The later frame is shown first. */
  get swapped(): boolean {
    return this.#swapped;
  }

  get verdict(): JudgeVerdict | null {
    return this.#verdict;
  }

  get judging(): boolean {
    return this.#judging;
  }

  get tally(): Tally {
    return this.#tally;
  }

  get pairsOfTally(): number {
    return pairsOfTally;
  }

  /** Why there is no pair or no answer, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** The cure that was started here is on. */
  get curing(): boolean {
    return this.#runId !== null && this.#training.live;
  }

  /** A cure was started here, be it over. */
  get taught(): boolean {
    return this.#runId !== null;
  }

  /** Accuracies in percent on the ten pairs before the cure; null before it. */
  get before(): { forward: number; reverse: number } | null {
    return this.#before;
  }

  get chosen(): ShippedName | 'taught' {
    return this.#chosen;
  }

  /** Lets another model answer: about this pair, and about ten more. */
  async choose(name: ShippedName | 'taught'): Promise<void> {
    if (this.curing || name === this.#chosen) return;
    this.#chosen = name;
    this.#verdict = null;
    this.#tally = none;
    await this.#judgeAloud();
    await this.#count().catch(() => undefined);
  }

  get cured(): boolean {
    return this.#runId !== null && !this.#training.live && this.#training.progress?.state === 'finished';
  }

  /** Draws the first pair and, once the device is ready, judges it and ten more; does nothing the second time. */
  async open(device: Promise<boolean>): Promise<void> {
    if (this.#opened) return;
    this.#opened = true;
    this.#trouble = null;
    try {
      await this.#engine.connected;
      await this.#draw(this.#position);
      if (!(await device)) return;
      await this.#judge();
      await this.#count();
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#opened = false;
    }
  }

  async swap(): Promise<void> {
    this.#swapped = !this.#swapped;
    await this.#judgeAloud();
  }

  async another(): Promise<void> {
    this.#position += 1;
    const todo = 'Press "Another pair" again, or reload the page.';
    await this.#notices.attempt('No other pair could be drawn.', todo, async () => {
      await this.#draw(this.#position);
      await this.#judge();
    });
  }

  /** Starts the cure; the pair is judged again every second until it is over. */
  async teach(seconds: number, backend: string): Promise<void> {
    const { pairs, forwardRight, reverseRight } = this.#tally;
    // The lesson starts from the biased model, whoever answered last.
    if (this.#chosen !== 'biased') this.#before = null;
    else if (pairs > 0) this.#before = { forward: (100 * forwardRight) / pairs, reverse: (100 * reverseRight) / pairs };
    const recipe = cureRecipe(seconds, speedOf(backend, 'nano').msPerStep);
    this.#runId = await this.#training.start(recipe, recipe.name);
    if (this.#runId === null) {
      if (this.#chosen === 'taught') this.#chosen = 'biased';
      return;
    }
    this.#chosen = 'taught';
    while (this.curing) {
      await this.#judge().catch(() => undefined); // between stages there may be no model to ask
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    await this.#judge().catch(() => undefined);
    await this.#count().catch(() => undefined);
  }

  get #model(): ModelChoice {
    if (this.curing) return { kind: 'live' };
    if (this.#chosen !== 'taught') return { kind: 'shipped', name: this.#chosen };
    return { kind: 'checkpoint', runId: this.#runId ?? '', checkpointId: null };
  }

  async #draw(position: number): Promise<void> {
    const pair = await this.#engine.data.examplePair(this.#recipe, position);
    const old = this.#pair;
    this.#verdict = null;
    this.#swapped = false;
    this.#pair = pair;
    old?.pictures.forEach((picture) => picture.bitmap.close());
  }

  async #judgeAloud(): Promise<void> {
    await this.#notices.attempt('The model gave no answer.', 'Try again in a moment.', () => this.#judge());
  }

  async #judge(): Promise<void> {
    const pair = this.#pair;
    if (!pair) return;
    const question = ++this.#question;
    this.#judging = true;
    try {
      const verdict = await this.#ask(pair, this.#swapped);
      // A later question overtakes this one.
      if (question === this.#question) this.#verdict = verdict;
    } finally {
      if (question === this.#question) this.#judging = false;
    }
  }

  async #count(): Promise<void> {
    this.#tally = none;
    const model = this.#model;
    const counting = ++this.#counting;
    for (let i = 0; i < pairsOfTally; i++) {
      const pair = await this.#engine.data.examplePair(this.#recipe, 1000 + i);
      const verdict = await this.#ask(pair, false, model);
      pair.pictures.forEach((picture) => picture.bitmap.close());
      // Another model was chosen meanwhile, and is counted anew.
      if (counting !== this.#counting) return;
      const { shown, swapped } = verdict;
      this.#tally = {
        pairs: i + 1,
        followed: this.#tally.followed + (shown.answer === swapped.answer ? 1 : 0),
        forwardRight: this.#tally.forwardRight + (shown.answer === 'img2' ? 1 : 0),
        reverseRight: this.#tally.reverseRight + (swapped.answer === 'img1' ? 1 : 0),
      };
    }
  }

  async #ask(pair: ExamplePair, swapped: boolean, model = this.#model): Promise<JudgeVerdict> {
    const [earlier, later] = await Promise.all([
      createImageBitmap(pair.pictures[0].bitmap),
      createImageBitmap(pair.pictures[1].bitmap),
    ]);
    const pictures: [ImageBitmap, ImageBitmap] = swapped ? [later, earlier] : [earlier, later];
    const request = { model, task: pair.episode.task, pictures, kind: usualWay(model) };
    return this.#engine.gpu.judge(transfer(request, pictures));
  }
}
