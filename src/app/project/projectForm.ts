// What lies where in a project file, and how what it says is read without being trusted.
//   manifest.json                        what this is, made when, how much of what
//   recipe.json                          the recipe that was being worked on
//   runs/<id>/run.json                   name, dates, recipe, state
//   runs/<id>/metrics.jsonl              its curves, a row a line
//   runs/<id>/report.json, report.html   what was measured, for programs and for people
//   runs/<id>/checkpoints/<id>.safetensors
//   measurements/<n>-<name>.json         what was measured of models, answers included; for programs, not taken in again
//   episodes.jsonl                       what is known of each imported episode
//   annotations.jsonl                    their descriptions, a stretch a line
//   episodes/<n>/frames-<m>.rgb          their pictures: bytes [frames, 128, 128, 3]
import * as v from 'valibot';
import { CATEGORIES, MISHAPS, type Episode } from '../../episodes/episode';
import { isSimulatorId } from '../../episodes/simulator/simulatorIdForm';
import { parseRecipe, type Recipe } from '../../training/recipe';
import type { TakenRun } from '../../workers/gpuApi';
import * as m from '../../words/messages';
import { BadArchive } from './zipReader';

export const PROJECT_KIND = 'palindrome-project';
export const PROJECT_FORMAT = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const words = (most: number) => v.pipe(v.string(), v.maxLength(most));
const finite = v.pipe(v.number(), v.finite());

const manifestSchema = v.object({
  kind: v.literal(PROJECT_KIND),
  format: v.literal(PROJECT_FORMAT),
  madeWith: words(80),
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
  runs: count,
  checkpoints: count,
  episodes: count,
  /** Whether the episodes' pictures are in it. */
  pictures: v.boolean(),
});

export type ProjectManifest = v.InferOutput<typeof manifestSchema>;

const figure = v.object({ value: finite, low: v.nullable(finite), high: v.nullable(finite) });
const headlineSchema = v.object({
  from: v.picklist(['test', 'validation', 'looks']),
  after: words(80),
  step: count,
  pairs: count,
  episodes: v.nullable(count),
  figures: v.object({ bothRight: figure, forward: figure, reverse: figure, average: figure, gap: figure }),
});

const runSchema = v.object({
  id,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  recipe: v.unknown(),
  latest: v.nullable(id),
  summary: v.nullable(
    v.object({
      state: v.picklist(['preparing', 'training', 'evaluating', 'saving', 'paused', 'stopped', 'finished', 'failed']),
      step: count,
      totalSteps: count,
      updatedAt: v.string(),
      backend: words(200),
      parameters: count,
      lacksData: v.exactOptional(v.boolean()),
      headline: v.exactOptional(v.nullable(headlineSchema)),
    }),
  ),
  pinned: v.exactOptional(v.literal(true)),
});

/** What was not a number became null in JSON. */
const measured = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? Number.NaN),
);
const rowSchema = v.variant('kind', [
  v.object({
    kind: v.literal('step'),
    step: count,
    stage: words(80),
    loss: measured,
    judgementLoss: v.nullable(v.number()),
    learningRate: measured,
    gradientNorm: measured,
    samples: count,
    seconds: measured,
  }),
  v.looseObject({
    kind: v.literal('validation'),
    step: count,
    stage: words(80),
    ...{ forward: finite, reverse: finite, average: finite, gap: finite, bothRight: finite, invalid: finite },
    sevenths: v.nullable(finite),
  }),
]);

const interval = v.looseObject({ low: v.nullable(finite), high: v.nullable(finite), reason: v.nullable(v.string()) });
const cells = v.object({ bothRight: count, bothWrong: count, alwaysFirst: count, alwaysSecond: count, invalid: count });
const summary = v.looseObject({
  pairs: count,
  episodes: count,
  cells,
  ...{ forward: finite, reverse: finite, average: finite, gap: finite, bothRight: finite, flipRate: finite },
});
const lines = v.record(v.string(), v.nullable(summary));
const reportSchema = v.looseObject({
  recipe: v.unknown(),
  backend: v.looseObject({ name: v.string(), label: words(200), reason: words(2000) }),
  parameters: count,
  stages: v.array(
    v.looseObject({
      name: v.string(),
      steps: count,
      samples: count,
      seconds: finite,
      finalLoss: v.nullable(v.number()),
    }),
  ),
  evaluations: v.array(
    v.looseObject({
      after: words(80),
      step: count,
      split: v.picklist(['validation', 'test']),
      judging: v.picklist(['tag', 'tag-generated', 'cot', 'cot-generated']),
      overall: summary,
      byWindow: lines,
      byTemplate: lines,
      intervals: v.looseObject({
        ...{ forward: interval, reverse: interval, average: interval, bothRight: interval, flipRate: interval },
      }),
      verdict: words(4000),
    }),
  ),
  data: v.looseObject({ hash: v.string(), tokenizerHash: v.string() }),
});

const episodeSchema = v.object({
  episode: v.object({
    id: v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(200),
      v.check((id) => !isSimulatorId(id)),
    ),
    source: v.picklist(['video', 'images']),
    name: words(500),
    task: words(2000),
    taskGuessed: v.exactOptional(v.boolean()),
    template: words(2000),
    counterTask: v.nullable(words(2000)),
    category: v.picklist(CATEGORIES),
    outcome: v.picklist(['success', 'failure', 'unknown']),
    mishap: v.nullable(v.picklist(MISHAPS)),
    traits: v.nullable(
      v.object({
        objects: v.array(words(200)),
        colours: v.array(words(200)),
        scene: words(200),
        phrasing: words(200),
      }),
    ),
    frameCount: v.pipe(count, v.minValue(1), v.maxValue(10_000_000)),
    framesPerSecond: v.nullable(v.pipe(finite, v.minValue(0))),
    aspect: v.pipe(finite, v.minValue(0.01), v.maxValue(100)),
    group: words(500),
    split: v.nullable(v.picklist(['train', 'validation', 'test'])),
    trim: v.nullable(v.object({ start: count, end: count })),
    downsample: v.nullable(v.pipe(count, v.minValue(1), v.maxValue(1000))),
    segments: v.array(
      v.pipe(
        v.object({
          from: count,
          to: count,
          text: words(2000),
          progress: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
        }),
        v.check(({ from, to }) => from <= to),
      ),
    ),
    licence: v.nullable(words(2000)),
    attribution: v.nullable(words(2000)),
  }),
  fingerprint: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  /** Where its pictures are, and in how many pieces; null where they were left out. */
  frames: v.nullable(v.object({ folder: v.pipe(v.string(), v.regex(/^episodes\/\d{1,9}$/)), chunks: count })),
});

export interface ProjectEpisode {
  episode: Episode;
  fingerprint: string | null;
  frames: { folder: string; chunks: number } | null;
}

export const framesName = (folder: string, chunk: number): string =>
  `${folder}/frames-${String(chunk).padStart(5, '0')}.rgb`;

/** @throws BadArchive, with words of its own for a newer format */
export function readManifest(text: string): ProjectManifest {
  const value = json(text, 'manifest.json');
  const loose = v.safeParse(v.object({ kind: v.literal(PROJECT_KIND), format: v.number() }), value);
  if (!loose.success) throw new BadArchive(m.runs_project_other());
  if (loose.output.format > PROJECT_FORMAT) throw new BadArchive(m.runs_project_newer());
  return parsed(manifestSchema, value, 'manifest.json');
}

export function readRecipe(text: string): Recipe {
  return recipeOf(json(text, 'recipe.json'), 'recipe.json');
}

/** @param metrics JSON Lines; @param report JSON, null where nothing was measured */
export function readRun(name: string, run: string, metrics: string | null, report: string | null): TakenRun {
  const known = parsed(runSchema, json(run, name), name);
  const recipe = recipeOf(known.recipe, name);
  const rows = jsonLines(metrics ?? '', name).map((row) => parsed(rowSchema, row, name));
  const told = report === null ? null : parsed(reportSchema, json(report, name), name);
  // The report of a run is that run's: its recipe is read once, from the run.
  return { ...known, recipe, rows, report: told && { ...told, runId: known.id, recipe } };
}

export function readEpisodes(text: string): ProjectEpisode[] {
  const name = 'episodes.jsonl';
  return jsonLines(text, name).map((line) => {
    const read = parsed(episodeSchema, line, name);
    const { trim, segments, frameCount } = read.episode;
    const isWithin =
      segments.every(({ to }) => to < frameCount) && (!trim || (trim.start <= trim.end && trim.end < frameCount));
    if (!isWithin) throw new BadArchive(m.runs_project_broken({ name, why: m.runs_project_frames() }));
    return read;
  });
}

function recipeOf(value: unknown, name: string): Recipe {
  try {
    return parseRecipe(value);
  } catch (error) {
    throw new BadArchive(m.runs_project_broken({ name, why: error instanceof Error ? error.message : String(error) }));
  }
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, value: unknown, name: string): T {
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new BadArchive(m.runs_project_broken({ name, why: `${v.getDotPath(issue) ?? ''}: ${issue.message}` }));
}

function jsonLines(text: string, name: string): unknown[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [json(line, name)]));
}

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadArchive(m.runs_project_broken({ name, why: m.runs_project_json() }));
  }
}
