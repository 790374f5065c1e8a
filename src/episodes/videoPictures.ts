// From a decoded video frame to the stored square. Ordinary 8-bit frames are copied out as planes and averaged over
// areas before the colours are converted, which is several times faster than a canvas (720p: about 1.5 ms instead of
// 9 ms a frame) and the same in every browser. Anything else (10-bit, HDR, GPU-only frames) is drawn on a canvas, where
// the browser converts it to sRGB.
import type { VideoSample } from 'mediabunny';
import { averagePlane } from './resample';
import { FRAME_BYTES, SquarePictures, STORE_SIZE } from './squarePicture';

const PIXELS = STORE_SIZE * STORE_SIZE;

/** Where the planes of a format are: luma, then the two colour differences. */
const PLANES = { I420: { step: 1, u: [1, 0], v: [2, 0] }, NV12: { step: 2, u: [1, 0], v: [1, 1] } } as const;
const PLAIN_TRANSFERS: readonly (string | null)[] = [null, 'bt709', 'smpte170m', 'iec61966-2-1'];
/** Weights of red and blue in luma. */
const LUMA: Record<string, readonly [number, number]> = {
  bt709: [0.2126, 0.0722],
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
};

export class VideoPictures {
  readonly #width: number;
  readonly #height: number;
  #canvas: SquarePictures | null = null;
  #copy = new Uint8Array(0);
  readonly #luma = new Float32Array(PIXELS);
  readonly #blue = new Float32Array(PIXELS);
  readonly #red = new Float32Array(PIXELS);
  readonly #upright = new Uint8Array(FRAME_BYTES);

  /** @param width of the pictures as shown @param height of the pictures as shown */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /** Writes FRAME_BYTES bytes of sRGB to `target` from `offset` on; does not close the sample. */
  async reduce(sample: VideoSample, target: Uint8Array, offset: number): Promise<void> {
    const matrix = sample.colorSpace.matrix ?? 'bt709';
    const format = sample.format;
    const plain = PLAIN_TRANSFERS.includes(sample.colorSpace.transfer) && matrix in LUMA;
    if (!plain || (format !== 'I420' && format !== 'NV12')) {
      this.#canvas ??= new SquarePictures(this.#width, this.#height);
      this.#canvas.reduce((context, width, height) => sample.draw(context, 0, 0, width, height), target, offset);
      return;
    }
    const bytes = sample.allocationSize();
    if (this.#copy.byteLength < bytes) this.#copy = new Uint8Array(bytes);
    const layout = await sample.copyTo(this.#copy);
    const { width, height } = sample.visibleRect;
    const { step, u, v } = PLANES[format];
    const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    this.#average(layout[0], 0, 1, width, height, this.#luma);
    this.#average(layout[u[0]], u[1], step, halfWidth, halfHeight, this.#blue);
    this.#average(layout[v[0]], v[1], step, halfWidth, halfHeight, this.#red);
    this.#convert(matrix, sample.colorSpace.fullRange === true);
    turn(this.#upright, sample.rotation, sample.flip, target, offset);
  }

  #average(
    plane: PlaneLayout | undefined,
    shift: number,
    step: number,
    width: number,
    height: number,
    to: Float32Array,
  ) {
    if (!plane) throw new TypeError('The decoded frame lacks a plane that its format names.');
    // Rows of tall pictures are taken by twos (or fours), of luma only while two or more still meet in a stored pixel.
    const fewest = to === this.#luma ? 2 * STORE_SIZE : STORE_SIZE;
    const every = 2 ** Math.max(0, Math.floor(Math.log2(height / fewest)));
    const rows = Math.floor(height / every);
    averagePlane(this.#copy, plane.offset + shift, plane.stride * every, step, width, rows, STORE_SIZE, to);
  }

  /** Luma and colour differences to RGB; all linear, so that it may follow the averaging. */
  #convert(matrix: string, fullRange: boolean): void {
    const [kr, kb] = LUMA[matrix] ?? [0.2126, 0.0722];
    const kg = 1 - kr - kb;
    const [black, lumaGain, colourGain] = fullRange ? [0, 1, 1] : [16, 255 / 219, 255 / 224];
    const redGain = 2 * (1 - kr) * colourGain;
    const blueGain = 2 * (1 - kb) * colourGain;
    const out = this.#upright;
    for (let i = 0; i < PIXELS; i++) {
      const luma = ((this.#luma[i] as number) - black) * lumaGain;
      const u = (this.#blue[i] as number) - 128;
      const v = (this.#red[i] as number) - 128;
      out[i * 3] = byte(luma + redGain * v);
      out[i * 3 + 1] = byte(luma - (kb / kg) * blueGain * u - (kr / kg) * redGain * v);
      out[i * 3 + 2] = byte(luma + blueGain * u);
    }
  }
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

/** Turns a stored square clockwise by a multiple of 90 degrees, then mirrors it left to right. */
export function turn(source: Uint8Array, rotation: number, flip: boolean, target: Uint8Array, offset: number): void {
  if (rotation === 0 && !flip) {
    target.set(source, offset);
    return;
  }
  const last = STORE_SIZE - 1;
  for (let y = 0; y < STORE_SIZE; y++) {
    for (let x = 0; x < STORE_SIZE; x++) {
      const right = flip ? last - x : x;
      const [sx, sy] =
        rotation === 90
          ? [y, last - right]
          : rotation === 180
            ? [last - right, last - y]
            : rotation === 270
              ? [last - y, right]
              : [right, y];
      const from = (sy * STORE_SIZE + sx) * 3;
      const to = offset + (y * STORE_SIZE + x) * 3;
      target[to] = source[from] as number;
      target[to + 1] = source[from + 1] as number;
      target[to + 2] = source[from + 2] as number;
    }
  }
}
