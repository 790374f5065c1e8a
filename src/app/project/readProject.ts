// A project file on its way in. It is opened and looked through first; then it is compared with what is here, so that a
// person sees what would come in; then it is taken in beside everything else, and only when all of it is whole does it
// appear. Nothing that is here is overwritten.
import type { Change } from '../../episodes/annotations/history';
import { matchLines } from '../../episodes/annotations/lines';
import type { KeptEpisode } from '../../episodes/library';
import type { Recipe } from '../../training/recipe';
import type { DataApi } from '../../workers/dataApi';
import type { GpuApi, RunInfo, TakenRun } from '../../workers/gpuApi';
import * as m from '../../words/messages';
import {
  framesName,
  readEpisodes,
  readManifest,
  readRecipe,
  readRun,
  type ProjectEpisode,
  type ProjectManifest,
} from './projectForm';
import { BadArchive, blobOf, readDirectory, textOf, type ZipEntry } from './zipReader';

export interface IncomingRun {
  /** Without its curves, which are read when it is taken in. */
  run: TakenRun;
  checkpoints: readonly { id: string; entry: ZipEntry }[];
}

export interface Project {
  file: Blob;
  entries: ReadonlyMap<string, ZipEntry>;
  manifest: ProjectManifest;
  recipe: Recipe | null;
  runs: readonly IncomingRun[];
  episodes: readonly ProjectEpisode[];
}

/** What is here already, the bin included. */
export interface Here {
  runs: readonly RunInfo[];
  deletedRuns: readonly RunInfo[];
  episodes: readonly KeptEpisode[];
}

export interface ProjectPlan {
  project: Project;
  newRuns: readonly IncomingRun[];
  /** Here already, and left as they are. */
  knownRuns: readonly IncomingRun[];
  /** In the bin here: they are brought back. */
  binnedRuns: readonly IncomingRun[];
  newEpisodes: readonly ProjectEpisode[];
  knownEpisodes: readonly ProjectEpisode[];
  /** Ids as they are here. */
  binnedEpisodes: readonly string[];
  /** Not here, and the file has no pictures of them. */
  pictureless: readonly ProjectEpisode[];
  /** Descriptions that join those of episodes that are here. */
  changes: readonly Change[];
  addedDescriptions: number;
  /** Bytes that come in. */
  bytes: number;
}

/** What was taken in, to be taken back. */
export interface Taken {
  runs: string[];
  restoredRuns: string[];
  episodes: string[];
  restoredEpisodes: string[];
  changes: readonly Change[];
}

export interface ProjectWriters {
  gpu: Pick<
    GpuApi,
    'takeRun' | 'takeCheckpoint' | 'keepTakenRuns' | 'dropTakenRuns' | 'restoreRuns' | 'deleteRuns' | 'forgetRuns'
  >;
  data: Pick<
    DataApi,
    | 'takeEpisode'
    | 'takeFrames'
    | 'sealEpisode'
    | 'keepTakenEpisodes'
    | 'dropTakenEpisodes'
    | 'restoreEpisodes'
    | 'updateEpisode'
  >;
}

const CHECKPOINT = /^runs\/([\w-]{1,64})\/checkpoints\/([\w-]{1,64})\.safetensors$/;

/** @throws BadArchive, in words, for whatever is not a whole project file that this studio can read */
export async function openProject(file: Blob): Promise<Project> {
  const entries = await readDirectory(file);
  const text = async (name: string) => {
    const entry = entries.get(name);
    return entry ? textOf(file, entry) : null;
  };
  const told = await text('manifest.json');
  if (told === null) throw new BadArchive(m.runs_project_other());
  const manifest = readManifest(told);

  const checkpoints = new Map<string, { id: string; entry: ZipEntry }[]>();
  const runs: IncomingRun[] = [];
  for (const [name, entry] of entries) {
    const [, run = '', id = ''] = CHECKPOINT.exec(name) ?? [];
    if (run === '') continue;
    const list = checkpoints.get(run) ?? [];
    checkpoints.set(run, list);
    list.push({ id, entry });
  }
  for (const [name, entry] of entries) {
    const [, id = ''] = /^runs\/([\w-]{1,64})\/run\.json$/.exec(name) ?? [];
    if (id === '') continue;
    const run = readRun(name, await textOf(file, entry), null, null);
    if (run.id !== id) throw new BadArchive(m.runs_project_broken({ name, why: m.runs_project_elsewhere() }));
    runs.push({ run, checkpoints: checkpoints.get(id) ?? [] });
    checkpoints.delete(id);
  }
  const described = await text('episodes.jsonl');
  const episodes = described === null ? [] : readEpisodes(described);
  const inFile = runs.reduce((sum, run) => sum + run.checkpoints.length, 0);
  if (
    runs.length !== manifest.runs ||
    inFile !== manifest.checkpoints ||
    episodes.length !== manifest.episodes ||
    new Set(episodes.map(({ episode }) => episode.id)).size !== episodes.length
  ) {
    throw new BadArchive(m.runs_project_incomplete());
  }
  for (const { frames } of episodes) {
    for (let chunk = 0; chunk < (frames?.chunks ?? 0); chunk++) {
      if (!entries.has(framesName(frames?.folder ?? '', chunk))) throw new BadArchive(m.runs_project_incomplete());
    }
  }
  const recipe = await text('recipe.json');
  return { file, entries, manifest, recipe: recipe === null ? null : readRecipe(recipe), runs, episodes };
}

/** What of a project would come in beside what is here. */
export function planOf(project: Project, here: Here): ProjectPlan {
  const ids = (runs: readonly RunInfo[]) => new Set(runs.map(({ id }) => id));
  const [known, binned] = [ids(here.runs), ids(here.deletedRuns)];
  const newRuns = project.runs.filter(({ run }) => !known.has(run.id) && !binned.has(run.id));

  const twinOf = ({ episode, fingerprint }: ProjectEpisode) =>
    here.episodes.find((own) => own.episode.id === episode.id) ??
    here.episodes.find((own) => fingerprint !== null && own.fingerprint === fingerprint);
  const pairs = project.episodes.map((incoming) => ({ incoming, twin: twinOf(incoming) }));
  const strangers = pairs.filter(({ twin }) => !twin).map(({ incoming }) => incoming);
  const familiar = pairs.flatMap(({ incoming, twin }) => (twin ? [{ incoming, twin }] : []));
  const lines = familiar.flatMap(({ incoming, twin }) =>
    incoming.episode.segments.map((segment, i) => ({
      line: i + 1,
      episode: twin.episode.id,
      frames: segment,
      seconds: null,
      text: segment.text,
      progress: segment.progress ?? null,
    })),
  );
  const { changes, added } = matchLines(
    lines,
    familiar.map(({ twin }) => twin.episode),
    'keep',
  );
  const newEpisodes = strangers.filter(({ frames }) => frames !== null);
  return {
    project,
    newRuns,
    knownRuns: project.runs.filter(({ run }) => known.has(run.id)),
    binnedRuns: project.runs.filter(({ run }) => binned.has(run.id)),
    newEpisodes,
    knownEpisodes: familiar.filter(({ twin }) => twin.removedAt === null).map(({ incoming }) => incoming),
    binnedEpisodes: familiar.filter(({ twin }) => twin.removedAt !== null).map(({ twin }) => twin.episode.id),
    pictureless: strangers.filter(({ frames }) => frames === null),
    changes,
    addedDescriptions: added,
    bytes: bytesOf(project, newRuns, newEpisodes),
  };
}

/** Whether anything of it would change what is here. */
export function bringsAnything(plan: ProjectPlan): boolean {
  const { newRuns, binnedRuns, newEpisodes, binnedEpisodes, changes } = plan;
  return [newRuns, binnedRuns, newEpisodes, binnedEpisodes, changes].some((list) => list.length > 0);
}

/**
 * Takes in what the plan says; where anything of it fails or is cancelled, all is as it was.
 * @param onProgress bytes so far, and what is being read
 */
export async function takeIn(
  plan: ProjectPlan,
  { gpu, data }: ProjectWriters,
  signal: AbortSignal,
  onProgress: (bytes: number, what: string) => void,
): Promise<Taken> {
  const { file, entries } = plan.project;
  const runs = plan.newRuns.map(({ run }) => run.id);
  let bytes = 0;
  const told = (what: string, more = 0) => {
    signal.throwIfAborted();
    bytes += more;
    onProgress(bytes, what);
  };
  try {
    for (const incoming of plan.newRuns) {
      told(incoming.run.name);
      await named(incoming.run.name, () => takeRun(plan.project, incoming, gpu, told));
    }
    for (const { episode, fingerprint, frames } of plan.newEpisodes) {
      told(episode.name);
      await data.takeEpisode(episode, fingerprint);
      for (let chunk = 0; chunk < (frames?.chunks ?? 0); chunk++) {
        const entry = entries.get(framesName(frames?.folder ?? '', chunk));
        if (!entry) throw new BadArchive(m.runs_project_incomplete());
        await data.takeFrames(episode.id, await blobOf(file, entry), entry.crc);
        told(episode.name, entry.size);
      }
      await data.sealEpisode(episode.id);
    }
    signal.throwIfAborted();
    await gpu.keepTakenRuns(runs);
  } catch (error) {
    await Promise.allSettled([gpu.dropTakenRuns(runs), data.dropTakenEpisodes()]);
    throw error;
  }
  try {
    await data.keepTakenEpisodes();
  } catch (error) {
    await Promise.allSettled([data.dropTakenEpisodes(), gpu.deleteRuns(runs).then(() => gpu.forgetRuns(runs))]);
    throw error;
  }
  const taken: Taken = {
    runs,
    restoredRuns: plan.binnedRuns.map(({ run }) => run.id),
    episodes: plan.newEpisodes.map(({ episode }) => episode.id),
    restoredEpisodes: [...plan.binnedEpisodes],
    changes: plan.changes,
  };
  await gpu.restoreRuns(taken.restoredRuns);
  await data.restoreEpisodes(taken.restoredEpisodes);
  for (const { episode, after } of plan.changes) await data.updateEpisode(episode, { segments: [...after] });
  return taken;
}

async function takeRun(
  { file, entries }: Project,
  { run, checkpoints }: IncomingRun,
  gpu: ProjectWriters['gpu'],
  told: (what: string, more?: number) => void,
): Promise<void> {
  const text = async (name: string) => {
    const entry = entries.get(`runs/${run.id}/${name}`);
    return entry ? textOf(file, entry) : null;
  };
  const record = (await text('run.json')) ?? '';
  await gpu.takeRun(readRun(`runs/${run.id}`, record, await text('metrics.jsonl'), await text('report.json')));
  for (const { entry } of checkpoints) {
    await gpu.takeCheckpoint(run.id, await blobOf(file, entry));
    told(run.name, entry.size);
  }
}

/** An error says whose it is. */
async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AbortError') throw error;
    throw new Error(`“${name}”: ${error.message}`, { cause: error });
  }
}

function bytesOf(project: Project, runs: readonly IncomingRun[], episodes: readonly ProjectEpisode[]): number {
  const ofRuns = runs.flatMap(({ checkpoints }) => checkpoints.map(({ entry }) => entry.size));
  const ofFrames = episodes.flatMap(({ frames }) =>
    Array.from(
      { length: frames?.chunks ?? 0 },
      (_, i) => project.entries.get(framesName(frames?.folder ?? '', i))?.size ?? 0,
    ),
  );
  return [...ofRuns, ...ofFrames].reduce((sum, bytes) => sum + bytes, 0);
}
