// What a lesson in front of a class needs besides the story: the presenter view, guesses before each answer and their
// tallies, the guided tour, the length that was chosen. Tallies, tour and length outlive a reload of the page.
import { LESSON_SECONDS, type LessonSeconds } from '../../recipes/cureRecipe';
import { unseenBy } from '../../recipes/storyPairs';
import type { Recipe } from '../../../training/recipe';
import type { ExamplePair } from '../../../workers/dataApi';
import type { ShippedModels } from '../shippedModels.svelte';
import type { Story } from '../story.svelte';
import {
  guessPicture,
  guessSwap,
  noGuesses,
  noScores,
  readTallies,
  withoutGuess,
  type AskedModel,
  type Guesses,
  type Place,
  type Scores,
  type Tallies,
} from './guesses';
import { Replay } from './replay.svelte';
import { TOUR, type TourTarget } from './tour';

const key = 'palindrome.classroom';

interface Kept {
  tour: number;
  seconds: LessonSeconds;
  tallies: Tallies;
}

/** What the presenter shows beside the pair: three plots, one at a time, and at first none, which would give it away. */
export const PLOTS = ['none', 'pairs', 'symmetry', 'course'] as const;
export type PlotName = (typeof PLOTS)[number];

export class Classroom {
  readonly #story: Story;
  readonly #shipped: ShippedModels;
  readonly replay = new Replay();
  #presenting = $state(false);
  #plot = $state<PlotName>('none');
  #touring = $state(false);
  #kept = $state.raw<Kept>(read());
  #guesses = $state.raw<{ pair: ExamplePair | null; model: AskedModel; made: Guesses } | null>(null);

  constructor(story: Story, shipped: ShippedModels) {
    this.#story = story;
    this.#shipped = shipped;
  }

  get presenting(): boolean {
    return this.#presenting;
  }

  /** It has no place for the tour, which tells the same story to somebody alone. */
  set presenting(on: boolean) {
    this.#presenting = on;
    this.#guesses = null;
    if (on) this.#touring = false;
  }

  get plot(): PlotName {
    return this.#plot;
  }

  showPlot(name: PlotName): void {
    this.#plot = name;
  }

  nextPlot(): void {
    this.#plot = after(PLOTS, this.#plot);
  }

  /** The length of a lesson that was chosen, in seconds. */
  get seconds(): LessonSeconds {
    return this.#kept.seconds;
  }

  set seconds(seconds: LessonSeconds) {
    this.#keep({ seconds });
  }

  /** The lesson of a class link has a length of its own. */
  nextLength(): void {
    if (this.#story.lesson === null) this.seconds = after(LESSON_SECONDS, this.seconds);
  }

  /** The models that can answer: those that come with the studio, and the one that was taught here. */
  get models(): readonly AskedModel[] {
    return [...this.#shipped.ofTheCure, ...(this.#story.taught ? (['taught'] as const) : [])];
  }

  async nextModel(): Promise<void> {
    await this.#story.choose(after(this.models, this.#story.chosen));
  }

  // ── guesses ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** About the pair and the model that are there now: with another of either the class is asked anew. */
  get guesses(): Guesses {
    const { pair, chosen } = this.#story;
    const { pair: about, model, made = noGuesses } = this.#guesses ?? {};
    return about === pair && model === chosen ? made : noGuesses;
  }

  /** What the class is asked now; nothing while answers come by themselves, or none can come. */
  get asking(): Guesses['asking'] {
    const { lessonState, trouble, isMute } = this.#story;
    if (!this.#presenting || lessonState === 'on' || trouble !== null || isMute) return 'nothing';
    return this.guesses.asking;
  }

  /** Every answer waits for the guess, be it the model's or a recorded one. */
  get hidden(): boolean {
    return this.asking === 'picture';
  }

  /** Of the model that is asked. */
  get scores(): Scores {
    return this.#kept.tallies[this.#story.chosen] ?? noScores;
  }

  /** The place of the picture that is closer to done. */
  get truth(): Place {
    return this.#story.swapped ? 'img1' : 'img2';
  }

  /** The class has said 1 or 2; nothing happens until the model's own answer is known. */
  guess(place: Place): void {
    const { asking } = this;
    const verdict = this.#story.verdict;
    if (!verdict || asking === 'nothing') return;
    const { guesses, scores } =
      asking === 'picture'
        ? guessPicture(this.scores, place, this.truth, verdict.shown.answer)
        : guessSwap(this.guesses, this.scores, place, verdict.swapped.answer);
    this.#note(guesses);
    this.#keep({ tallies: { ...this.#kept.tallies, [this.#story.chosen]: scores } });
    if (asking === 'swap') void this.#story.swap();
  }

  /** Shows what the class would have guessed; nothing is counted. */
  reveal(): void {
    const { asking } = this;
    if (!this.#story.verdict || asking === 'nothing') return;
    if (asking === 'swap') void this.#story.swap();
    this.#note(withoutGuess(this.guesses));
  }

  /** Swapping by hand is the answer to what would come after a swap. */
  swap(): void {
    if (this.asking === 'swap') this.reveal();
    else void this.#story.swap();
  }

  #note(made: Guesses, model: AskedModel = this.#story.chosen): void {
    this.#guesses = { pair: this.#story.pair, model, made };
  }

  // ── a recorded lesson beside the live one ────────────────────────────────────────────────────────────────────────

  /** What the recorded model says about the pair as it is shown; null where it was not asked about this one. */
  get recordedAnswer(): { answer: Place; probability: number } | null {
    const { recording, point } = this.replay;
    if (this.hidden || !recording || !point || !samePairs(unseenBy(recording.recipe), this.#story.recipe)) return null;
    const second = point.shown[this.#story.position]?.[this.#story.swapped ? 1 : 0];
    if (second === undefined) return null;
    return second > 0.5 ? { answer: 'img2', probability: second } : { answer: 'img1', probability: 1 - second };
  }

  /** Plays or pauses the recorded lesson, with the plot that it moves in. */
  async replayOrPause(): Promise<void> {
    if (this.#plot === 'none') this.#plot = 'symmetry';
    await this.replay.toggle();
  }

  async teach(backend: string): Promise<void> {
    if (this.#plot === 'none') this.#plot = 'symmetry';
    // What is watched during the lesson is not asked about after it; the next pair is.
    this.#note({ asking: 'nothing', picture: null, swap: null }, 'taught');
    this.#keep({ tallies: { ...this.#kept.tallies, taught: noScores } });
    await this.#story.teach(this.seconds, backend);
  }

  // ── the tour ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Step of the tour counted from 0; null where it is closed. */
  get tour(): number | null {
    return this.#touring ? this.#kept.tour : null;
  }

  /** What on the page the tour points at. */
  get target(): TourTarget | null {
    return this.#touring ? (TOUR[this.#kept.tour]?.target ?? null) : null;
  }

  /** Opens the tour where it was left, or at a step; one that was ended begins anew. */
  openTour(step = this.#kept.tour): void {
    this.#keep({ tour: Math.max(0, Math.min(TOUR.length - 1, step)) });
    this.#presenting = false;
    this.#touring = true;
    // Up to the cure the words are about the biased model.
    const cure = TOUR.findIndex(({ target }) => target === 'teach');
    if (this.#kept.tour < cure) void this.#story.choose('biased');
  }

  moveTour(by: 1 | -1): void {
    const step = this.#kept.tour + by;
    if (step >= TOUR.length) this.endTour();
    else this.openTour(step);
  }

  /** @param fromTheStart whether it begins anew when it is opened again */
  endTour(fromTheStart = this.#kept.tour === TOUR.length - 1): void {
    this.#touring = false;
    if (fromTheStart) this.#keep({ tour: 0 });
  }

  // ── all of it ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What an address asks for: `present=1`, `tour=1` … `tour=5`. */
  follow(parameters: URLSearchParams): void {
    if (parameters.get('present') === '1' && !this.#presenting) this.presenting = true;
    const step = Number(parameters.get('tour') ?? NaN);
    if (Number.isInteger(step) && step >= 1 && step <= TOUR.length) this.openTour(step - 1);
  }

  /** Story, tallies, tour and length as on a first visit. Runs, videos, measured speed and settings stay. */
  async reset(): Promise<void> {
    this.#guesses = null;
    this.#touring = false;
    this.#plot = 'none';
    this.#keep(usual);
    this.replay.close();
    await this.#story.reset();
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    try {
      localStorage.setItem(key, JSON.stringify(this.#kept));
    } catch {
      // Storage is switched off: it holds until the page is closed.
    }
  }
}

function samePairs(a: Recipe, b: Recipe): boolean {
  const words = ({ source, sampling, seed }: Recipe) => JSON.stringify([source, sampling, seed]);
  return words(a) === words(b);
}

/** The one behind it, and behind the last the first. */
function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}

const usual: Kept = { tour: 0, seconds: 120, tallies: {} };

function read(): Kept {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Record<keyof Kept, unknown>> | null;
    const seconds = LESSON_SECONDS.find((known) => known === value?.seconds) ?? usual.seconds;
    const tour = TOUR.findIndex((_, i) => i === value?.tour);
    return { tour: Math.max(0, tour), seconds, tallies: readTallies(value?.tallies) };
  } catch {
    return usual;
  }
}
