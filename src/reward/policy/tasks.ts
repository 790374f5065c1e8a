// What a policy is trained on: the last step of a task of the simulator, all others being done. A hand has a few dozen
// moves for it, which a small network learns within minutes.

import type { PolicySettings } from './trainPolicy';

export interface PolicyTask {
  /** Of the simulator. */
  template: string;
  /** The hand already holds the thing that is to be brought. */
  held: boolean;
  /** Moves that an episode has. */
  horizon: number;
}

export const POLICY_TASKS = {
  'put into the tray': { template: 'cubes into tray', held: true, horizon: 24 },
  'put into the bowl': { template: 'fruit into bowl', held: true, horizon: 24 },
  'put the parcel down': { template: 'stage parcels', held: true, horizon: 24 },
} as const satisfies Record<string, PolicyTask>;

export type PolicyTaskName = keyof typeof POLICY_TASKS;

/**
 * What the experiment and the studio train with. Much entropy: where it sinks below a nat early, a hand holds what it has
 * above its place and never finds out that letting go is worth more.
 */
export const EXPERIMENT_SETTINGS: Partial<PolicySettings> = {
  iterations: 60,
  pairs: 128,
  ppo: {
    clip: 0.2,
    valueClip: null,
    epochs: 4,
    minibatch: 96,
    learningRate: 1e-3,
    weightDecay: 0,
    gradientClip: 0.5,
    valueWeight: 0.5,
    entropyWeight: 0.08,
  },
};
