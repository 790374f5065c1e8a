// Has a model watch rollouts of the imitation policy, for the headless runner.
import { proxy } from 'comlink';
import { trailingScores, WATCHED_STRIDES, type TrailingScores } from '../reward/safety/preferences';
import type { Recipe } from '../training/recipe';
import type { ModelChoice } from '../workers/gpuApi';
import type { RolloutFacts, RolloutOrder } from '../workers/rewardApi';
import type { Engine } from './clients/engine';

export interface WatchOrder {
  model: ModelChoice;
  backend: Recipe['backend'];
  orders: RolloutOrder[];
}

/** What was said of a rollout. */
export type WatchedRollout = Omit<RolloutFacts, 'progress'> & {
  number: number;
  scores: TrailingScores;
};

/** Tells `{kind: 'watched', rollout}` for each, or a note where there is no such rollout. */
export async function watchRollouts(
  engine: Engine,
  { model, backend, orders }: WatchOrder,
  tell: (line: unknown) => void,
  stopWanted: () => boolean,
): Promise<void> {
  await engine.connected;
  await engine.gpu.start(backend, true);
  const quiet = proxy(() => undefined);
  for (const [i, order] of orders.entries()) {
    if (stopWanted()) return;
    const facts = await engine.data.rollout(order).catch((error: Error) => error.message);
    if (typeof facts === 'string') tell({ kind: 'unplayable', order, why: facts });
    else {
      const sampling = { downsample: 1, trim: false };
      const read = await engine.gpu.readEpisode(
        { model, sampling, episodeId: facts.id, strides: [...WATCHED_STRIDES] },
        quiet,
      );
      if (!read) return;
      const { id, task, template, perturbation, ticks, onset, harm, succeeded } = facts;
      const known = { id, task, template, perturbation, ticks, onset, harm, succeeded };
      const rollout: WatchedRollout = { ...known, number: order.number, scores: rounded(trailingScores(read.reading)) };
      tell({ kind: 'watched', rollout });
    }
    tell({ kind: 'measuring', share: (i + 1) / orders.length });
  }
}

/** To hundredths: thousands of them are kept. */
function rounded(scores: TrailingScores): TrailingScores {
  const hundredths = (logit: number | null) => logit && Math.round(100 * logit) / 100;
  return Object.fromEntries(Object.entries(scores).map(([stride, logits]) => [stride, logits.map(hundredths)]));
}
