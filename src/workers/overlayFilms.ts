// Videos of episodes over their curves: one at a time, a later one ends the one before.
import * as Comlink from 'comlink';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { Wanted } from './explainPictures';
import { overlayVideo } from './overlayVideo';
import type { OverlayRequest, OverlayVideo } from './rewardApi';

export class OverlayFilms {
  readonly #find: (id: string) => Promise<Episode>;
  readonly #source: FrameSource;
  #filming: Wanted = { isCancelled: true };

  constructor(find: (id: string) => Promise<Episode>, source: FrameSource) {
    this.#find = find;
    this.#source = source;
  }

  readonly write = async (
    request: OverlayRequest,
    onProgress: (share: number) => void,
  ): Promise<OverlayVideo | null> => {
    this.#filming.isCancelled = true;
    const wanted = (this.#filming = { isCancelled: false });
    // The page's callback is a proxy: calls are posted and not waited for.
    const tell = (share: number) => void onProgress(share);
    const made = await overlayVideo(await this.#find(request.episodeId), this.#source, request, tell, wanted);
    return made && Comlink.transfer(made, [made.bytes]);
  };

  readonly cancel = (): Promise<void> => {
    this.#filming.isCancelled = true;
    return Promise.resolve();
  };
}
