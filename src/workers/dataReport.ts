// A report on a recipe's data without any training: statistics, whether the splits are apart, what each task looks like,
// and how far judges get that do not look at what is done.
import type { Category, Episode, Mishap } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { trivialResults, type TrivialPair, type TrivialResult } from '../evaluation/trivialJudges';
import type { Pair, PairStream } from '../pairs/pairStream';
import { isHeldOut } from '../pairs/splitEpisodes';
import type { Recipe } from '../training/recipe';
import type { SamplingSummary } from './dataApi';
import { contactSheet } from './contactSheet';
import type { Dataset } from './dataset';
import { trivialPair } from './trivialPairs';

export interface TemplateReport {
  template: string;
  category: Category;
  episodes: number;
  /** Different task sentences. */
  sentences: number;
  /** Episodes whose frames have an opposite instruction. */
  withCounterTask: number;
  failures: number;
  mishaps: Partial<Record<Mishap, number>>;
  heldOut: boolean;
}

export interface DataReport {
  recipe: Recipe;
  summary: SamplingSummary;
  episodes: number;
  /** Different task sentences over all. */
  sentences: number;
  templates: TemplateReport[];
  /** Trivial judges, fitted on training pairs and measured on test pairs of held-out tasks (of all where none is). */
  trivial: { on: 'held-out tasks' | 'test split'; results: TrivialResult[] };
}

export interface Sheet {
  fileName: string;
  png: ArrayBuffer;
}

const FITTED_PAIRS = 1500;
const TESTED_PAIRS = 1200;
const ROWS = 4;
/** Recordings have as many "templates" as task sentences; these many get a sheet. */
const MOST_SHEETS = 60;

/** @param tell share done, in [0, 1] */
export async function reportOnData(
  dataset: Dataset,
  recipe: Recipe,
  episodes: readonly Episode[],
  source: FrameSource,
  tell: (share: number) => void,
): Promise<{ report: DataReport; sheets: Sheet[] }> {
  const { stream } = dataset;
  const summary = await dataset.summary();
  tell(0.1);
  const fit = await trivialPairs(
    FITTED_PAIRS,
    (i) => stream.trainingPair(i, null),
    source,
    (s) => tell(0.1 + 0.35 * s),
  );
  const heldOut = stream.episodes('test').filter((e) => recipe.sampling.holdOut.templates.includes(e.template));
  const test = await testPairs(stream, heldOut, source, (s) => tell(0.45 + 0.3 * s));
  const groups = Map.groupBy(episodes, (e) => e.template);
  const sheets: Sheet[] = [];
  for (const [template, its] of [...groups].slice(0, MOST_SHEETS)) {
    const name = template.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60);
    sheets.push({ fileName: `${name}.png`, png: await contactSheet(examples(its), source) });
    tell(0.75 + (0.25 * sheets.length) / Math.min(groups.size, MOST_SHEETS));
  }
  const report: DataReport = {
    recipe,
    summary,
    episodes: episodes.length,
    sentences: new Set(episodes.map((e) => e.task)).size,
    templates: [...groups].map(([template, its]) => templateReport(template, its, recipe)),
    trivial: {
      on: heldOut.length > 0 ? 'held-out tasks' : 'test split',
      results: trivialResults(fit, test),
    },
  };
  return { report, sheets };
}

async function trivialPairs(
  count: number,
  draw: (position: number) => Promise<Pair>,
  source: FrameSource,
  tell: (share: number) => void,
): Promise<TrivialPair[]> {
  const found: TrivialPair[] = [];
  for (let i = 0; i < count; i++) {
    found.push(await trivialPair(await draw(i), source));
    if (i % 50 === 0) tell(i / count);
  }
  return found;
}

/** Test pairs of the held-out tasks, or of the whole split where nothing is held out. */
async function testPairs(
  stream: PairStream,
  heldOut: readonly Episode[],
  source: FrameSource,
  tell: (share: number) => void,
): Promise<TrivialPair[]> {
  if (stream.episodes('test').length === 0) return [];
  const wanted = new Set(heldOut.map((e) => e.id));
  const pairs: Pair[] = [];
  // Episodes take turns, so among some of them every one has its share.
  for (let i = 0; pairs.length < TESTED_PAIRS && i < 20 * TESTED_PAIRS; i++) {
    const pair = await stream.evaluationPair('test', i, null);
    if (wanted.size === 0 || wanted.has(pair.episode.id)) pairs.push(pair);
  }
  return trivialPairs(pairs.length, (i) => Promise.resolve(pairs[i] as Pair), source, tell);
}

/** Up to four episodes that differ: by direction, then by what went wrong. */
function examples(episodes: readonly Episode[]): Episode[] {
  const chosen: Episode[] = [];
  const seen = new Set<string>();
  const take = (key: (e: Episode) => string) => {
    for (const episode of episodes) {
      if (chosen.length >= ROWS || seen.has(key(episode)) || chosen.includes(episode)) continue;
      seen.add(key(episode));
      chosen.push(episode);
    }
  };
  take((e) => (e.mishap === null ? (e.task.split(' ')[0] ?? '') : 'something went wrong'));
  take((e) => e.task);
  return chosen;
}

function templateReport(template: string, episodes: readonly Episode[], recipe: Recipe): TemplateReport {
  const mishaps: TemplateReport['mishaps'] = {};
  for (const { mishap } of episodes) if (mishap) mishaps[mishap] = (mishaps[mishap] ?? 0) + 1;
  return {
    template,
    category: episodes[0]?.category ?? 'other',
    episodes: episodes.length,
    sentences: new Set(episodes.map((e) => e.task)).size,
    withCounterTask: episodes.filter((e) => e.counterTask !== null).length,
    failures: episodes.filter((e) => e.outcome === 'failure').length,
    mishaps,
    heldOut: episodes.every((e) => isHeldOut(e, recipe.sampling.holdOut)),
  };
}
