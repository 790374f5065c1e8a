// The headless runner's driver: the same engine as the studio's, started by scripts/headless.mjs, which listens on
// `window.palindromeTell` and takes the results. Shows a plain page, so that an opened #/headless explains itself.
import { proxy } from 'comlink';
import { matchLines, readLines } from '../episodes/annotations/lines';
import type { Recipe } from '../training/recipe';
import { parseRecipe, totalSteps } from '../training/recipe';
import { DATA_REPORT, preset } from '../training/presets';
import type { EvaluationReport } from '../evaluation/report';
import type { ImportEntry } from '../workers/dataApi';
import type { MetricsRow, Progress, RunEvent, RunReport, ShippedName, ValidationRow } from '../workers/gpuApi';
import type { PolicyNews, PolicyOrder } from '../workers/policyApi';
import { watchRollouts, type WatchOrder } from './watchedRollouts';
import { progressFiles, type ProgressFiles, type ProgressOrder } from './progressFiles';
import { rewardRows, type RewardOrder } from './rewardRows';
import { pickedFiles } from './clients/droppedFiles';
import { Engine } from './clients/engine';
import { recordCure, type RecordingOrder } from './cureRecording';
import type { Recording } from './recipes/recording';
import { plannedRun, toTheEnd, type PlannedOrder, type PlannedResult } from './plannedRun';
import { accuracySvg } from './plots/accuracyPlot';
import { lossSvg } from './plots/lossPlot';
import { oneRun, scalingSvg } from './plots/scalingPlot';
import {
  categoryDrawing,
  categoryTable,
  orderDrawing,
  orderTable,
  windowCountDrawing,
  windowCountTable,
} from './plots/samplingPlots';
import { svgText } from './plots/svg';
import { csvText } from './plots/table';
import { symmetrySvg } from './plots/symmetryPlot';
import { windowPoints, windowSvg } from './plots/windowPlot';

export interface HeadlessOptions {
  /** A preset's name or a recipe. */
  recipe: unknown;
  backend: Recipe['backend'] | null;
  /** Whether files were put into the page's file input. */
  imports: boolean;
  minutes: number | null;
  /** Scales the stages so that they come to this many steps together. */
  steps: number | null;
}

export interface HeadlessResult {
  runId: string;
  report: RunReport & { imports: ImportEntry[]; seconds: number; endedEarly: boolean };
  metrics: { rows: MetricsRow[]; validation: ValidationRow[] };
  plots: Record<string, string>;
  /** Checkpoints to fetch by `exportCheckpoint`, by file name. */
  checkpoints: { fileName: string; id: string | null }[];
}

export interface DataReportResult {
  /** Text files by name. */
  texts: Record<string, string>;
  /** Base64 of PNG files by name. */
  pictures: Record<string, string>;
}

type Tell = (line: unknown) => void;

declare global {
  interface Window {
    palindromeTell?: Tell;
    palindromeHeadless?: {
      run(options: HeadlessOptions): Promise<HeadlessResult>;
      /** One run of an experiment, from where an earlier visit left it. */
      planned(order: PlannedOrder): Promise<PlannedResult>;
      /** One measurement of a model that comes with the studio; no report where its recipe has no pairs for it. */
      measured(order: MeasuredOrder): Promise<EvaluationReport[]>;
      /** The lesson of the start page, with what the model answered on the way. */
      recordCure(order: RecordingOrder): Promise<Recording>;
      /** Saves and ends what is going on; the same order goes on with it later. */
      stop(): Promise<void>;
      /** Takes the files put into the page's file input into the library, and descriptions of them; says what came. */
      takeIn(descriptions: string | null): Promise<string>;
      /** Looks at the data alone, without any training. */
      dataReport(options: HeadlessOptions): Promise<DataReportResult>;
      /** Progress curves of the files put into the page's file input. */
      progress(order: Omit<ProgressOrder, 'sampling'>): Promise<ProgressFiles>;
      /** Has a model judge along episodes, one after the other; tells a row of measures of each. */
      rewardRows(order: RewardOrder): Promise<void>;
      /** Tasks of which rollouts can be made. */
      rolloutTasks(): Promise<string[]>;
      /** Has a model watch rollouts of the imitation policy; tells each with what it said at every tick. */
      watchRollouts(order: WatchOrder): Promise<void>;
      /** Trains a policy and tells each rollout's figures; false where it was stopped. */
      trainPolicy(order: PolicyOrder & { backend: Recipe['backend'] }): Promise<boolean>;
      /** Base64 of a checkpoint file. */
      checkpoint(runId: string, id: string | null): Promise<string>;
    };
  }
}

const tell: Tell = (line) => window.palindromeTell?.(line);

const engine = new Engine((part, why) => tell({ kind: 'crash', part, why }));

const target = document.getElementById('app');
const input = document.createElement('input');
input.type = 'file';
input.multiple = true;
input.webkitdirectory = true;
input.id = 'files';
input.ariaLabel = 'Files for the headless runner';
const words = document.createElement('p');
words.textContent =
  'This page is driven by the headless runner (npm run headless). Open the studio instead at #/start.';
target?.append(words, input);

function recipeNamed(name: string): Recipe | null {
  return name === DATA_REPORT.name ? structuredClone(DATA_REPORT) : preset(name);
}

/** The recipe that is run: a preset or the given one, with the command line's changes. */
function prepareRecipe(options: HeadlessOptions): Recipe {
  const named = typeof options.recipe === 'string' ? recipeNamed(options.recipe) : null;
  if (typeof options.recipe === 'string' && !named) throw new Error(`There is no preset called ${options.recipe}.`);
  const recipe = named ?? parseRecipe(options.recipe);
  if (options.backend) recipe.backend = options.backend;
  if (options.imports) recipe.source = { kind: 'library' };
  if (options.steps) {
    // Stages in sevenths follow their CoT stage.
    const scale = options.steps / Math.max(1, totalSteps(recipe));
    for (const stage of recipe.stages) {
      stage.steps = Math.max(1, Math.round(stage.steps * scale));
      stage.warmupSteps = Math.round(stage.warmupSteps * scale);
    }
  }
  return recipe;
}

async function importPicked(): Promise<ImportEntry[]> {
  return engine.data.importFiles(
    input.files ? pickedFiles(input.files) : [],
    proxy((entry: ImportEntry) => tell({ kind: 'import', entry })),
  );
}

async function run(options: HeadlessOptions): Promise<HeadlessResult> {
  const started = performance.now();
  await engine.connected;
  const recipe = prepareRecipe(options);
  const imports = options.imports ? await importPicked() : [];
  const backend = await engine.gpu.start(recipe.backend);
  tell({ kind: 'backend', backend });
  const { runId, endedEarly } = await trainToTheEnd(recipe, options.minutes);
  const report = await engine.gpu.report(runId);
  if (!report) throw new Error('The run left no report.');
  if (endedEarly) await measureWhatIsThere(runId, recipe, report);
  const metrics = await engine.gpu.metrics(runId);
  const runs = await engine.gpu.runs();
  const saved = runs.find((r) => r.id === runId)?.checkpoints ?? [];
  const named = recipe.stages
    .map((stage) => saved.find((c) => c.name === stage.name))
    .filter((c) => c !== undefined)
    .map((c) => ({ fileName: `${c.name}.safetensors`, id: c.id }));
  return {
    runId,
    report: { ...report, imports, seconds: (performance.now() - started) / 1000, endedEarly },
    metrics,
    plots: drawPlots(report, metrics, recipe),
    checkpoints: [...named, { fileName: 'latest.safetensors', id: null }],
  };
}

/** Resolves when the run has finished, or when it was stopped because its minutes were over. */
async function trainToTheEnd(recipe: Recipe, minutes: number | null): Promise<{ runId: string; endedEarly: boolean }> {
  let runId = '';
  const note = (event: unknown) => {
    tell(event);
    const { kind, progress } = event as RunEvent & { progress?: Progress };
    if (kind === 'progress' && progress) runId = progress.runId;
  };
  const timer = minutes === null ? undefined : setTimeout(() => void engine.gpu.stop(), minutes * 60_000);
  try {
    const finished = await toTheEnd(note, (onEvent) => engine.gpu.train(recipe, recipe.name, onEvent));
    return { runId, endedEarly: finished === null };
  } finally {
    clearTimeout(timer);
  }
}

/** A run that was cut short is measured where it stopped, so that its report has an end. */
async function measureWhatIsThere(runId: string, recipe: Recipe, report: RunReport): Promise<void> {
  const progress = proxy((share: number) => tell({ kind: 'measuring', share }));
  const choice = { kind: 'checkpoint', runId, checkpointId: null } as const;
  const evaluation = await engine.gpu.evaluate(choice, recipe, 'test', 'tag', progress);
  if (evaluation) report.evaluations.push(evaluation);
}

function drawPlots(
  report: RunReport,
  { rows, validation }: HeadlessResult['metrics'],
  recipe: Recipe,
): Record<string, string> {
  const last = report.evaluations.filter((e) => e.judging === 'tag').at(-1);
  const volumes = validation
    .filter((row) => row.sevenths !== null)
    .map(({ sevenths, forward, reverse, average }) => ({ sevenths: sevenths ?? 0, forward, reverse, average }));
  return {
    'loss.svg': lossSvg(rows),
    'accuracy.svg': accuracySvg(validation),
    'symmetry.svg': symmetrySvg([
      {
        name: recipe.name,
        points: validation.map(({ forward, reverse, step }) => ({ forward, reverse, at: `${step}` })),
      },
    ]),
    'scaling.svg': scalingSvg(volumes, oneRun()),
    ...(last ? { 'windows.svg': windowSvg(windowPoints(last.byWindow)) } : {}),
  };
}

async function dataReport(options: HeadlessOptions): Promise<DataReportResult> {
  await engine.connected;
  const recipe = prepareRecipe(options);
  if (options.imports) await importPicked();
  const { report, sheets } = await engine.data.dataReport(
    recipe,
    proxy((share: number) => tell({ kind: 'measuring', share })),
  );
  const { summary } = report;
  const pictures: Record<string, string> = {};
  for (const { fileName, png } of sheets) pictures[fileName] = await base64(png);
  return {
    texts: {
      'report.json': `${JSON.stringify(report, null, 2)}\n`,
      'samples-by-order.svg': svgText(orderDrawing(summary, { width: 640, height: 110 })),
      'pairs-by-window.svg': svgText(windowCountDrawing(summary)),
      'pairs-by-kind-of-task.svg': svgText(categoryDrawing(summary)),
      'samples-by-order.csv': csvText(orderTable(summary)),
      'pairs-by-window.csv': csvText(windowCountTable(summary)),
      'pairs-by-kind-of-task.csv': csvText(categoryTable(summary)),
    },
    pictures,
  };
}

async function checkpoint(runId: string, id: string | null): Promise<string> {
  const { bytes } = await engine.gpu.exportCheckpoint(runId, id);
  return base64(bytes);
}

async function base64(bytes: ArrayBuffer): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsDataURL(new Blob([bytes]));
  });
  return url.slice(url.indexOf(',') + 1);
}

let isStopWanted = false;

function planned(order: PlannedOrder): Promise<PlannedResult> {
  return plannedRun(engine, order, tell, () => isStopWanted);
}

async function stop(): Promise<void> {
  isStopWanted = true;
  await engine.gpu.stop();
}

/** @param descriptions spatial details as the studio exports them */
async function takeIn(descriptions: string | null): Promise<string> {
  await engine.connected;
  const entries = await importPicked();
  const said = [
    `${entries.filter(({ state, episodeId }) => state === 'done' && episodeId).length} recordings taken in`,
  ];
  if (descriptions !== null) {
    const { lines, leftOut } = readLines(descriptions);
    const matched = matchLines(lines, await engine.data.episodes({ kind: 'library' }), 'replace');
    for (const { episode, after } of matched.changes)
      await engine.data.updateEpisode(episode, { segments: [...after] });
    said.push(`${matched.changes.length} of them described`);
    const lost = [...leftOut, ...matched.leftOut];
    const [first] = lost;
    if (first)
      said.push(`${lost.length} lines of descriptions left out, the first (${first.line}) because ${first.why}`);
  }
  return `${said.join('; ')}.`;
}

/** A model that comes with the studio, measured on the test split or by a question. */
export interface MeasuredOrder {
  shipped: ShippedName;
  recipe: unknown;
  backend: Recipe['backend'];
  /** Null for the recipe's own test. */
  question: string | null;
  judging: 'tag' | 'cot';
  /** Of a question, at most. */
  pairs: number;
}

async function measured({ shipped, recipe: input, backend, question, judging, pairs }: MeasuredOrder) {
  await engine.connected;
  await engine.gpu.start(backend, true);
  const progress = proxy((share: number) => tell({ kind: 'measuring', share }));
  const choice = { kind: 'shipped', name: shipped } as const;
  const recipe = parseRecipe(input);
  if (question !== null) return engine.gpu.ask(choice, recipe, [question], pairs, progress, judging);
  const report = await engine.gpu.evaluate(choice, recipe, 'test', judging, progress);
  return report ? [report] : [];
}

async function trainPolicy({ backend, ...order }: PolicyOrder & { backend: Recipe['backend'] }): Promise<boolean> {
  await engine.connected;
  await engine.gpu.start(backend, true);
  const hear = ({ film: _, ...figures }: PolicyNews) => tell({ kind: 'policy', ...figures });
  return engine.gpu.trainPolicy(order, proxy(hear));
}

async function progress(order: Omit<ProgressOrder, 'sampling'>): Promise<ProgressFiles> {
  await engine.connected;
  await importPicked();
  return progressFiles(engine, { ...order, sampling: DATA_REPORT.sampling }, tell);
}

window.palindromeHeadless = {
  progress,
  rolloutTasks: () => engine.data.rolloutTasks(),
  watchRollouts: (order) => watchRollouts(engine, order, tell, () => isStopWanted),
  trainPolicy,
  rewardRows: (order) => rewardRows(engine, order, tell, () => isStopWanted),
  run,
  planned,
  measured,
  recordCure: (order) => recordCure(engine, order, tell),
  stop,
  takeIn,
  dataReport,
  checkpoint,
};
tell({ kind: 'ready' });
