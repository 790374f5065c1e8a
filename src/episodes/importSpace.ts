// Whether what is about to be read will fit: asked before the first frame is written, with what other recordings of the
// same import have yet to write. Browsers answer such questions roughly (some name ten gigabytes whatever the disk
// holds), so a full disk is still met while writing; this only spares people an hour of reading for nothing.
import { inBytes, Refusal } from './refusal';
import { storedBytes } from './storedFrames';
import * as m from '../words/messages';

export class ImportSpace {
  /** Bytes that recordings under way have yet to write, by recording. */
  readonly #promised = new Map<string, number>();
  readonly #bytesLeft: () => Promise<number | null>;

  constructor(bytesLeft: () => Promise<number | null> = browserBytesLeft) {
    this.#bytesLeft = bytesLeft;
  }

  /** @throws Refusal `full` where so many frames will not fit, unless `anyway` */
  async promise(id: string, frames: number, anyway: boolean): Promise<void> {
    const needed = storedBytes(frames);
    const others = [...this.#promised].reduce((sum, [other, bytes]) => sum + (other === id ? 0 : bytes), 0);
    const left = anyway ? null : await this.#bytesLeft();
    if (left !== null && needed + others > left) {
      throw new Refusal(
        'full',
        m.engine_import_no_room({ needed: inBytes(needed), left: inBytes(Math.max(0, left - others)) }),
      );
    }
    this.#promised.set(id, needed);
  }

  wrote(id: string, bytes: number): void {
    const promised = this.#promised.get(id);
    if (promised !== undefined) this.#promised.set(id, Math.max(0, promised - bytes));
  }

  end(id: string): void {
    this.#promised.delete(id);
  }
}

async function browserBytesLeft(): Promise<number | null> {
  if (!('storage' in navigator)) return null;
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? null : quota - usage;
}
