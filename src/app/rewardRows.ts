// Has a model judge along many episodes and keeps of each a row of measures, for the headless runner.
import { proxy } from 'comlink';
import { rewardRow, type RewardRow } from '../reward/experiment/row';
import { FEWEST_FRAMES } from '../reward/reading';
import type { Recipe } from '../training/recipe';
import type { ModelChoice } from '../workers/gpuApi';
import type { Walked } from '../workers/rewardApi';
import type { Engine } from './clients/engine';

export interface RewardOrder {
  model: ModelChoice;
  backend: Recipe['backend'];
  sampling: Walked;
  /** Null for all recordings of the library. */
  episodes: Facts[] | null;
}

type Facts = Pick<RewardRow, 'episode' | 'template' | 'set' | 'tasks' | 'outcome' | 'mishap'>;

/** Tells `{kind: 'row', row}` for each, or `{kind: 'short', episode}`. */
export async function rewardRows(
  engine: Engine,
  { model, backend, sampling, episodes }: RewardOrder,
  tell: (line: unknown) => void,
  stopWanted: () => boolean,
): Promise<void> {
  await engine.connected;
  await engine.gpu.start(backend, true);
  const all = episodes ?? (await recordings(engine));
  const quiet = proxy(() => undefined);
  for (const [i, facts] of all.entries()) {
    if (stopWanted()) return;
    const request = { model, sampling, episodeId: facts.episode, others: true };
    const read = await engine.gpu.readEpisode(request, quiet);
    if (read && read.reading.frames.length >= FEWEST_FRAMES) {
      tell({ kind: 'row', row: rewardRow(facts, read.reading, read.milliseconds) });
    } else tell({ kind: 'short', episode: facts.episode });
    tell({ kind: 'measuring', share: (i + 1) / all.length });
  }
}

async function recordings(engine: Engine): Promise<Facts[]> {
  const episodes = await engine.data.episodes({ kind: 'library' });
  return episodes.map(({ id, template, outcome, mishap, split, name }) => ({
    episode: id,
    template,
    set: split ?? name,
    tasks: 'unseen',
    outcome,
    mishap,
  }));
}
