// The quiz that is on: draws its pairs, asks one question after the other against the clock, and ends in results. Every
// answer is written down at once, so that a reload loses none.
import type { Picture } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import type { Notices } from '../notices.svelte';
import { sentenceOf } from '../notices.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';
import * as m from '../../../words/messages';
import { AnswerClock } from './answerClock';
import { rightAnswer, type Attempt, type Choice, type QuizPair } from './attempt';
import { drawPairs, LEAST_PAIRS, TooFewPairs } from './drawing';
import { PairPictures, type BothPictures } from './pairPictures';
import { newAttempt, type People } from './people.svelte';
import { questionOrder, type Question } from './questionOrder';
import type { QuizSettings } from './settings';

export type Phase = 'start' | 'drawing' | 'asking' | 'results';

interface Asked {
  pair: QuizPair;
  order: Question['order'];
  /** Place among the questions that count; null in the warm-up. */
  number: number | null;
}

export interface Feedback {
  choice: Choice;
  right: boolean;
  rightPlace: 'img1' | 'img2';
}

/** Nobody sees, decides and presses faster: this was the key for the question before. */
const FASTEST_MS = 150;
/** Pairs whose pictures are fetched ahead. */
const AHEAD = 3;

export class Quiz {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #draft: RecipeDraft;
  readonly #pictures: PairPictures;
  readonly #clock = new AnswerClock();
  readonly people: People;
  #phase = $state<Phase>('start');
  #share = $state(0);
  #attempt = $state.raw<Attempt | null>(null);
  #script = $state.raw<readonly Asked[]>([]);
  #cursor = $state(0);
  #shown = $state.raw<readonly [Picture, Picture] | null>(null);
  #paused = $state(false);
  #takesAnswers = $state(false);
  #feedback = $state.raw<Feedback | null>(null);
  #trouble = $state<string | null>(null);
  #secondsLeft = $state<number | null>(null);
  #ticker: ReturnType<typeof setInterval> | undefined;
  #release: (() => void) | null = null;
  /** Counts what was begun, so that what comes late is dropped. */
  #turn = 0;

  constructor(engine: Engine, notices: Notices, draft: RecipeDraft, people: People) {
    this.#engine = engine;
    this.#notices = notices;
    this.#draft = draft;
    this.people = people;
    this.#pictures = new PairPictures(engine);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Share of the pairs drawn, in [0, 1]. */
  get share(): number {
    return this.#share;
  }

  /** Whose turn it is, or whose results are shown. */
  get attempt(): Attempt | null {
    const id = this.#attempt?.id;
    return this.people.attempts.find((attempt) => attempt.id === id) ?? this.#attempt;
  }

  get asked(): Asked | null {
    return this.#script[this.#cursor] ?? null;
  }

  get isWarmUp(): boolean {
    return this.asked?.number === null;
  }

  /** Whether what comes next counts, and does not now. */
  get countsNext(): boolean {
    return this.isWarmUp && this.#script[this.#cursor + 1]?.number === 0;
  }

  /** Number of the question at hand from 1 on, and how many there are: of the warm-up, or of the quiz. */
  get place(): { at: number; of: number } {
    const warm = this.#script.filter(({ number }) => number === null).length;
    if (this.isWarmUp) return { at: this.#cursor + 1, of: warm };
    const of = 2 * (this.#attempt?.pairs.length ?? 0);
    return { at: of - (this.#script.length - this.#cursor) + 1, of };
  }

  /** As picture 1 and picture 2; null while they are fetched. */
  get shown(): readonly [Picture, Picture] | null {
    return this.#shown;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Whether a press means the question at hand. */
  get takesAnswers(): boolean {
    return this.#takesAnswers && !this.#paused;
  }

  /** In the warm-up and in practice, after an answer. */
  get feedback(): Feedback | null {
    return this.#feedback;
  }

  /** Why the pictures cannot be shown, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Null without a limit. */
  get secondsLeft(): number | null {
    return this.#secondsLeft;
  }

  async begin(person: string, settings: QuizSettings): Promise<void> {
    if (this.#phase === 'drawing' || this.#phase === 'asking') return;
    const turn = ++this.#turn;
    this.#phase = 'drawing';
    this.#share = 0;
    const tell = (share: number) => {
      if (turn === this.#turn) this.#share = share;
      return turn === this.#turn;
    };
    try {
      const drawn = await drawPairs(this.#engine, settings, this.#draft.recipe.sampling, tell);
      if (!drawn || turn !== this.#turn) return;
      const windows = drawn.pairs.map(({ window }) => window);
      const questions = questionOrder(windows, settings.seed);
      const attempt = newAttempt({ person, settings, ...drawn, questions, startedAt: Date.now() });
      const release = await this.people.hold(attempt.id);
      if (turn !== this.#turn) return release?.();
      this.#release = release;
      void this.people.begin(attempt);
      this.#ask(attempt);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#phase = 'start';
      const why = error instanceof TooFewPairs ? m.quiz_too_few_recordings({ least: LEAST_PAIRS }) : error;
      this.#notices.report(m.quiz_not_drawn(), why, m.quiz_not_drawn_todo());
    }
  }

  cancelDrawing(): void {
    if (this.#phase !== 'drawing') return;
    this.#turn++;
    this.#phase = 'start';
  }

  /** Goes on where an attempt stopped. */
  async resume(attempt: Attempt): Promise<void> {
    if (this.#phase === 'drawing' || this.#phase === 'asking') return;
    const turn = ++this.#turn;
    const release = await this.people.hold(attempt.id);
    if (turn !== this.#turn) return release?.();
    if (!release) {
      this.#notices.tell(m.quiz_elsewhere());
      await this.people.load();
      return;
    }
    this.#release = release;
    // Another tab may have gone on with it since the list was read.
    await this.people.load();
    if (turn !== this.#turn) return;
    this.#ask(this.people.attempts.find(({ id }) => id === attempt.id) ?? attempt);
  }

  answer(choice: 'img1' | 'img2'): void {
    if (this.takesAnswers) this.#record(choice);
  }

  pause(): void {
    if (this.#phase !== 'asking' || this.#paused) return;
    this.#clock.pause(performance.now());
    this.#paused = true;
    this.#notices.announce(m.quiz_paused());
  }

  proceed(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#shown || this.#feedback) return;
    this.#clock.resume(performance.now());
    void this.#allowAnswers();
  }

  /** After somebody was told what was right. */
  next(): void {
    if (!this.#feedback || this.#paused) return;
    this.#advance();
  }

  /** Tries again to fetch the pictures. */
  retry(): void {
    void this.#show();
  }

  /** Goes past a pair whose pictures cannot be had; it does not count. */
  leaveOut(): void {
    if (this.#trouble !== null) this.#record('left out');
  }

  /** Whoever opens the quiz next is asked who they are; what was answered stays and can be gone on with. */
  async leave(): Promise<void> {
    this.#stop()();
    this.#attempt = null;
    this.#phase = 'start';
    this.people.forgetRemoved();
    await this.people.load();
  }

  /** Ends the quiz here; what was answered stays. */
  async quit(): Promise<void> {
    if (this.#phase !== 'asking') return;
    await this.#end();
  }

  /** Shows an attempt of earlier. */
  look(attempt: Attempt): void {
    if (this.#phase === 'asking' || this.#phase === 'drawing') return;
    this.#attempt = attempt;
    this.#phase = 'results';
  }

  /** The pictures of a pair, earlier and later, for looking at it again. */
  picturesOf(pair: QuizPair): Promise<BothPictures> {
    return this.#pictures.of(pair);
  }

  #ask(attempt: Attempt): void {
    // Doing a discarding again would take the attempt away under its answers.
    this.people.forgetRemoved();
    const done = attempt.answers.map(({ question }) => question);
    const orders = ['forward', 'reverse'] as const;
    const warmUp = done.length > 0 ? [] : attempt.warmUp;
    const warming = warmUp.map((pair, i): Asked => {
      return { pair, order: orders[(i + attempt.settings.seed) % 2] ?? 'forward', number: null };
    });
    const asked = attempt.questions.flatMap(({ pair, order }, number): Asked[] => {
      const shown = attempt.pairs[pair];
      return shown && !done.includes(number) ? [{ pair: shown, order, number }] : [];
    });
    this.#attempt = attempt;
    this.#script = [...warming, ...asked];
    this.#cursor = 0;
    this.#paused = false;
    this.#phase = 'asking';
    if (this.#script.length === 0) void this.#end();
    else void this.#show();
  }

  async #show(): Promise<void> {
    const asked = this.asked;
    if (!asked) return;
    const turn = ++this.#turn;
    clearInterval(this.#ticker);
    this.#clock.reset();
    this.#shown = null;
    this.#takesAnswers = false;
    this.#feedback = null;
    this.#trouble = null;
    const limit = this.#attempt?.settings.seconds ?? 0;
    this.#secondsLeft = limit === 0 ? null : limit;
    this.#pictures.keep(this.#script.slice(this.#cursor, this.#cursor + AHEAD).map(({ pair }) => pair));
    try {
      const [earlier, later] = await this.#pictures.of(asked.pair);
      if (turn !== this.#turn) return;
      this.#shown = asked.order === 'forward' ? [earlier, later] : [later, earlier];
    } catch (error) {
      if (turn === this.#turn) this.#trouble = sentenceOf(error);
      return;
    }
    await painted();
    if (turn !== this.#turn) return;
    this.#clock.start(performance.now());
    if (this.#paused) this.#clock.pause(performance.now());
    if (limit > 0) this.#ticker = setInterval(() => this.#tick(limit), 100);
    await this.#allowAnswers();
  }

  /** Takes answers once the pictures were in sight for long enough. */
  async #allowAnswers(): Promise<void> {
    const turn = this.#turn;
    while (turn === this.#turn && this.#clock.running) {
      const left = FASTEST_MS - this.#clock.elapsed(performance.now());
      if (left <= 0) {
        this.#takesAnswers = true;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  #tick(limit: number): void {
    if (!this.#clock.running) return;
    this.#secondsLeft = Math.max(0, limit - this.#clock.elapsed(performance.now()) / 1000);
    if (this.#secondsLeft > 0) return;
    this.#notices.announce(m.quiz_time_over());
    this.#record('none');
  }

  #record(choice: Choice): void {
    const [asked, attempt] = [this.asked, this.#attempt];
    if (!asked || !attempt || this.#feedback) return;
    clearInterval(this.#ticker);
    const milliseconds = choice === 'left out' ? 0 : this.#clock.elapsed(performance.now());
    this.#clock.pause(performance.now());
    this.#takesAnswers = false;
    if (asked.number !== null) {
      const answer = { question: asked.number, choice, milliseconds };
      this.#attempt = { ...attempt, answers: [...attempt.answers, answer] };
      void this.people.answer(attempt.id, answer);
    }
    // The pairs of the warm-up never come again.
    const isTold = attempt.settings.practice || asked.number === null;
    if (!isTold || choice === 'left out') return this.#advance();
    const rightPlace = rightAnswer(asked.order);
    this.#feedback = { choice, right: choice === rightPlace, rightPlace };
  }

  #advance(): void {
    const wasWarmUp = this.isWarmUp;
    this.#cursor++;
    if (this.#cursor >= this.#script.length) return void this.#end();
    if (wasWarmUp && !this.isWarmUp) this.#notices.announce(m.quiz_counts_now());
    void this.#show();
  }

  async #end(): Promise<void> {
    const attempt = this.#attempt;
    const letGo = this.#stop();
    if (attempt) {
      const endedAt = Date.now();
      const isEmpty = attempt.answers.length === 0;
      this.#attempt = isEmpty ? null : { ...attempt, endedAt };
      this.#phase = isEmpty ? 'start' : 'results';
      await this.people.end(attempt.id, endedAt);
    }
    letGo();
  }

  /** No question is shown, and no clock runs. @returns what lets go of the attempt, so that another tab can go on with it */
  #stop(): () => void {
    this.#turn++;
    clearInterval(this.#ticker);
    this.#clock.pause(performance.now());
    this.#shown = null;
    this.#takesAnswers = false;
    this.#pictures.keep([]);
    const release = this.#release;
    this.#release = null;
    return () => release?.();
  }
}

/** Settles when what was changed can be seen; a window that is covered by others draws nothing and is not waited for. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    setTimeout(resolve, 100);
  });
}
