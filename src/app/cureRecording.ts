// Gives the lesson of the start page once, and writes down what the model answers on the way: at each look it is halted
// and asked about the very pairs that the start page shows and counts.
import { transfer } from 'comlink';
import type { ModelChoice, RunEvent } from '../workers/gpuApi';
import type { Engine } from './clients/engine';
import { toTheEnd } from './plannedRun';
import { cureOf } from './recipes/cureRecipe';
import type { RecordedPoint, Recording } from './recipes/recording';
import { TALLY_FROM, TALLY_PAIRS, unseenBy } from './recipes/storyPairs';

/** Pairs that can be looked at during a replay. */
const SHOWN_PAIRS = 4;
/** Between stages there is no model to ask for a moment. */
const TRIES = 240;
const TRY_EVERY_MS = 250;

export interface RecordingOrder {
  /** Length of the lesson that it stands for. */
  seconds: number;
  steps: number;
  seed: number;
}

type Answers = Pick<RecordedPoint, 'shown' | 'counted'>;

/** Trains from the biased model to the end of the lesson. */
export async function recordCure(
  engine: Engine,
  { seconds, steps, seed }: RecordingOrder,
  tell: (line: unknown) => void,
): Promise<Recording> {
  await engine.connected;
  const recipe = cureOf(steps, seconds, seed);
  const backend = await engine.gpu.start(recipe.backend);
  tell({ kind: 'backend', backend });
  const points: RecordedPoint[] = [];
  const clock = new Stopwatch();
  const looks: Promise<void>[] = [];
  const note = (event: RunEvent) => {
    tell(event);
    if (event.kind === 'progress' && event.progress.state === 'training') clock.start();
    if (event.kind === 'validation') looks.push(look(event.row));
  };
  const look = async (row: Extract<RunEvent, { kind: 'validation' }>['row']): Promise<void> => {
    const point = { step: row.step, stage: row.stage, seconds: clock.seconds };
    const figures = { forward: row.forward, reverse: row.reverse, bothRight: row.bothRight };
    clock.pause();
    const isLast = row.step >= recipe.stages.reduce((sum, stage) => sum + stage.steps, 0);
    if (!isLast) await engine.gpu.pause();
    const answers = isLast ? { shown: [], counted: [] } : await answersOf(engine, recipe, { kind: 'live' });
    points.push({ ...point, ...figures, ...answers });
    clock.proceed();
    if (!isLast) await engine.gpu.proceed();
  };
  const runId = await toTheEnd(
    (event) => note(event as RunEvent),
    (onEvent) => engine.gpu.train(recipe, recipe.name, onEvent),
  );
  await Promise.all(looks);
  const last = points.at(-1);
  if (runId === null || last === undefined) throw new Error('The lesson was stopped before its end.');
  Object.assign(last, await answersOf(engine, recipe, { kind: 'checkpoint', runId, checkpointId: null }));
  return {
    version: 1,
    name: recipe.name,
    date: new Date().toISOString().slice(0, 10),
    device: backend.label,
    recipe,
    points,
  };
}

async function answersOf(engine: Engine, lesson: Parameters<typeof unseenBy>[0], model: ModelChoice): Promise<Answers> {
  const recipe = unseenBy(lesson);
  const ask = async (position: number): Promise<[number, number]> => {
    const { episode, pictures } = await engine.data.examplePair(recipe, position);
    const bitmaps: [ImageBitmap, ImageBitmap] = [pictures[0].bitmap, pictures[1].bitmap];
    const request = { model, task: episode.task, pictures: bitmaps, kind: 'tag' as const };
    const { shown, swapped } = await engine.gpu.judge(transfer(request, bitmaps));
    return [rounded(shown.probabilitySecond), rounded(swapped.probabilitySecond)];
  };
  const patiently = async (position: number): Promise<[number, number]> => {
    for (let i = 1; ; i++) {
      try {
        return await ask(position);
      } catch (error) {
        if (i === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
      }
    }
  };
  const of = async (first: number, count: number) => {
    const all: [number, number][] = [];
    for (let i = 0; i < count; i++) all.push(await patiently(first + i));
    return all;
  };
  return { shown: await of(0, SHOWN_PAIRS), counted: await of(TALLY_FROM, TALLY_PAIRS) };
}

const rounded = (probability: number): number => Math.round(10_000 * probability) / 10_000;

/** Seconds that were spent training. */
class Stopwatch {
  #since: number | null = null;
  #before = 0;
  #hasBegun = false;

  /** Does nothing the second time. */
  start(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.proceed();
  }

  pause(): void {
    this.#before = this.#now;
    this.#since = null;
  }

  proceed(): void {
    this.#since ??= performance.now();
  }

  /** With tenths. */
  get seconds(): number {
    return Math.round(this.#now / 100) / 10;
  }

  get #now(): number {
    return this.#before + (this.#since === null ? 0 : performance.now() - this.#since);
  }
}
