// The tasks that a policy can learn here, in words.
import { POLICY_TASKS, type PolicyTaskName } from '../../../reward/policy/tasks';
import * as m from '../../../words/messages';

const LABELS: Readonly<Record<PolicyTaskName, () => string>> = {
  'put into the tray': m.policy_task_tray,
  'put into the bowl': m.policy_task_bowl,
  'put the parcel down': m.policy_task_parcel,
};

export const TASK_NAMES = Object.keys(POLICY_TASKS) as PolicyTaskName[];

/** The easiest. */
export const FIRST_TASK: PolicyTaskName = 'put into the tray';

/** The name itself where it is none of ours: experiments may know more tasks. */
export function taskLabel(name: string): string {
  return name in LABELS ? LABELS[name as PolicyTaskName]() : name;
}

/** Worlds that a policy tries in at once. */
export const WORLDS = 16;

/** Steps of all worlds together that a training takes. */
export function plannedSteps(task: PolicyTaskName, rollouts: number): number {
  return POLICY_TASKS[task].horizon * WORLDS * rollouts;
}
