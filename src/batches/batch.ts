// A batch of fixed shape, ready for the model: plain typed arrays that cross from the data worker to the GPU worker
// by transfer. Letters: U images, B samples, T tokens, M supervised positions, S image size, N tokens an image.

export interface Batch {
  /** [n, S, S, 3] RGB bytes: every image of the batch once, or those alone that are new to the frame store. */
  images: Uint8Array<ArrayBuffer>;
  imageSize: number;
  /** [U] where each image is found: a row of `images`, or a slot of the frame store. */
  pictures: Int32Array<ArrayBuffer>;
  /** [n] slots of the frame store that `images` go to; null where no store is used. */
  slots: Int32Array<ArrayBuffer> | null;
  /** [B, 2]: which of the U images is shown as img1 and as img2. */
  imageIndex: Int32Array<ArrayBuffer>;
  /** [B, T] token ids, padded on the right; image places hold the image token. */
  tokens: Int32Array<ArrayBuffer>;
  /** [B] tokens that are not padding. */
  lengths: Int32Array<ArrayBuffer>;
  /** First image-token place of img1 and img2, the same for every sample. */
  imageStarts: [number, number];
  /** [M] flat index b·T + t of the position that predicts `labels`; unused places have weight 0 and point at 0. */
  positions: Int32Array<ArrayBuffer>;
  /** [M] token ids to be predicted. */
  labels: Int32Array<ArrayBuffer>;
  /** [M] weight of each place in the loss. */
  weights: Float32Array<ArrayBuffer>;
  /** [M] 1 where the label is the judgement token. */
  judgement: Float32Array<ArrayBuffer>;
}

/** The buffers of a batch, for a transfer list. */
export function buffersOf(batch: Batch): ArrayBuffer[] {
  return [
    batch.images.buffer,
    batch.pictures.buffer,
    ...(batch.slots ? [batch.slots.buffer] : []),
    batch.imageIndex.buffer,
    batch.tokens.buffer,
    batch.lengths.buffer,
    batch.positions.buffer,
    batch.labels.buffer,
    batch.weights.buffer,
    batch.judgement.buffer,
  ];
}
