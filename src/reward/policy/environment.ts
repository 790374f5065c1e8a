// The port through which a policy acts: several copies of one task that step together, seen as pictures.

export interface Observation {
  /** [N, S, S, 3] bytes. */
  frames: Uint8Array;
  /** [N, P] what the robot knows of itself. */
  proprioception: Float32Array;
  /** [N] which scene each shows: pairs across rollouts are drawn within one scene. All are one unless said. */
  scenes?: ArrayLike<number>;
}

export interface Step extends Observation {
  /** [N] true progress after the step: a reward only where asked for, else to measure by. */
  progress: Float32Array;
  /** [N] 1 where the state after the step is a success. */
  succeeded: Uint8Array;
  /** Whether the episodes of all ended with this step, as they do after `horizon` steps. */
  ended: boolean;
  /**
   * The state after the step, where it ended the episodes: what else is in the step's observation is then the first of
   * the next ones, because the environment has reset itself.
   */
  last?: Observation;
}

export interface Environment {
  /** Copies: N. */
  count: number;
  /** Steps of an episode: T. */
  horizon: number;
  /** Side of the pictures: S. */
  size: number;
  /** Discrete actions: A. */
  actions: number;
  /** Numbers of proprioception: P, 0 for none. */
  proprioception: number;
  reset(): Promise<Observation>;
  /** @param actions [N], each in [0, A) */
  step(actions: Uint8Array): Promise<Step>;
}
