// Has a model judge along an episode of the data worker's.
import { readCritic } from '../reward/readCritic';
import type { BatchApi } from './batchApi';
import type { Wanted } from './explainPictures';
import type { ShelvedModel } from './modelShelf';
import type { EpisodeReading, ReadingRequest } from './rewardApi';

/** @returns null where it was cancelled */
export async function readEpisode(
  model: ShelvedModel,
  { episodeId, sampling, task: given, others = false, strides }: ReadingRequest,
  data: BatchApi,
  onProgress: (share: number) => void,
  wanted: Wanted,
): Promise<EpisodeReading | null> {
  const started = performance.now();
  const { frames, truth, task: own } = await data.walk(episodeId, sampling);
  const task = given ?? own;
  const size = model.judge.config.vision_config.image_size;
  const source = {
    frames,
    truth,
    pictures: (places: readonly number[]) =>
      data.walkPictures(
        episodeId,
        places.map((place) => frames[place] ?? 0),
        size,
      ),
    question: (images: Uint8Array<ArrayBuffer>, pairs: readonly (readonly [number, number])[]) =>
      data.judgeBatch(
        images,
        model.recipe.model,
        task,
        { kind: 'tag', end: 'judgement' },
        pairs.map(([a, b]) => [a, b]),
      ),
  };
  const options = { others, onProgress, cancelled: () => wanted.isCancelled, ...(strides && { strides }) };
  const reading = await readCritic(model.judge, source, options);
  if (reading === null) return null;
  const { identity, weights, recipe } = model;
  return { reading, task, model: { identity, weights, recipe }, milliseconds: performance.now() - started };
}
