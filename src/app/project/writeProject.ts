// Everything a studio holds, written into one archive piece by piece: at no time is more than one checkpoint or one piece
// of pictures in memory.
import { writeLines } from '../../episodes/annotations/lines';
import type { DataApi } from '../../workers/dataApi';
import type { GpuApi, PortableRun } from '../../workers/gpuApi';
import * as m from '../../words/messages';
import { framesName, PROJECT_FORMAT, PROJECT_KIND, type ProjectManifest } from './projectForm';
import { chosenCheckpoints, type ProjectChoice, type ProjectContents } from './projectSize';
import { ZipWriter, type Sink } from './zipWriter';

export interface ProjectReaders {
  gpu: Pick<GpuApi, 'portableRun' | 'exportCheckpoint'>;
  data: Pick<DataApi, 'storedFrames'>;
}

export interface WriteOptions {
  madeWith: string;
  /** Now, unless said. */
  madeAt?: Date;
  signal: AbortSignal;
  /** Bytes so far, and what is being written. */
  onProgress: (bytes: number, what: string) => void;
  /** The report of a run as a page; null where nothing was measured. */
  page: (run: PortableRun) => string | null;
}

/**
 * Writes the whole file; closing the sink is the caller's.
 * @returns sentences on what had to be left out because it could not be read
 * @throws the signal's reason where it was cancelled
 */
export async function writeProject(
  contents: ProjectContents,
  choice: ProjectChoice,
  { gpu, data }: ProjectReaders,
  sink: Sink,
  { madeWith, madeAt = new Date(), signal, onProgress, page }: WriteOptions,
): Promise<string[]> {
  const zip = new ZipWriter(sink, madeAt);
  const leftOut: string[] = [];
  let checkpoints = 0;
  const told = (what: string) => {
    signal.throwIfAborted();
    onProgress(zip.bytes, what);
  };

  await zip.text('recipe.json', pretty(contents.recipe));
  for (const { id, name } of contents.runs) {
    told(name);
    const { rows, report, checkpoints: known, ...record } = await gpu.portableRun(id);
    const folder = `runs/${id}`;
    await zip.text(`${folder}/run.json`, pretty(record));
    await zip.text(`${folder}/metrics.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    if (report !== null) await zip.text(`${folder}/report.json`, pretty(report));
    const readable = page({ ...record, rows, report, checkpoints: known });
    if (readable !== null) await zip.text(`${folder}/report.html`, readable);
    for (const checkpoint of chosenCheckpoints(known, choice.checkpoints)) {
      told(name);
      const bytes = await gpu.exportCheckpoint(id, checkpoint.id).then(
        (file) => new Uint8Array(file.bytes),
        (error: unknown) => {
          // One that was tidied away meanwhile, or is damaged, must not cost all the others.
          const why = error instanceof Error ? error.message : String(error);
          leftOut.push(m.runs_project_skipped({ run: name, step: checkpoint.step, why }));
          return null;
        },
      );
      if (!bytes) continue;
      await zip.bytesOf(`${folder}/checkpoints/${checkpoint.id}.safetensors`, bytes);
      checkpoints++;
    }
  }

  for (const { name, json } of contents.measurements) {
    told(name);
    await zip.text(`measurements/${name}.json`, json);
  }

  const episodes = contents.episodes.map(({ episode, fingerprint, chunks }, i) => {
    const frames = choice.pictures ? { folder: `episodes/${i + 1}`, chunks } : null;
    return { episode, fingerprint, frames };
  });
  await zip.text('episodes.jsonl', episodes.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await zip.text('annotations.jsonl', writeLines(episodes.map(({ episode }) => episode)));
  for (const { episode, frames } of episodes) {
    for (let chunk = 0; chunk < (frames?.chunks ?? 0); chunk++) {
      told(episode.name);
      const bytes = new Uint8Array(await data.storedFrames(episode.id, chunk));
      await zip.bytesOf(framesName(frames?.folder ?? '', chunk), bytes);
    }
  }

  // Last, when it is known what really is in the file.
  const manifest: ProjectManifest = {
    ...{ kind: PROJECT_KIND, format: PROJECT_FORMAT, madeWith, madeAt: madeAt.toISOString() },
    ...{ runs: contents.runs.length, checkpoints, episodes: episodes.length, pictures: choice.pictures },
  };
  await zip.text('manifest.json', pretty(manifest));
  signal.throwIfAborted();
  await zip.end();
  onProgress(zip.bytes, '');
  return leftOut;
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
