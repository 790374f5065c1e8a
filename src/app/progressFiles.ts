// The progress curves of imported videos as files, for the headless runner: what the Reward view shows and exports.
import { proxy } from 'comlink';
import { PENALTY } from '../reward/progressCurve';
import { isStill, whyNoCurve } from '../reward/trust';
import type { Recipe } from '../training/recipe';
import type { Engine } from './clients/engine';
import { progressDrawing, progressSummary } from './plots/progressPlot';
import { svgText } from './plots/svg';
import { csvText } from './plots/table';
import { progressCsv, progressRecord } from './state/reward/rewardFiles';
import { progressData } from './state/reward/shownReading';

export interface ProgressOrder {
  backend: Recipe['backend'];
  /** Goes before the videos' own tasks; null for these. */
  task: string | null;
  sampling: Recipe['sampling'];
}

/** Files by name, a CSV, a JSON and an SVG for each video, and a line in words for each that has a curve or has none. */
export interface ProgressFiles {
  texts: Record<string, string>;
  lines: string[];
}

export async function progressFiles(
  engine: Engine,
  { backend, task: given, sampling }: ProgressOrder,
  tell: (line: unknown) => void,
): Promise<ProgressFiles> {
  await engine.gpu.start(backend, true);
  const episodes = await engine.data.episodes({ kind: 'library' });
  const [texts, lines]: [Record<string, string>, string[]] = [{}, []];
  const model = { kind: 'shipped', name: 'cured' } as const;
  for (const [i, episode] of episodes.entries()) {
    const task = given ?? (episode.taskGuessed ? '' : episode.task);
    const walk = await engine.data.walk(episode.id, sampling);
    const why = whyNoCurve(walk.frames.length, task);
    const progress = proxy((share: number) => tell({ kind: 'measuring', share: (i + share) / episodes.length }));
    const read = why ? null : await engine.gpu.readEpisode({ model, episodeId: episode.id, sampling, task }, progress);
    const none = why ?? (read && isStill(read.reading));
    if (none !== null || read === null) {
      lines.push(`${episode.name}: ${none ?? ''}`);
      continue;
    }
    const shown = { ...read, episode };
    const data = progressData(shown, PENALTY, []);
    const name = `${i + 1}-${episode.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}`;
    texts[`${name}.csv`] = csvText(progressCsv(data));
    texts[`${name}.json`] = `${JSON.stringify(progressRecord(shown, data, PENALTY, new Date()), null, 2)}\n`;
    texts[`${name}.svg`] = svgText(progressDrawing(data));
    lines.push(`${episode.name}: ${progressSummary(data)}${data.doubt === null ? '' : ` ${data.doubt}`}`);
  }
  return { texts, lines };
}
