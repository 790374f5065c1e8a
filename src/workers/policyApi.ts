// Policies that learn by trying, offered by both workers. Types only.
import type { Environment, Observation, Step } from '../reward/policy/environment';
import type { PolicyTask } from '../reward/policy/tasks';
import type { PolicyProgress, PolicySettings, RewardKind } from '../reward/policy/trainPolicy';
import type { ModelChoice } from './gpuApi';

/** Copies of a task's last step. */
export interface WorldsOrder extends PolicyTask {
  /** Which of the simulator's scenes it is. */
  number: number;
  count: number;
  seed: number;
  /** Side of the pictures. */
  size: number;
}

export interface OpenedWorlds {
  id: number;
  task: string;
  shape: Pick<Environment, 'count' | 'horizon' | 'size' | 'actions' | 'proprioception'>;
}

/** What the data worker offers the GPU worker: worlds that go on by a tick, all at once, and are drawn. */
export interface WorldsApi {
  openWorlds(order: WorldsOrder): Promise<OpenedWorlds>;
  resetWorlds(id: number): Promise<Observation>;
  /** All begin anew once their horizon is reached. */
  stepWorlds(id: number, actions: Uint8Array): Promise<Step>;
  closeWorlds(id: number): Promise<void>;
}

export interface PolicyOrder {
  /** Who judges. */
  model: ModelChoice;
  task: PolicyTask;
  number: number;
  /** Worlds side by side. */
  count: number;
  reward: RewardKind;
  seed: number;
  settings?: Partial<PolicySettings>;
}

export interface PolicyNews extends PolicyProgress {
  /** The sentence that the judge is given. */
  task: string;
  /** [horizon + 1, size, size, 3]: what the first world's hand did in this episode. */
  film: Uint8Array<ArrayBuffer>;
  size: number;
}

/** What the GPU worker does. */
export interface PolicyApi {
  /** Trains a policy; one at a time, a later one ends the one before. False where it was cancelled. */
  trainPolicy(order: PolicyOrder, onNews: (news: PolicyNews) => void): Promise<boolean>;
  cancelPolicy(): Promise<void>;
}
