// What a lesson in front of a class needs besides the story: the presenter view, guesses before each answer and their
// tallies, the guided tour, the length that was chosen. Tallies, tour and length outlive a reload of the page.
import { LESSON_SECONDS, type LessonSeconds } from '../../recipes/cureRecipe';
import { unseenBy } from '../../recipes/storyPairs';
import type { Recipe } from '../../../training/recipe';
import type { Story } from '../story.svelte';
import {
  guessPicture,
  guessSwap,
  noGuesses,
  noScores,
  readScores,
  withoutGuess,
  type Guesses,
  type Place,
  type Scores,
} from './guesses';
import { Replay } from './replay.svelte';
import { TOUR, type TourTarget } from './tour';

const key = 'palindrome.classroom';

interface Kept {
  tour: number;
  seconds: LessonSeconds;
  scores: Scores;
}

/** What the presenter shows beside the pair: three plots, one at a time, and at first none, which would give it away. */
export const PLOTS = ['none', 'pairs', 'symmetry', 'course'] as const;
export type PlotName = (typeof PLOTS)[number];

export class Classroom {
  readonly #story: Story;
  readonly replay = new Replay();
  #presenting = $state(false);
  #plot = $state<PlotName>('none');
  #touring = $state(false);
  #kept = $state.raw<Kept>(read());
  #guesses = $state.raw<Guesses>(noGuesses);

  constructor(story: Story) {
    this.#story = story;
  }

  get presenting(): boolean {
    return this.#presenting;
  }

  set presenting(on: boolean) {
    this.#presenting = on;
    this.#guesses = noGuesses;
  }

  get plot(): PlotName {
    return this.#plot;
  }

  showPlot(name: PlotName): void {
    this.#plot = name;
  }

  nextPlot(): void {
    this.#plot = PLOTS[(PLOTS.indexOf(this.#plot) + 1) % PLOTS.length] ?? 'none';
  }

  /** The length of a lesson that was chosen, in seconds. */
  get seconds(): LessonSeconds {
    return this.#kept.seconds;
  }

  set seconds(seconds: LessonSeconds) {
    this.#keep({ seconds });
  }

  // ── guesses ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What the class is asked now; nothing while answers come by themselves. */
  get asking(): Guesses['asking'] {
    return this.#isAsked ? this.#guesses.asking : 'nothing';
  }

  get guesses(): Guesses {
    return this.#guesses;
  }

  /** The model's answer waits for the guess. */
  get hidden(): boolean {
    return this.asking === 'picture';
  }

  get scores(): Scores {
    return this.#kept.scores;
  }

  /** The place of the picture that is closer to done. */
  get truth(): Place {
    return this.#story.swapped ? 'img1' : 'img2';
  }

  /** The class has said 1 or 2; nothing happens until the model's own answer is known. */
  guess(place: Place): void {
    const verdict = this.#story.verdict;
    if (!verdict) return;
    if (this.asking === 'picture') {
      const { guesses, scores } = guessPicture(this.scores, place, this.truth, verdict.shown.answer);
      this.#guesses = guesses;
      this.#keep({ scores });
    } else if (this.asking === 'swap') {
      const { guesses, scores } = guessSwap(this.#guesses, this.scores, place, verdict.swapped.answer);
      this.#guesses = guesses;
      this.#keep({ scores });
      void this.#story.swap();
    }
  }

  /** Shows what the class would have guessed; nothing is counted. */
  reveal(): void {
    if (this.asking === 'swap') void this.#story.swap();
    if (this.asking !== 'nothing') this.#guesses = withoutGuess(this.#guesses);
  }

  /** Swapping by hand is the answer to what would come after a swap. */
  swap(): void {
    if (this.asking === 'swap') this.reveal();
    else void this.#story.swap();
  }

  async another(): Promise<void> {
    await this.#story.another();
    this.#guesses = noGuesses;
  }

  get #isAsked(): boolean {
    return this.#presenting && this.#story.verdict !== null && this.#story.lessonState !== 'on';
  }

  // ── a recorded lesson beside the live one ────────────────────────────────────────────────────────────────────────

  /** What the recorded model says about the pair as it is shown; null where it was not asked about this one. */
  get recordedAnswer(): { answer: Place; probability: number } | null {
    const { recording, point } = this.replay;
    if (!recording || !point || !samePairs(unseenBy(recording.recipe), this.#story.recipe)) return null;
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
    this.#guesses = { asking: 'nothing', picture: null, swap: null };
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
    this.#touring = true;
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
    this.#guesses = noGuesses;
    this.#touring = false;
    this.#plot = 'none';
    this.#keep({ tour: 0, seconds: usual.seconds, scores: noScores });
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

const usual: Kept = { tour: 0, seconds: 120, scores: noScores };

function read(): Kept {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Record<keyof Kept, unknown>> | null;
    const seconds = LESSON_SECONDS.find((known) => known === value?.seconds) ?? usual.seconds;
    const tour = TOUR.findIndex((_, i) => i === value?.tour);
    return { tour: Math.max(0, tour), seconds, scores: readScores(value?.scores) };
  } catch {
    return usual;
  }
}
