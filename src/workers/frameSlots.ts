// What the data worker knows of the GPU's frame store: which pictures lie where, for each size of picture.
import { PictureSlots, storeCapacity } from '../batches/pictureSlots';
import { visionShape } from '../model/config';
import type { Recipe } from '../training/recipe';

export class FrameSlots {
  /** By picture size; null where there is no store. */
  #bySize: Map<number, PictureSlots> | null = null;

  /** From now on there is an empty store, or none. */
  keep(kept: boolean): void {
    this.#bySize = kept ? new Map() : null;
  }

  /**
   * The slots for as many pictures as may be on their way at once; null where they would drive each other out before they
   * are used, or where there is no store.
   */
  of(model: Recipe['model'], pictures: number): PictureSlots | null {
    const { imageSize } = visionShape(model);
    const capacity = storeCapacity(imageSize);
    if (this.#bySize === null || pictures > capacity / 3) return null;
    let slots = this.#bySize.get(imageSize);
    if (slots === undefined) this.#bySize.set(imageSize, (slots = new PictureSlots(capacity)));
    return slots;
  }
}
