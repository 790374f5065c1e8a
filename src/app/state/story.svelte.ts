// The start page's story: a pair, the answer of a model that follows position, ten pairs that show it is no accident,
// and the same pair judged again every second while the cure runs.
import { transfer } from 'comlink';
import { preset } from '../../training/presets';
import type { Recipe } from '../../training/recipe';
import type { ExamplePair } from '../../workers/dataApi';
import type { JudgeVerdict, ModelChoice, CureName, ValidationRow } from '../../workers/gpuApi';
import * as m from '../../words/messages';
import type { Engine } from '../clients/engine';
import { toTheEnd } from '../plannedRun';
import { cureRecipe, trialRecipe } from '../recipes/cureRecipe';
import { rememberSpeed, speedOf } from '../recipes/deviceSpeed';
import { encodeRecipe } from '../recipes/recipeLink';
import { TALLY_FROM, TALLY_PAIRS, unseenBy } from '../recipes/storyPairs';
import { usualWay } from './modelChoices';
import type { Notices } from './notices.svelte';
import { counted, noTally, type Tally } from './tally';
import type { Training } from './training.svelte';

/** How the lesson that was begun here stands; a few steps may be timed before it. */
export type LessonState = 'none' | 'timing' | 'on' | 'finished' | 'stopped' | 'failed';

/** Seconds without any news after which a lesson counts as broken off. */
const MOST_UNHEARD = 30;

export class Story {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #training: Training;
  #pair = $state.raw<ExamplePair | null>(null);
  #drawing = $state(false);
  #swapped = $state(false);
  #hasSwapped = $state(false);
  #isMute = $state(false);
  #verdict = $state.raw<JudgeVerdict | null>(null);
  #tally = $state.raw<Tally>(noTally);
  #trouble = $state<string | null>(null);
  #runId = $state<string | null>(null);
  #lessonState = $state<LessonState>('none');
  #course = $state.raw<readonly ValidationRow[]>([]);
  #before = $state.raw<{ forward: number; reverse: number } | null>(null);
  /** Who answers while nothing is taught: a model of the studio, or the one that was taught here. */
  #chosen = $state<CureName | 'taught'>('biased');
  #lesson = $state.raw<Recipe | null>(null);
  #position = $state(0);
  #counting = 0;
  /** Settles when the device was chosen; null until the page is open. */
  #device: Promise<boolean> | null = null;
  #question = 0;
  readonly #recipe = $derived(unseenBy(this.#lesson ?? preset('class')));

  constructor(engine: Engine, notices: Notices, training: Training) {
    this.#engine = engine;
    this.#notices = notices;
    this.#training = training;
  }

  get pair(): ExamplePair | null {
    return this.#pair;
  }

  /** Which pair it is, counted from 0. */
  get position(): number {
    return this.#position;
  }

  /** Another pair is being drawn; the old one is shown until it is there. */
  get drawing(): boolean {
    return this.#drawing;
  }

  /** The later frame is shown first. */
  get swapped(): boolean {
    return this.#swapped;
  }

  /** The pictures changed places since this model was first asked about them. */
  get hasSwapped(): boolean {
    return this.#hasSwapped;
  }

  get verdict(): JudgeVerdict | null {
    return this.#verdict;
  }

  /** No device could be had: pairs are shown, and no model answers. */
  get isMute(): boolean {
    return this.#isMute;
  }

  get tally(): Tally {
    return this.#tally;
  }

  get pairsOfTally(): number {
    return TALLY_PAIRS;
  }

  /** Why there is no pair or no answer, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** The lesson that a class link brought, instead of one of the lengths. */
  get lesson(): Recipe | null {
    return this.#lesson;
  }

  /** That lesson for the address bar; null without one. */
  get lessonText(): string | null {
    return this.#lesson && encodeRecipe(this.#lesson);
  }

  /** What the pairs that are shown are drawn by. */
  get recipe(): Recipe {
    return this.#recipe;
  }

  get lessonState(): LessonState {
    return this.#lessonState;
  }

  /** The cure that was started here is on. */
  get curing(): boolean {
    return this.#lessonState === 'on';
  }

  /** A cure was started here, be it over. */
  get taught(): boolean {
    return this.#runId !== null;
  }

  /** Accuracies in percent on the ten pairs before the cure; null before it. */
  get before(): { forward: number; reverse: number } | null {
    return this.#before;
  }

  /** Looks at the validation pairs during the lesson; other runs have theirs in Train. */
  get course(): readonly ValidationRow[] {
    return this.curing ? this.#training.validation : this.#course;
  }

  get chosen(): CureName | 'taught' {
    return this.#chosen;
  }

  /** Takes the lesson of a class link, or gives it up with null: all begins anew, and a lesson that is on is saved first. */
  async take(lesson: Recipe | null): Promise<void> {
    if (JSON.stringify(lesson) === JSON.stringify(this.#lesson)) return;
    const pairs = JSON.stringify(this.#recipe);
    this.#lesson = lesson;
    // Before the page is open there is nothing to begin anew.
    if (this.#device && (this.taught || JSON.stringify(this.#recipe) !== pairs)) await this.reset();
  }

  /** Lets another model answer: about this pair, and about ten more. */
  async choose(name: CureName | 'taught'): Promise<void> {
    if (this.curing || this.#training.live || !this.#pair || name === this.#chosen) return;
    this.#chosen = name;
    this.#hasSwapped = false;
    this.#verdict = null;
    this.#tally = noTally;
    await this.#judgeAloud();
    await this.#count().catch(() => undefined);
  }

  /** Draws the first pair and, once the device is ready, judges it and ten more; does nothing the second time. */
  async open(device: Promise<boolean>): Promise<void> {
    if (this.#device) return;
    this.#device = device;
    this.#trouble = null;
    try {
      await this.#engine.connected;
      await this.#begin(this.#position);
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      this.#device = null;
    }
  }

  async #begin(position: number): Promise<void> {
    await this.#draw(position);
    this.#isMute = !(await this.#device);
    if (this.#isMute) return;
    await this.#judge();
    await this.#count();
  }

  async swap(): Promise<void> {
    if (!this.#pair) return;
    this.#swapped = !this.#swapped;
    this.#hasSwapped = true;
    if (this.#verdict) this.#verdict = turned(this.#verdict);
    await this.#judgeAloud();
  }

  async another(): Promise<void> {
    if (!this.#pair || this.#drawing) return;
    await this.#notices.attempt(m.start_no_other_pair(), m.start_no_other_pair_todo(), async () => {
      await this.#draw(this.#position + 1);
      await this.#judge();
    });
  }

  /**
   * Starts the cure; the pair is judged again every second until it is over.
   * @param seconds how long it may take, unless a class link says how many steps
   */
  async teach(seconds: number, backend: string): Promise<void> {
    if (this.#training.live || this.#lessonState === 'timing') return;
    const { pairs, forwardRight, reverseRight } = this.#tally;
    // The lesson starts from the biased model, whoever answered last.
    if (this.#chosen !== 'biased') this.#before = null;
    else if (pairs > 0) this.#before = { forward: (100 * forwardRight) / pairs, reverse: (100 * reverseRight) / pairs };
    if (this.#lesson === null && !speedOf(backend, 'nano').measured) await this.#time(backend);
    const recipe = this.#lesson ?? cureRecipe(seconds, speedOf(backend, 'nano').msPerStep);
    this.#lessonState = 'on';
    this.#counting++;
    this.#runId = await this.#training.start(recipe, recipe.name);
    if (this.#runId === null) {
      this.#lessonState = 'failed';
      if (this.#chosen === 'taught') this.#chosen = 'biased';
      return;
    }
    this.#chosen = 'taught';
    this.#lessonState = await this.#end();
    this.#hasSwapped = false;
    this.#tally = noTally;
    this.#course = this.#training.validation;
    await this.#judge().catch(() => undefined);
    await this.#count().catch(() => undefined);
  }

  /** The first pair, the biased model and ten pairs counted anew; a lesson that is on is stopped and saved first. */
  async reset(): Promise<void> {
    if (this.curing) {
      await this.#training.stop();
      while (this.curing) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.#runId = null;
    this.#course = [];
    this.#lessonState = 'none';
    this.#before = null;
    await this.#startOver();
  }

  async #startOver(): Promise<void> {
    this.#chosen = 'biased';
    this.#tally = noTally;
    this.#counting++;
    await this.#notices.attempt(m.start_no_first_pair(), m.start_reload(), () => this.#begin(0));
  }

  /** A few steps that nobody keeps, on a device of which nothing is known; where they fail, the guess serves. */
  async #time(backend: string): Promise<void> {
    this.#lessonState = 'timing';
    let msPerStep = 0;
    const note = (line: unknown) => {
      const { progress } = line as { progress?: { msPerStep: number } };
      if (progress && progress.msPerStep > 0) msPerStep = progress.msPerStep;
    };
    const recipe = trialRecipe();
    try {
      const runId = await toTheEnd(note, (onEvent) => this.#engine.gpu.train(recipe, recipe.name, onEvent, true));
      if (msPerStep > 0) rememberSpeed(backend, 'nano', msPerStep);
      if (runId !== null) await this.#engine.gpu.dropTakenRuns([runId]);
    } catch {
      // What is wrong here is wrong with the lesson as well, and is said there.
    }
  }

  /** Judges the pair every second until the lesson is over, and says how it ended. */
  async #end(): Promise<LessonState> {
    for (let unheard = 0; unheard < MOST_UNHEARD; unheard++) {
      const { progress, live } = this.#training;
      // Its first news may come after its start; another run's mean that this one is over.
      if (progress !== null) {
        unheard = 0;
        if (progress.runId !== this.#runId) return 'stopped';
        if (!live) return progress.state === 'finished' || progress.state === 'stopped' ? progress.state : 'failed';
      }
      await this.#judge().catch(() => undefined); // between stages there may be no model to ask
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return 'failed';
  }

  get #model(): ModelChoice {
    if (this.#lessonState === 'on') return { kind: 'live' };
    if (this.#chosen !== 'taught') return { kind: 'shipped', name: this.#chosen };
    return { kind: 'checkpoint', runId: this.#runId ?? '', checkpointId: null };
  }

  async #draw(position: number): Promise<void> {
    this.#drawing = true;
    try {
      const recipe = this.#recipe;
      const pair = await this.#engine.data.examplePair(recipe, position);
      // A class link was opened meanwhile, and has its own.
      if (recipe !== this.#recipe) return pair.pictures.forEach((picture) => picture.bitmap.close());
      const old = this.#pair;
      this.#question++;
      this.#verdict = null;
      this.#swapped = false;
      this.#hasSwapped = false;
      this.#position = position;
      this.#pair = pair;
      old?.pictures.forEach((picture) => picture.bitmap.close());
    } finally {
      this.#drawing = false;
    }
  }

  async #judgeAloud(): Promise<void> {
    await this.#notices.attempt(m.judge_no_answer(), m.train_try_again(), () => this.#judge());
  }

  async #judge(): Promise<void> {
    const pair = this.#pair;
    if (!pair) return;
    const question = ++this.#question;
    const verdict = await this.#ask(pair, this.#swapped);
    // A later question overtakes this one.
    if (question === this.#question) this.#verdict = verdict;
  }

  async #count(): Promise<void> {
    this.#tally = noTally;
    const [model, recipe] = [this.#model, this.#recipe];
    const counting = ++this.#counting;
    for (let i = 0; i < TALLY_PAIRS; i++) {
      const pair = await this.#engine.data.examplePair(recipe, TALLY_FROM + i);
      const verdict = await this.#ask(pair, false, model);
      pair.pictures.forEach((picture) => picture.bitmap.close());
      // Another model was chosen meanwhile, and is counted anew.
      if (counting !== this.#counting) return;
      this.#tally = counted(this.#tally, verdict.shown.answer, verdict.swapped.answer);
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

/** A pair is always judged in both orders, so the answer after a swap is there before it is asked for again. */
function turned(verdict: JudgeVerdict): JudgeVerdict {
  const { shown, swapped, closer } = verdict;
  const other = closer === null ? null : closer === 'first' ? 'second' : 'first';
  return { ...verdict, shown: swapped, swapped: shown, closer: other };
}
