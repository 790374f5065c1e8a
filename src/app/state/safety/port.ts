// What the safety view asks of the workers. A port, so that tests can give it rollouts that nobody played.
import { proxy } from 'comlink';
import { WATCHED_STRIDES } from '../../../reward/safety/preferences';
import type { Picture } from '../../../workers/dataApi';
import type { ModelChoice } from '../../../workers/gpuApi';
import type { EpisodeReading, RolloutApi } from '../../../workers/rewardApi';
import type { Engine } from '../../clients/engine';

export interface SafetyPort extends RolloutApi {
  /** Has the judge watch a rollout, every tick of it; null where it was cancelled. */
  watch(model: ModelChoice, id: string, onProgress: (share: number) => void): Promise<EpisodeReading | null>;
  cancel(): Promise<void>;
  pictures(id: string, ticks: number[], size: number): Promise<Picture[]>;
}

export function safetyPort(engine: Engine): SafetyPort {
  return {
    rolloutTasks: () => engine.data.rolloutTasks(),
    rollout: (order) => engine.data.rollout(order),
    watch: async (model, id, onProgress) => {
      await engine.connected;
      const sampling = { downsample: 1, trim: false };
      const request = { model, episodeId: id, sampling, strides: [...WATCHED_STRIDES] };
      return engine.gpu.readEpisode(request, proxy(onProgress));
    },
    cancel: () => engine.gpu.cancelReading(),
    pictures: (id, ticks, size) => engine.data.pictures(id, ticks, size),
  };
}
