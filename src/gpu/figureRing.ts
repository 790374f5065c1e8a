// A few figures of every step, collected on the GPU and read together: one small asynchronous copy at most ten times a
// second, whatever the rate of the steps.
import type { Stretch } from './readback';
import { Readback } from './readback';

const READ_EVERY_MS = 100;
const SLOTS = 512;

interface Waiting {
  slot: number;
  resolve: (figures: Float32Array<ArrayBuffer>) => void;
  reject: (error: Error) => void;
}

export class FigureRing {
  readonly #device: GPUDevice;
  readonly #ring: GPUBuffer;
  readonly #slotBytes: number;
  #next = 0;
  #waiting: Waiting[] = [];
  #reading: Promise<void> | null = null;
  #lastReadAt = -Infinity;

  /** @param slotBytes bytes of one step's figures */
  constructor(device: GPUDevice, slotBytes: number) {
    this.#device = device;
    this.#slotBytes = slotBytes;
    this.#ring = device.createBuffer({
      label: 'figures',
      size: SLOTS * slotBytes,
      usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  }

  /** Steps whose figures have not been read. */
  get unread(): number {
    return this.#waiting.length;
  }

  /** Records the copy of a step's figures; they come when the ring is next read. */
  record(encoder: GPUCommandEncoder, parts: readonly Stretch[]): Promise<Float32Array<ArrayBuffer>> {
    if (this.#waiting.length >= SLOTS) throw new RangeError('more steps are unread than the ring holds');
    const slot = this.#next;
    this.#next = (this.#next + 1) % SLOTS;
    let at = slot * this.#slotBytes;
    for (const { buffer, offset, size } of parts) {
      encoder.copyBufferToBuffer(buffer, offset, this.#ring, at, size);
      at += size;
    }
    return new Promise((resolve, reject) => this.#waiting.push({ slot, resolve, reject }));
  }

  /** Reads where the last reading is a while ago; call it after each submit. */
  tick(): void {
    if (this.#reading !== null || this.#waiting.length === 0) return;
    if (performance.now() - this.#lastReadAt >= READ_EVERY_MS || this.#waiting.length >= SLOTS / 2) void this.#read();
  }

  /** Reads all that is recorded and submitted; resolves when the figures have been handed out. */
  async flush(): Promise<void> {
    while (this.#reading !== null) await this.#reading;
    if (this.#waiting.length > 0) await this.#read();
  }

  #read(): Promise<void> {
    this.#reading = this.#readOnce().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    this.#lastReadAt = performance.now();
    const taken = this.#waiting;
    this.#waiting = [];
    try {
      const readback = new Readback(
        this.#device,
        taken.map(({ slot }) => ({ buffer: this.#ring, offset: slot * this.#slotBytes, size: this.#slotBytes })),
      );
      const encoder = this.#device.createCommandEncoder();
      readback.record(encoder);
      this.#device.queue.submit([encoder.finish()]);
      const figures = await readback.read();
      taken.forEach(({ resolve }, i) => resolve(figures[i] as Float32Array<ArrayBuffer>));
    } catch (error) {
      for (const { reject } of taken) reject(error as Error);
    }
  }

  destroy(): void {
    this.#ring.destroy();
  }
}
