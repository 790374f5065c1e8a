// A source of lessons from rollouts, over the tasks that a world can play.
import type { Episode } from '../../episode';
import { TEMPLATE_NAMES } from '../registry';
import type { SimulatorSettings } from '../simulatorId';
import { playRollout } from './rolloutEpisode';
import type { RolloutSettings } from './rolloutEpisode';
import { hasIntentions } from './worldScene';
import * as m from '../../../words/messages';

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
/** A scene may have no room for what is wanted; where so many in a row have none, no other will. */
const MOST_MISSES = 300;

/** The first lessons of a simulator's settings; some 0.8 ms each. @throws RangeError in words without a playable task */
export function* lessons(
  { seed, variety, templates }: SimulatorSettings,
  { kind, count }: LessonsWanted,
): Generator<Episode, void, undefined> {
  const names = templates ?? TEMPLATE_NAMES;
  const kinds: readonly RolloutSettings['kind'][] = KINDS[kind];
  const tasks = names.filter((name) => hasIntentions(name, seed, FIRST));
  const unplayable = () => new RangeError(m.engine_lessons_unplayable({ tasks: names.join(', ') }));
  if (tasks.length === 0) throw unplayable();
  let [found, misses] = [0, 0];
  for (let number = FIRST; found < count; number++) {
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
    misses = played === null ? misses + 1 : 0;
    if (misses > MOST_MISSES) throw unplayable();
    if (played === null) continue;
    found++;
    yield played.simulated.episode;
  }
}
