// A batch as it comes from the data worker: its new pictures go into the frame store at once, in the order in which batches
// come, because later ones count on them.
import { storeCapacity } from '../batches/pictureSlots';
import type { Batch } from '../batches/batch';
import { frameStore } from '../gpu/frameStore';

export async function received(coming: Promise<Batch>): Promise<Batch> {
  const batch = await coming;
  if (batch.slots) frameStore(batch.imageSize, storeCapacity(batch.imageSize)).write(batch.images, batch.slots);
  return batch;
}
