// Draws simulated episodes with three.js into an OffscreenCanvas. Frames are drawn at twice their size and box-averaged;
// many frames share one render target and one read-back, because reading back is slow on software WebGL.
// Colours are used as they are (no colour management, plain Lambert light), which keeps them saturated at 64 pixels.
import { ColorManagement, LinearSRGBColorSpace, PerspectiveCamera, WebGLRenderTarget, WebGLRenderer } from 'three';
import { ANGLE, aim } from './renderer/camera';
import { Stage, Workshop } from './renderer/stage';
import type { SimulatedEpisode } from './simulate';
import * as m from '../../words/messages';

/** Drawn pixels a picture's pixel, each way; `shrink` averages just these. */
const OVERSAMPLING = 2;
/** Largest side of the shared render target, in pixels. */
const ATLAS = 2048;
/** Scenes that are kept ready; a training batch shows about as many. */
const KEPT_EPISODES = 16;

/** Goes up whenever the same scene is drawn otherwise than before, so that pictures of old are not taken for new ones. */
export const RENDERER_VERSION = 2;

/** Frames of one episode to be drawn. */
export interface Shot {
  simulated: SimulatedEpisode;
  frames: readonly number[];
}

export class SceneRenderer {
  readonly #renderer: WebGLRenderer;
  readonly #camera = new PerspectiveCamera(ANGLE, 1, 0.5, 6);
  readonly #workshop = new Workshop();
  readonly #stages = new Map<string, Stage>();
  #target: WebGLRenderTarget | null = null;

  /** @throws Error with the name `NoWebGL` if this thread cannot draw */
  constructor() {
    ColorManagement.enabled = false;
    try {
      const canvas = new OffscreenCanvas(16, 16);
      this.#renderer = new WebGLRenderer({ canvas, antialias: false, alpha: false, powerPreference: 'low-power' });
    } catch (cause) {
      const error = new Error(m.engine_no_webgl(), { cause });
      error.name = 'NoWebGL';
      throw error;
    }
    this.#renderer.outputColorSpace = LinearSRGBColorSpace;
    this.#renderer.autoClear = false;
  }

  /** The graphics driver has taken the context away; a new renderer may get one. */
  get lost(): boolean {
    return this.#renderer.getContext().isContextLost();
  }

  /**
   * Draws raw frames of an episode; all black once the context is `lost`.
   * @returns [frames.length, size, size, 3] bytes, sRGB, top row first
   */
  render(simulated: SimulatedEpisode, frames: readonly number[], size: number): Uint8Array<ArrayBuffer> {
    return this.renderAll([{ simulated, frames }], size);
  }

  /**
   * Draws frames of several episodes at once, which saves read-backs.
   * @returns the pictures of all shots one after the other, as `render` gives them
   */
  renderAll(shots: readonly Shot[], size: number): Uint8Array<ArrayBuffer> {
    const all = shots.flatMap(({ simulated, frames }) => frames.map((frame) => ({ simulated, frame })));
    const tile = size * OVERSAMPLING;
    const across = Math.max(1, Math.min(Math.floor(ATLAS / tile), Math.ceil(Math.sqrt(all.length))));
    const perTarget = across * across;
    const out = new Uint8Array(all.length * size * size * 3);
    for (let start = 0; start < all.length; start += perTarget) {
      const some = all.slice(start, start + perTarget);
      const rows = Math.ceil(some.length / across);
      const target = this.#targetOf(across * tile, rows * tile);
      target.scissorTest = true;
      some.forEach(({ simulated, frame }, i) => {
        const x = (i % across) * tile;
        const y = Math.floor(i / across) * tile;
        target.viewport.set(x, y, tile, tile);
        target.scissor.set(x, y, tile, tile);
        this.#renderer.setRenderTarget(target);
        const stage = this.#stage(simulated);
        stage.pose(simulated.stateAt(frame));
        aim(this.#camera, simulated.scene.view, frame);
        this.#renderer.setClearColor(stage.background);
        this.#renderer.clear();
        this.#renderer.render(stage.scene, this.#camera);
      });
      const pixels = new Uint8Array(across * tile * rows * tile * 4);
      this.#renderer.readRenderTargetPixels(target, 0, 0, across * tile, rows * tile, pixels);
      some.forEach((_, i) => {
        const x = (i % across) * tile;
        const y = Math.floor(i / across) * tile;
        shrink(pixels, across * tile, x, y, size, out, (start + i) * size * size * 3);
      });
    }
    return out;
  }

  /** Gives the drawing context back at once: browsers allow only a few. */
  dispose(): void {
    for (const stage of this.#stages.values()) stage.dispose();
    this.#stages.clear();
    this.#workshop.dispose();
    this.#target?.dispose();
    this.#renderer.dispose();
    if (!this.lost) this.#renderer.forceContextLoss();
  }

  #targetOf(width: number, height: number): WebGLRenderTarget {
    if (this.#target?.width !== width || this.#target.height !== height) {
      this.#target?.dispose();
      this.#target = new WebGLRenderTarget(width, height, { generateMipmaps: false });
    }
    return this.#target;
  }

  #stage(simulated: SimulatedEpisode): Stage {
    // An id says which episode only together with the templates it was drawn from.
    const id = `${simulated.episode.id} ${simulated.template}`;
    let stage = this.#stages.get(id);
    this.#stages.delete(id);
    stage ??= new Stage(simulated, this.#workshop);
    this.#stages.set(id, stage);
    for (const [oldest, old] of this.#stages) {
      if (this.#stages.size <= KEPT_EPISODES) break;
      old.dispose();
      this.#stages.delete(oldest);
    }
    return stage;
  }
}

/** Averages 2 × 2 pixels into one and turns the rows the right way up. */
function shrink(from: Uint8Array, stride: number, x: number, y: number, size: number, to: Uint8Array, start: number) {
  for (let row = 0; row < size; row++) {
    const source = y + (size - 1 - row) * 2;
    for (let column = 0; column < size; column++) {
      const a = (source * stride + x + column * 2) * 4;
      const b = a + stride * 4;
      const at = start + (row * size + column) * 3;
      for (let c = 0; c < 3; c++) {
        const sum = (from[a + c] ?? 0) + (from[a + 4 + c] ?? 0) + (from[b + c] ?? 0) + (from[b + 4 + c] ?? 0);
        to[at + c] = (sum + 2) >> 2;
      }
    }
  }
}
