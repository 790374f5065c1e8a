// One rollout: every copy of the environment through one episode, with all that was seen, done and reached.
import type { Rollout } from '../preference/replayBuffer';
import type { Environment, Observation } from './environment';
import type { Ppo } from './ppo';

export interface Played {
  rollout: Rollout;
  /** The next episodes' first observation. */
  next: Observation;
}

/**
 * Plays one episode of all environments.
 * @param from the episodes' first observation
 * @returns null where it was cancelled half-way
 * @throws Error where the episodes do not end after `horizon` steps, or end without their last observation
 */
export async function playRollout(
  environment: Environment,
  policy: Pick<Ppo, 'act' | 'values'>,
  from: Observation,
  { greedy = false, cancelled = () => false }: { greedy?: boolean; cancelled?: () => boolean } = {},
): Promise<Played | null> {
  const { count, horizon } = environment;
  const rollout = emptyRollout(environment, from);
  let observation = from;
  for (let t = 0; t < horizon; t++) {
    if (cancelled()) return null;
    keep(rollout, t, observation, environment);
    const choice = await policy.act(observation, greedy);
    rollout.actions.set(choice.actions, t * count);
    rollout.logProbs.set(choice.logProbs, t * count);
    rollout.values.set(choice.values, t * count);
    const step = await environment.step(choice.actions);
    rollout.progress.set(step.progress, (t + 1) * count);
    rollout.succeeded.set(step.succeeded, (t + 1) * count);
    if (step.ended !== (t === horizon - 1)) {
      throw new Error(`Episodes of ${horizon} steps ${step.ended ? 'ended' : 'went on'} after step ${t + 1}.`);
    }
    if (step.ended) {
      if (step.last === undefined) throw new Error('The environment does not say how its episodes ended.');
      keep(rollout, horizon, step.last, environment);
      rollout.values.set(await policy.values(step.last), horizon * count);
    }
    observation = step;
  }
  return { rollout, next: observation };
}

function emptyRollout({ count, horizon, size, proprioception }: Environment, from: Observation): Rollout {
  const [seen, done] = [(horizon + 1) * count, horizon * count];
  return {
    steps: horizon,
    count,
    frames: new Uint8Array(seen * size * size * 3),
    proprioception: new Float32Array(seen * proprioception),
    actions: new Uint8Array(done),
    logProbs: new Float32Array(done),
    values: new Float32Array(seen),
    progress: new Float32Array(seen).fill(NaN, 0, count),
    succeeded: new Uint8Array(seen),
    scenes: Int32Array.from(from.scenes ?? new Int32Array(count)),
  };
}

/** Copies, because an environment may use its arrays again. */
function keep(rollout: Rollout, t: number, { frames, proprioception }: Observation, environment: Environment): void {
  const { count, size } = environment;
  rollout.frames.set(frames, t * count * size * size * 3);
  rollout.proprioception.set(proprioception, t * count * environment.proprioception);
}

export interface Outcome {
  /** The share of episodes that stood in success at their end. */
  successRate: number;
  /** The share that were in success at some step. */
  everRate: number;
  /** True progress at the end, mean over episodes. */
  meanProgress: number;
}

export function outcomeOf({ steps, count, succeeded, progress }: Rollout): Outcome {
  let [atEnd, ever, sum] = [0, 0, 0];
  for (let n = 0; n < count; n++) {
    const last = steps * count + n;
    atEnd += succeeded[last] as number;
    sum += progress[last] as number;
    for (let i = n; i <= last; i += count) {
      if (succeeded[i] !== 1) continue;
      ever++;
      break;
    }
  }
  return { successRate: atEnd / count, everRate: ever / count, meanProgress: sum / count };
}
