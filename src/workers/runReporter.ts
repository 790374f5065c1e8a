// What a run tells while it goes: state and words, live figures at most ten times a second, and the rows of its curves
// until they are stored.
import { memoryBytes } from '../gpu/memory';
import { judgedPairs } from '../training/judgedPairs';
import { totalSteps, type Recipe } from '../training/recipe';
import { placeOf, type StepLosses, type StepResult } from '../training/trainer';
import type { MetricsRow, Progress, RunEvent, RunState, ValidationRow } from './gpuApi';
import { Pace } from './pace';

const EVENT_EVERY_MS = 100;
/** A gap between two steps longer than this is a sleep of the machine and does not count into the pace. */
const SLEEP_MS = 30_000;

export class RunReporter {
  state: RunState = 'preparing';
  lastSave: Progress['lastSave'] = null;
  lastValidation: ValidationRow | null = null;
  lastLoss: number | null = null;
  lacksData = false;
  #step: number;
  #sentence = '';
  #lastEventAt = 0;
  #rows: MetricsRow[] = [];
  #unsaved: Record<string, unknown>[] = [];
  #judged = 0;
  #judgedMs = 0;
  readonly #pace = new Pace();
  readonly #runId: string;
  readonly #recipe: Recipe;
  readonly #emit: (event: RunEvent) => void;

  constructor(runId: string, recipe: Recipe, step: number, emit: (event: RunEvent) => void) {
    this.#runId = runId;
    this.#recipe = recipe;
    this.#step = step;
    this.#emit = emit;
  }

  /** Time that was spent judging, for the time that is left. */
  noteJudged(pairs: number, milliseconds: number): void {
    if (milliseconds >= SLEEP_MS * 10) return;
    this.#judged += pairs;
    this.#judgedMs += milliseconds;
  }

  /** Changes the state, with words, and says so at once. */
  enter(state: RunState, sentence: string): void {
    this.state = state;
    this.#sentence = sentence;
    this.tell(true);
  }

  /** Says something new about the state that goes on. */
  say(sentence: string): void {
    this.#sentence = sentence;
    this.tell(true);
  }

  /** A step that was enqueued. */
  noteStep(result: StepResult, milliseconds: number): void {
    if (milliseconds < SLEEP_MS) this.#pace.add(milliseconds, result.samples, result.tokens);
    this.#step = result.step;
  }

  /** Its losses, which may come some steps later. */
  noteLosses(result: StepResult, { loss, judgementLoss, gradientNorm }: StepLosses, milliseconds: number): void {
    this.lastLoss = loss;
    const row: MetricsRow = {
      step: result.step,
      stage: result.stage.name,
      loss,
      judgementLoss: Number.isFinite(judgementLoss) ? judgementLoss : null,
      learningRate: result.learningRate,
      gradientNorm,
      samples: result.samples,
      seconds: milliseconds / 1000,
    };
    this.#rows.push(row);
    this.#unsaved.push({ kind: 'step', ...row });
  }

  noteValidation(row: ValidationRow): void {
    this.lastValidation = row;
    this.#unsaved.push({ kind: 'validation', ...row });
    this.#emit({ kind: 'validation', row });
  }

  /** Rows that are not stored yet; they count as stored from now on. */
  takeUnsaved(): Record<string, unknown>[] {
    const rows = this.#unsaved;
    this.#unsaved = [];
    return rows;
  }

  /** Rows that could not be stored after all. */
  giveBack(rows: Record<string, unknown>[]): void {
    this.#unsaved = [...rows, ...this.#unsaved];
  }

  /** Sends figures; unless `now`, only if the last ones are old enough. */
  tell(now: boolean): void {
    const time = performance.now();
    if (!now && time - this.#lastEventAt < EVENT_EVERY_MS) return;
    this.#lastEventAt = time;
    if (this.#rows.length > 0) this.#emit({ kind: 'metrics', rows: this.#rows });
    this.#rows = [];
    this.#emit({ kind: 'progress', progress: this.#progress() });
  }

  #progress(): Progress {
    const { stages } = this.#recipe;
    const stageIndex = placeOf(this.#recipe, this.#step)?.stageIndex ?? stages.length - 1;
    const steps = totalSteps(this.#recipe);
    return {
      runId: this.#runId,
      state: this.state,
      stage: stages[stageIndex]?.name ?? '',
      stageIndex,
      step: this.#step,
      totalSteps: steps,
      samplesPerSecond: this.#pace.samplesPerSecond,
      tokensPerSecond: this.#pace.tokensPerSecond,
      msPerStep: this.#pace.msPerStep,
      memoryBytes: memoryBytes(),
      secondsLeft: this.#secondsLeft(steps),
      lastSave: this.lastSave,
      sentence: this.#sentence,
      lacksData: this.lacksData,
    };
  }

  /** Of the steps to come, and of the pairs that are judged on the way. */
  #secondsLeft(steps: number): Progress['secondsLeft'] {
    const training = this.#pace.secondsLeft(steps - this.#step);
    if (!training || this.#judged === 0) return training;
    const judging = (judgedPairs(this.#recipe, this.#step) * this.#judgedMs) / this.#judged / 1000;
    const { low, likely, high } = training;
    return { low: low + 0.8 * judging, likely: likely + judging, high: high + 1.3 * judging };
  }
}
