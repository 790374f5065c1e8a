// Turns whatever the browser can draw (a decoded video frame, an image) into the stored form: a square of STORE_SIZE
// pixels as RGB bytes. The whole picture is squashed to the square and its aspect kept in the episode, so that no
// recording loses its edges. The canvas halves the picture until it is less than twice the stored size (each halving
// averages two by two pixels); the last step is an area average of our own.
import { resizeToSquare } from './resample';
import * as m from '../words/messages';

/** Side of a stored picture in pixels. */
export const STORE_SIZE = 128;
/** Bytes of a stored picture. */
export const FRAME_BYTES = STORE_SIZE * STORE_SIZE * 3;

type Draw = (context: OffscreenCanvasRenderingContext2D, width: number, height: number) => void;

function canvasOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  // `willReadFrequently` keeps the canvas in main memory: reading one back from a GPU costs more than drawing it.
  const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context) throw new Error(m.engine_no_canvas());
  context.imageSmoothingEnabled = true;
  return context;
}

/** Reduces pictures of one shape; keep one for a whole video. */
export class SquarePictures {
  readonly #steps: { context: OffscreenCanvasRenderingContext2D; width: number; height: number }[] = [];

  /** @param width as shown, in pixels @param height as shown, in pixels */
  constructor(width: number, height: number) {
    let [w, h] = [width, height];
    do {
      w = w >= 2 * STORE_SIZE ? Math.ceil(w / 2) : w;
      h = h >= 2 * STORE_SIZE ? Math.ceil(h / 2) : h;
      this.#steps.push({ context: canvasOf(w, h), width: w, height: h });
    } while (w >= 2 * STORE_SIZE || h >= 2 * STORE_SIZE);
  }

  /**
   * @param draw draws the whole picture over [0, width) x [0, height) of a canvas
   * @param target receives FRAME_BYTES bytes, sRGB, row by row from the top
   */
  reduce(draw: Draw, target: Uint8Array, offset: number): void {
    let before: OffscreenCanvas | null = null;
    let last = this.#steps[0];
    for (const step of this.#steps) {
      step.context.imageSmoothingQuality = 'medium';
      if (before) step.context.drawImage(before, 0, 0, step.width, step.height);
      else draw(step.context, step.width, step.height);
      before = step.context.canvas;
      last = step;
    }
    if (!last) return;
    const { data } = last.context.getImageData(0, 0, last.width, last.height);
    resizeToSquare(data, 0, last.width, last.height, 4, STORE_SIZE, target, offset);
  }
}
