// What a project file would hold, and about how large it would be.
import type { KeptEpisode } from '../../episodes/library';
import type { Recipe } from '../../training/recipe';
import type { CheckpointInfo, RunInfo } from '../../workers/gpuApi';

/** What of the large things goes along. */
export interface ProjectChoice {
  /** `ends`: the last checkpoint of each run and those at the ends of its stages. */
  checkpoints: 'all' | 'ends' | 'none';
  pictures: boolean;
}

export interface ProjectContents {
  runs: readonly RunInfo[];
  /** Those in the list; removed ones stay behind. */
  episodes: readonly KeptEpisode[];
  recipe: Recipe;
  /** What was measured of models, as texts for programs. */
  measurements: readonly MeasurementFile[];
}

export interface MeasurementFile {
  /** Without folder and ending. */
  name: string;
  json: string;
}

/** Text of a run: record, report and page; and of each step a row of its curves. */
const RUN_BYTES = 30_000;
const STEP_BYTES = 60;
const EPISODE_BYTES = 400;

export function chosenCheckpoints(
  checkpoints: readonly CheckpointInfo[],
  how: ProjectChoice['checkpoints'],
): CheckpointInfo[] {
  if (how === 'none') return [];
  return checkpoints.filter(
    (checkpoint, i) => how === 'all' || i === 0 || checkpoint.name !== null || checkpoint.pinned,
  );
}

/** About how large the file becomes, in bytes. */
export function estimatedBytes({ runs, episodes, measurements }: ProjectContents, choice: ProjectChoice): number {
  const ofRun = (run: RunInfo) =>
    chosenCheckpoints(run.checkpoints, choice.checkpoints).reduce((sum, { bytes }) => sum + bytes, 0) +
    RUN_BYTES +
    run.step * STEP_BYTES;
  const ofEpisode = ({ bytes }: KeptEpisode) => (choice.pictures ? bytes : 0) + EPISODE_BYTES;
  const total = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((sum, one) => sum + of(one), 0);
  return total(runs, ofRun) + total(episodes, ofEpisode) + total(measurements, ({ json }) => json.length);
}

/** What a project file is called that is saved today. */
export function projectFileName(): string {
  return `palindrome-project-${new Date().toISOString().slice(0, 10)}.zip`;
}
