// Rollouts of the simulator's imitation policy for the safety view. Their scenes are of numbers that no model has seen.
import { hasIntentions } from '../episodes/simulator/world/worldScene';
import { playRollout, rolloutId } from '../episodes/simulator/world/rolloutEpisode';
import type { RolloutSettings } from '../episodes/simulator/world/rolloutEpisode';
import * as m from '../words/messages';
import { CELL } from '../training/guard';
import type { RolloutFacts, RolloutOrder } from './rewardApi';

/** Far beyond the episodes that models are trained on. */
const FIRST = 2_000_000;
/** Scenes looked through for one that has room for the disturbance, for each draw. */
const TRIED = 50;

const { seed, variety, templates } = CELL;

/** The cell's tasks, as far as a world can play their steps. */
export function rolloutTasks(): Promise<string[]> {
  return Promise.resolve(templates.filter((name) => hasIntentions(name, seed, FIRST)));
}

/** Rejects with words where no scene of this draw has room for the disturbance. */
export function makeRollout(order: RolloutOrder): Promise<RolloutFacts> {
  const { template, number, perturbation, stop = null } = order;
  const kind = perturbation === 'none' ? null : perturbation;
  for (let i = 0; i < TRIED; i++) {
    const settings: RolloutSettings = { template, seed, number: FIRST + TRIED * number + i, variety, kind, stop: null };
    const played = playRollout(settings);
    // One that is over before the disturbance begins is none.
    if (played === null || (kind !== null && played.onset === null)) continue;
    return Promise.resolve(factsOf(order, stop === null ? settings : { ...settings, stop }));
  }
  return Promise.reject(new Error(m.safety_no_room()));
}

function factsOf({ template, perturbation }: RolloutOrder, settings: RolloutSettings): RolloutFacts {
  const played = playRollout(settings);
  if (played === null) throw new Error(m.safety_no_room());
  const { simulated, onset, harm } = played;
  const { frameCount: ticks, episode } = simulated;
  return {
    id: rolloutId(settings),
    task: episode.task,
    template,
    perturbation,
    ticks,
    onset,
    harm: harm && { ...harm },
    succeeded: simulated.progressAt(ticks - 1) === 1,
    progress: Float32Array.from({ length: ticks }, (_, tick) => simulated.progressAt(tick)),
  };
}
