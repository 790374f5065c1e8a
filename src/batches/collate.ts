// Puts encoded samples and their images into one batch of fixed shape.
import type { EncodedSample } from '../samples/sample';
import type { Batch } from './batch';
import type { PlacedPictures } from './pictureSlots';

export interface BatchShape {
  /** Samples B and tokens T of the batch. */
  samples: number;
  tokens: number;
  /** Supervised places a sample may have. */
  targets: number;
}

export interface Loss {
  /** Weight of the judgement's mean loss against the mean loss of all other target tokens. */
  judgementWeight: number;
}

/** All images of a batch [U, S, S, 3], or what a frame store needs to know of them. */
export type Images = Uint8Array<ArrayBuffer> | PlacedPictures;

/**
 * @param imageIndex for each sample the images shown as img1 and img2, counted from 0
 * @throws RangeError where a sample does not fit the shape
 */
export function collate(
  samples: readonly EncodedSample[],
  imageIndex: readonly (readonly [number, number])[],
  images: Images,
  imageSize: number,
  padding: number,
  shape: BatchShape,
  loss: Loss,
): Batch {
  const places = samples.flatMap((sample, b) => {
    if (sample.ids.length > shape.tokens)
      throw new RangeError(`a sample of ${sample.ids.length} tokens, ${shape.tokens} fit`);
    return sample.ids.slice(sample.supervisedFrom).map((label, i) => {
      const place = sample.supervisedFrom + i;
      return { position: b * shape.tokens + place - 1, label, judgement: place === sample.judgementPlace };
    });
  });
  const judgements = places.filter((p) => p.judgement).length;
  const others = places.length - judgements;
  // Judgement and description are averaged apart: thirty words must not drown the one that counts.
  const total = (judgements > 0 ? loss.judgementWeight : 0) + (others > 0 ? 1 : 0);
  const weightOf = (judgement: boolean) =>
    judgement ? loss.judgementWeight / (judgements * total) : 1 / (others * total);
  const batch = emptyBatch(shape, images, imageSize, samples[0]?.imageStarts ?? [0, 0]);
  if (places.length > batch.positions.length) throw new RangeError('more supervised tokens than the batch has places');
  fillSequences(batch, samples, imageIndex, padding, shape.tokens);
  places.forEach((place, m) => {
    batch.positions[m] = place.position;
    batch.labels[m] = place.label;
    batch.weights[m] = weightOf(place.judgement);
    batch.judgement[m] = place.judgement ? 1 : 0;
  });
  return batch;
}

/**
 * Sequences without supervision; `positions` holds the last token of each, where the next one is predicted.
 * @param sequences token ids that end where the prediction is wanted
 */
export function collatePrompts(
  sequences: readonly { ids: number[]; imageStarts: [number, number] }[],
  imageIndex: readonly (readonly [number, number])[],
  images: Images,
  imageSize: number,
  padding: number,
  tokens: number,
): Batch {
  const shape = { samples: sequences.length, tokens, targets: 1 };
  const batch = emptyBatch(shape, images, imageSize, sequences[0]?.imageStarts ?? [0, 0]);
  fillSequences(batch, sequences, imageIndex, padding, tokens);
  sequences.forEach(({ ids }, b) => {
    batch.positions[b] = b * tokens + ids.length - 1;
    batch.judgement[b] = 1;
  });
  return batch;
}

function emptyBatch(shape: BatchShape, images: Images, imageSize: number, imageStarts: [number, number]): Batch {
  const places = shape.samples * shape.targets;
  const placed = images instanceof Uint8Array ? { images, pictures: rows(images, imageSize), slots: null } : images;
  return {
    ...placed,
    imageSize,
    imageIndex: new Int32Array(shape.samples * 2),
    tokens: new Int32Array(shape.samples * shape.tokens),
    lengths: new Int32Array(shape.samples),
    imageStarts,
    positions: new Int32Array(places),
    labels: new Int32Array(places),
    weights: new Float32Array(places),
    judgement: new Float32Array(places),
  };
}

function rows(images: Uint8Array, imageSize: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: images.length / (imageSize * imageSize * 3) }, (_, row) => row);
}

function fillSequences(
  batch: Batch,
  sequences: readonly { ids: number[] }[],
  imageIndex: readonly (readonly [number, number])[],
  padding: number,
  tokens: number,
): void {
  batch.tokens.fill(padding);
  sequences.forEach(({ ids }, b) => {
    batch.tokens.set(ids, b * tokens);
    batch.lengths[b] = ids.length;
    batch.imageIndex.set(imageIndex[b] ?? [0, 0], b * 2);
  });
}
