// The judge at work in the GPU worker: along episodes, as a reward, as a boundary. One piece of such work at a time.
import type { BatchApi } from './batchApi';
import type { Wanted } from './explainPictures';
import type { ModelChoice } from './gpuApi';
import type { ShelvedModel } from './modelShelf';
import type { PolicyApi, PolicyNews, PolicyOrder } from './policyApi';
import { readEpisode } from './readEpisode';
import type { EpisodeReading, ReadingRequest, RewardApi } from './rewardApi';
import { trainPolicyWith } from './trainPolicies';

/** Lends a model, with the data worker at hand, for as long as the work takes. */
export type Lend = <T>(choice: ModelChoice, work: (model: ShelvedModel, data: BatchApi) => Promise<T>) => Promise<T>;

export class RewardService implements RewardApi, PolicyApi {
  readonly #lend: Lend;
  #reading: Wanted = { isCancelled: true };
  #training: Wanted = { isCancelled: true };
  /** Policies whose training has not ended yet, also those that are being stopped. */
  #policies = 0;

  constructor(lend: Lend) {
    this.#lend = lend;
  }

  get isTrainingPolicy(): boolean {
    return this.#policies > 0;
  }

  readonly readEpisode = (
    request: ReadingRequest,
    onProgress: (share: number) => void,
  ): Promise<EpisodeReading | null> => {
    this.#reading.isCancelled = true;
    const wanted = (this.#reading = { isCancelled: false });
    // The page's callback is a proxy: calls are posted and not waited for.
    const tell = (share: number) => void onProgress(share);
    return this.#lend(request.model, (model, data) => readEpisode(model, request, data, tell, wanted));
  };

  readonly cancelReading = (): Promise<void> => {
    this.#reading.isCancelled = true;
    return Promise.resolve();
  };

  readonly trainPolicy = (order: PolicyOrder, onNews: (news: PolicyNews) => void): Promise<boolean> => {
    this.#training.isCancelled = true;
    const wanted = (this.#training = { isCancelled: false });
    const tell = (news: PolicyNews) => void onNews(news);
    this.#policies++;
    return this.#lend(order.model, (model, data) => trainPolicyWith(model, order, data, tell, wanted)).finally(
      () => this.#policies--,
    );
  };

  readonly cancelPolicy = (): Promise<void> => {
    this.#training.isCancelled = true;
    return Promise.resolve();
  };
}
