// A source of lessons from rollouts, over the tasks that a world can play.
import type { Episode } from '../../episode';
import type { SimulatorSettings } from '../simulatorId';
import { playRollout } from './rolloutEpisode';
import type { RolloutSettings } from './rolloutEpisode';
import { hasIntentions } from './worldScene';

/** By turns. A slip is over in a tick: there is no stretch of it to learn from. */
const KINDS = {
  deviations: [null, 'drift', null, 'wrong object', 'collision course'],
  play: ['play'],
} as const satisfies Record<string, readonly RolloutSettings['kind'][]>;

export interface LessonsWanted {
  kind: keyof typeof KINDS;
  count: number;
}

/** Numbers beyond those of episodes, mishaps and whatever is measured on. */
const FIRST = 6_000_000;

/** The first lessons of a simulator's settings; some 10 ms each. @throws RangeError without a playable task */
export function lessons({ seed, variety, templates }: SimulatorSettings, { kind, count }: LessonsWanted): Episode[] {
  const kinds: readonly RolloutSettings['kind'][] = KINDS[kind];
  const tasks = (templates ?? []).filter((name) => hasIntentions(name, seed, FIRST));
  if (tasks.length === 0) throw new RangeError(`none of ${templates?.join()} can be played`);
  const found: Episode[] = [];
  for (let number = FIRST; found.length < count; number++) {
    const place = number - FIRST;
    const settings: RolloutSettings = {
      template: tasks[Math.floor(place / kinds.length) % tasks.length] as string,
      seed,
      number,
      variety,
      kind: kinds[place % kinds.length] as RolloutSettings['kind'],
      stop: null,
      isLesson: true,
    };
    const played = playRollout(settings);
    if (played !== null) found.push(played.simulated.episode);
  }
  return found;
}
