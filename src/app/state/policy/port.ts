// What the policy panel asks of the GPU worker. A port, so that tests can give it trainings that nobody ran.
import { proxy } from 'comlink';
import type { PolicyNews, PolicyOrder } from '../../../workers/policyApi';
import type { Engine } from '../../clients/engine';

export interface PolicyPort {
  /** False where it was cancelled. */
  train(order: PolicyOrder, onNews: (news: PolicyNews) => void): Promise<boolean>;
  cancel(): Promise<void>;
}

export function policyPort(engine: Engine): PolicyPort {
  return {
    train: async (order, onNews) => {
      await engine.connected;
      return engine.gpu.trainPolicy(order, proxy(onNews));
    },
    cancel: () => engine.gpu.cancelPolicy(),
  };
}
