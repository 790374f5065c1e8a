// A video of the episode over its curve, written by the data worker: the page draws the curve once, and the scrubber moves
// over it.
import { proxy, transfer } from 'comlink';
import * as m from '../../../words/messages';
import type { Engine } from '../../clients/engine';
import { saveFile } from '../../clients/saveFile';
import type { Size } from '../../plots/drawing';
import { canvasOf } from '../../plots/paint';
import { momentOf, progressDrawing, progressLayout, type ProgressData } from '../../plots/progressPlot';
import { percent } from '../../reading';
import type { Notices } from '../notices.svelte';
import { overlayFrames } from './overlayFrames';
import type { ShownReading } from './shownReading';
import { BEGUN, workAt, type Work } from './work';

/** Of the curve in the video. */
const SIZE: Size = { width: 640, height: 400 };
/** Frames in a second where nobody knows. */
const USUAL_RATE = 10;

export class OverlayFilm {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #work = $state.raw<Work | null>(null);

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  get work(): Work | null {
    return this.#work;
  }

  async write({ episode }: ShownReading, data: ProgressData, name: string): Promise<void> {
    if (this.#work) return;
    this.#work = BEGUN;
    const began = performance.now();
    const [first, last] = [data.frames[0] ?? 0, data.frames.at(-1) ?? 0];
    const { frames, rate } = overlayFrames(first, last, data.rate ?? USUAL_RATE);
    const layout = progressLayout(data, SIZE);
    const placeOf = (frame: number) => ((frame - first) / Math.max(1, last - first)) * (data.frames.length - 1);
    const onProgress = (share: number) => {
      if (this.#work) this.#work = workAt(this.#work, share, began);
    };
    const video = await this.#notices.attempt(m.reward_video_failed(), m.reward_video_todo(), async () => {
      const plot = await createImageBitmap(canvasOf(progressDrawing(data, SIZE), 1));
      const request = {
        episodeId: episode.id,
        frames,
        rate,
        plot,
        places: frames.map((frame) => layout.x(placeOf(frame))),
        top: layout.all.top,
        bottom: layout.all.bottom,
        readouts: frames.map((frame) => readout(data, Math.round(placeOf(frame)))),
      };
      return this.#engine.data.overlayVideo(transfer(request, [plot]), proxy(onProgress));
    });
    const isWanted = !this.#work.isCancelled;
    this.#work = null;
    if (!video || !isWanted) return;
    saveFile(`${name}.${video.ending}`, video.bytes, video.type);
    this.#notices.announce(m.reward_video_done());
  }

  async cancel(): Promise<void> {
    if (!this.#work) return;
    this.#work = { ...this.#work, isCancelled: true };
    await this.#engine.data.cancelOverlay().catch(() => undefined);
  }

  /** The episode is another one now. */
  forget(): void {
    void this.cancel();
  }
}

/** What the curve says at a place, in a line. */
export function readout(data: ProgressData, place: number): string {
  const said = m.reward_readout({
    moment: momentOf(data, place),
    value: percent(100 * (data.curve.value[place] ?? 0)),
    done: percent(100 * (data.done[place] ?? 0)),
  });
  return data.doubt === null ? said : `${said} · ${m.reward_not_trusted()}`;
}
