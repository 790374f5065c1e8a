// Carries out one run of an experiment, or goes on with it where an earlier visit left it: trains by its recipe, then puts
// questions to the model. Runs are found again by their recipe's name, which the runner makes unique.
import { proxy } from 'comlink';
import { parseRecipe, type Recipe } from '../training/recipe';
import type { BackendInfo, ModelChoice, RunEvent, RunInfo, RunReport, ShippedName } from '../workers/gpuApi';
import type { Engine } from './clients/engine';

export interface PlannedOrder {
  recipe: unknown;
  /** Goes before the recipe's own; null for that. */
  backend: Recipe['backend'] | null;
  /** Whether it is made again where storage has it finished; an unfinished one goes on either way. */
  anew: boolean;
  /** A model that comes with the studio, measured instead of training one. */
  shipped: ShippedName | null;
  questions: string[];
  pairsPerQuestion: number;
  /** How it answers them; null for each question's own way. */
  judging: 'tag' | 'cot' | null;
}

export interface PlannedResult {
  /** False where it was stopped before its end; it can be ordered again and goes on. */
  finished: boolean;
  report: PlannedReport | null;
  /** Checkpoints of its stages, by the stage's name. */
  checkpoints: { name: string; runId: string; id: string }[];
}

/** What the report of an experiment is made of. */
export type PlannedReport = Pick<RunReport, 'recipe' | 'stages' | 'evaluations'> & {
  backend: BackendInfo;
  parameters: number | null;
  data: { hash: string; tokenizerHash: string } | null;
};

type Tell = (line: unknown) => void;

/** Tells whether a stop is wanted, between two of its steps. */
export type StopWanted = () => boolean;

/** Room for the pictures of all episodes that experiments train on; bytes. */
const PICTURES = 4 * 2 ** 30;

/** Trains, or goes on training, to the end of the run or until it is stopped. */
export async function plannedRun(
  engine: Engine,
  order: PlannedOrder,
  tell: Tell,
  stopWanted: StopWanted,
): Promise<PlannedResult> {
  await engine.connected;
  // The same pictures are drawn in every run, and drawing them takes nearly as long as learning from them.
  await engine.data.allowPictures(PICTURES);
  const recipe = parseRecipe(order.recipe);
  const backend = await engine.gpu.start(order.backend ?? recipe.backend, order.backend !== null);
  tell({ kind: 'backend', backend });
  if (order.shipped !== null) return measureShipped(engine, order, order.shipped, recipe, backend, tell, stopWanted);
  const runId = await trained(engine, recipe, order.anew, tell, stopWanted);
  if (runId === null) return { finished: false, report: null, checkpoints: [] };
  const report = await engine.gpu.report(runId);
  if (!report) throw new Error('The run left no report.');
  const finished = await askAll(
    engine,
    { kind: 'checkpoint', runId, checkpointId: null },
    recipe,
    order,
    tell,
    stopWanted,
  );
  const run = (await engine.gpu.runs()).find(({ id }) => id === runId);
  const checkpoints = (run?.checkpoints ?? []).flatMap(({ id, name }) => (name === null ? [] : [{ name, runId, id }]));
  const { stages, evaluations, parameters, data } = report;
  return { finished, report: { recipe, backend, stages, evaluations, parameters, data }, checkpoints };
}

async function measureShipped(
  engine: Engine,
  order: PlannedOrder,
  name: ShippedName,
  recipe: Recipe,
  backend: BackendInfo,
  tell: Tell,
  stopWanted: StopWanted,
): Promise<PlannedResult> {
  const choice = { kind: 'shipped', name } as ModelChoice;
  const progress = proxy((share: number) => tell({ kind: 'measuring', share }));
  const evaluation = await engine.gpu.evaluate(choice, recipe, 'test', 'tag', progress);
  // Null where it was cancelled, which nobody here does.
  if (evaluation) tell({ kind: 'evaluation', evaluation });
  const finished = await askAll(engine, choice, recipe, order, tell, stopWanted);
  const report = {
    recipe,
    backend,
    stages: [],
    evaluations: evaluation ? [evaluation] : [],
    parameters: null,
    data: null,
  };
  return { finished, report, checkpoints: [] };
}

/** The finished run's id; null where it was stopped. */
async function trained(
  engine: Engine,
  recipe: Recipe,
  anew: boolean,
  tell: Tell,
  stopWanted: StopWanted,
): Promise<string | null> {
  const earlier = (await engine.gpu.runs()).filter((run) => run.name === recipe.name);
  const goesOn = (run: RunInfo) => run.checkpoints.length > 0 && !(anew && run.state === 'finished');
  const same = earlier.find((run) => sameRun(run, recipe) && goesOn(run));
  // Of another recipe, or cut off before anything was saved: nothing to go on from.
  const others = earlier.filter((run) => run !== same).map(({ id }) => id);
  if (others.length > 0) await engine.gpu.deleteRuns(others);
  if (same?.state === 'finished') return same.id;
  if (stopWanted()) return null;
  if (same) {
    tell({ kind: 'note', sentence: `Goes on from step ${same.step} of ${same.totalSteps}.` });
    try {
      return await toTheEnd(tell, (onEvent) => engine.gpu.resume(same.id, null, onEvent));
    } catch (error) {
      if (!(error instanceof NotBegun)) throw error;
      tell({ kind: 'note', sentence: `${error.message} It begins anew.` });
      await engine.gpu.deleteRuns([same.id]);
    }
  }
  return toTheEnd(tell, (onEvent) => engine.gpu.train(recipe, recipe.name, onEvent));
}

function sameRun(run: RunInfo, recipe: Recipe): boolean {
  // On which backend a run goes on is free.
  const words = (of: Recipe) => JSON.stringify({ ...parseRecipe(of), backend: null });
  try {
    return words(run.recipe) === words(recipe);
  } catch {
    return false;
  }
}

/** A run that could not even start, with the reason in words. */
class NotBegun extends Error {}

/**
 * Begins a run and waits for its end.
 * @returns its id, or null where it was stopped
 * @throws NotBegun, or Error in words where it failed on its way
 */
export function toTheEnd(
  tell: Tell,
  begin: (onEvent: (event: RunEvent) => void) => Promise<unknown>,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const onEvent = (event: RunEvent) => {
      tell(event);
      if (event.kind !== 'progress') return;
      const { state, runId, sentence } = event.progress;
      if (state === 'failed') reject(new Error(sentence));
      else if (state === 'finished') resolve(runId);
      else if (state === 'stopped') resolve(null);
    };
    begin(proxy(onEvent)).catch((error: Error) => reject(new NotBegun(error.message)));
  });
}

/**
 * Puts the questions one by one and tells each answer at once (null where the recipe has no pairs for it), so that a stop
 * costs one at most. True at the end.
 */
async function askAll(
  engine: Engine,
  model: ModelChoice,
  recipe: Recipe,
  { questions, pairsPerQuestion, judging }: PlannedOrder,
  tell: Tell,
  stopWanted: StopWanted,
): Promise<boolean> {
  const groups = askedTogether(questions);
  for (const [i, group] of groups.entries()) {
    if (stopWanted()) return false;
    const progress = proxy((share: number) => tell({ kind: 'measuring', share: (i + share) / groups.length }));
    const answers = await engine.gpu.ask(model, recipe, group, pairsPerQuestion, progress, judging ?? undefined);
    for (const question of group) {
      tell({ kind: 'answer', question, evaluation: answers.find((answer) => answer.question === question) ?? null });
    }
  }
  return true;
}

/** The counter-task is crossed with the own instruction of the same frames, so these two come together. */
function askedTogether(questions: readonly string[]): string[][] {
  const pair = ['turnable', 'counter-task'];
  const both = pair.every((name) => questions.includes(name));
  const alone = questions.filter((name) => !both || !pair.includes(name)).map((name) => [name]);
  return both ? [...alone, pair] : alone;
}
