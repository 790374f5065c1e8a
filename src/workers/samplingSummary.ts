// What a recipe's sampling gives, counted and put into words: for the Data view and for the run's report.
import { coverage } from '../episodes/annotations/described';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { evenly, findDuplicates } from '../pairs/duplicates';
import type { PairStream } from '../pairs/pairStream';
import { checkSplits } from '../pairs/splitChecks';
import { countByCategory, countPairs, COUNTED_EPISODES, type UsedPairs } from '../pairs/summary';
import { isDescribed } from '../samples/details';
import { describes, type Recipe } from '../training/recipe';
import type { SamplingSummary } from './dataApi';
import * as m from '../words/messages';
import { splitName } from '../episodes/names';

/** Episodes looked at for duplicates: simulated ones must be drawn for it, stored ones only read. */
const COMPARED = { simulator: 120, library: 2000 };

/** The streams of a recipe: `described` serves Chain-of-Thought stages and may be the same. */
export interface SummarisedData {
  recipe: Recipe;
  episodes: readonly Episode[];
  stream: PairStream;
  described: PairStream;
  describedEpisodes: readonly Episode[];
  source: FrameSource;
}

export async function summarise(data: SummarisedData): Promise<SamplingSummary> {
  const { recipe, episodes, stream, described, source } = data;
  const inTrain = episodes.filter((e) => stream.splits.get(e.id) === 'train');
  const counted = evenly(inTrain, COUNTED_EPISODES);
  const scale = counted.length > 0 ? inTrain.length / counted.length : 0;
  const scaled = (count: number) => Math.round(count * scale);
  const used = new Map<string, UsedPairs>();
  const byWindow = (await countPairs(stream, recipe.sampling, counted, used)).map((count) => ({
    window: count.window,
    drawn: count.drawn,
    pairs: scaled(count.pairs),
    pauses: scaled(count.pauses),
    notAhead: scaled(count.notAhead),
    failures: scaled(count.failures),
    tooShort: scaled(count.tooShort),
  }));
  const usable = [...stream.episodes('train'), ...stream.episodes('validation'), ...stream.episodes('test')];
  return {
    episodes: {
      train: stream.episodes('train').length,
      validation: stream.episodes('validation').length,
      test: stream.episodes('test').length,
    },
    keptFrames: usable.reduce((sum, e) => sum + stream.kept(e).length, 0),
    byWindow,
    byCategory: countByCategory(
      stream,
      recipe.sampling,
      byWindow.reduce((sum, { pairs }) => sum + pairs, 0),
      ({ id }) => used.get(id) ?? null,
    ),
    forwardShare: 50,
    describedEpisodes: usable.filter(isDescribed).length,
    describedTraining: describedTraining(data),
    notes: notesOn(data, usable, scale),
    checks: checkSplits(
      withSplits(episodes, stream),
      recipe.sampling.holdOut,
      await findDuplicates(stream, source, COMPARED[recipe.source.kind]),
      described === stream ? [] : withSplits(data.describedEpisodes, described),
    ),
  };
}

/** A recording gives a pair in words where both of its moments are described. */
function describedTraining({ recipe, stream, described }: SummarisedData): SamplingSummary['describedTraining'] {
  if (recipe.source.kind === 'simulator' || described !== stream) return null;
  const windows = recipe.sampling.windows.filter(({ weight }) => weight > 0).map(({ window }) => window);
  const pairs = stream
    .episodes('train')
    .filter(isDescribed)
    .map((episode) => coverage(episode.segments, stream.kept(episode), windows).pairs);
  return { episodes: pairs.filter((count) => count > 0).length, pairs: pairs.reduce((sum, count) => sum + count, 0) };
}

function withSplits(episodes: readonly Episode[], stream: PairStream) {
  return episodes.map((episode) => ({ episode, split: stream.splits.get(episode.id) ?? 'train' }) as const);
}

function notesOn({ recipe, episodes, stream, described }: SummarisedData, usable: readonly Episode[], scale: number) {
  const notes: string[] = [];
  const taking = new Set(usable.map((e) => e.id));
  const out = episodes.filter((e) => !taking.has(e.id));
  const failures = out.filter((e) => e.outcome === 'failure').length;
  const rising = usable.filter((e) => e.outcome === 'failure').length;
  const short = out.length - failures;
  if (failures > 0) {
    notes.push(m.engine_note_failures({ n: failures, count: failures }));
  }
  if (rising > 0) notes.push(m.engine_note_rising({ n: rising, count: rising }));
  if (short > 0) {
    notes.push(m.engine_note_short({ n: short, count: short }));
  }
  for (const split of ['train', 'validation', 'test'] as const) {
    if (stream.episodes(split).length > 0) continue;
    const lost = {
      train: m.engine_lost_train,
      validation: m.engine_lost_validation,
      test: m.engine_lost_test,
    };
    notes.push(m.engine_note_split_empty({ split: splitName(split), lost: lost[split]() }));
  }
  if (scale > 1) notes.push(m.engine_note_scaled({ episodes: COUNTED_EPISODES }));
  if (described !== stream && recipe.stages.some(describes)) {
    notes.push(m.engine_note_undescribed());
  }
  return notes;
}
