// Numbers from the GPU to the host: always a copy into a small buffer that can be mapped, and never a wait that blocks.

/** A stretch of a buffer in bytes, multiples of four. */
export interface Stretch {
  buffer: GPUBuffer;
  offset: number;
  size: number;
}

/** Reads stretches as they are when the recorded copy runs: call `record` within an encoder, then `read` after its submit. */
export class Readback {
  readonly #staging: GPUBuffer;
  readonly #parts: readonly Stretch[];

  constructor(device: GPUDevice, parts: readonly Stretch[]) {
    this.#parts = parts;
    const size = Math.max(
      4,
      parts.reduce((sum, part) => sum + part.size, 0),
    );
    this.#staging = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  }

  record(encoder: GPUCommandEncoder): void {
    let at = 0;
    for (const { buffer, offset, size } of this.#parts) {
      encoder.copyBufferToBuffer(buffer, offset, this.#staging, at, size);
      at += size;
    }
  }

  /** The numbers, once the GPU has written them; the staging buffer goes. */
  async read(): Promise<Float32Array<ArrayBuffer>[]> {
    await this.#staging.mapAsync(GPUMapMode.READ);
    const all = this.#staging.getMappedRange();
    let at = 0;
    const values = this.#parts.map(({ size }) => new Float32Array(all.slice(at, (at += size))));
    this.#staging.destroy();
    return values;
  }
}

/** Bytes that one piece of a long read takes, so that training steps run between two pieces. */
const PIECE = 4 * 1024 * 1024;

/**
 * Copies of whole buffers as they are now. They are set aside on the GPU at once, in order with what is submitted, and
 * trickle out piece by piece while other work goes on.
 */
export async function snapshot(device: GPUDevice, parts: readonly Stretch[]): Promise<Float32Array<ArrayBuffer>[]> {
  const asides = parts.map(({ size }) =>
    device.createBuffer({ label: 'snapshot', size, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST }),
  );
  const encoder = device.createCommandEncoder();
  parts.forEach(({ buffer, offset, size }, i) => {
    encoder.copyBufferToBuffer(buffer, offset, asides[i] as GPUBuffer, 0, size);
  });
  device.queue.submit([encoder.finish()]);
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ size: PIECE, usage });
  const results: Float32Array<ArrayBuffer>[] = [];
  try {
    for (const [i, { size }] of parts.entries()) {
      const values = new Float32Array(size / 4);
      for (let at = 0; at < size; at += PIECE) {
        const length = Math.min(PIECE, size - at);
        const copy = device.createCommandEncoder();
        copy.copyBufferToBuffer(asides[i] as GPUBuffer, at, staging, 0, length);
        device.queue.submit([copy.finish()]);
        await staging.mapAsync(GPUMapMode.READ, 0, length);
        values.set(new Float32Array(staging.getMappedRange(0, length)), at / 4);
        staging.unmap();
      }
      results.push(values);
    }
  } finally {
    for (const buffer of [...asides, staging]) buffer.destroy();
  }
  return results;
}
