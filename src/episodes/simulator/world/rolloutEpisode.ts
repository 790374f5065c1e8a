// Rollouts as episodes: an id says all that is needed to play one again, so that its pictures can be drawn and the judge
// can walk along it, a frame a tick. Nothing is stored.
import { Random } from '../../../base/random';
import { TEMPLATE_NAMES } from '../registry';
import type { TemplateName } from '../registry';
import type { SimulatedEpisode } from '../simulate';
import { ROLLOUT_ID } from '../simulatorIdForm';
import { interrupted, RESPONSES } from './interrupted';
import type { Response } from './interrupted';
import { lessonOf } from './lesson';
import { randomPlay } from './randomPlay';
import { PERTURBATIONS } from './perturbations';
import type { PerturbationKind } from './perturbations';
import { rollout } from './rollout';
import type { Harm } from './world';

/** By their numbers in ids. */
const KINDS: readonly RolloutSettings['kind'][] = [null, ...PERTURBATIONS, 'play'];

export interface RolloutSettings {
  template: TemplateName;
  seed: number;
  number: number;
  variety: number;
  /** Null for undisturbed, `play` for a hand that plays about. */
  kind: PerturbationKind | 'play' | null;
  stop: { tick: number; response: Response } | null;
  /** What there is to be learnt of it, as lesson.ts cuts it. */
  isLesson?: boolean;
}

export interface RolloutEpisode {
  simulated: SimulatedEpisode;
  /** The last tick before the first disturbed one; null where there is none, or it ended before. */
  onset: number | null;
  harm: Harm | null;
}

export function rolloutId({ template, seed, number, variety, kind, stop, isLesson }: RolloutSettings): string {
  const drawn = `v${Math.round(variety * 100)}t${TEMPLATE_NAMES.indexOf(template)}`;
  const disturbed = `d${KINDS.indexOf(kind)}`;
  const stopped = stop === null ? '' : `-s${stop.tick}r${RESPONSES.indexOf(stop.response)}`;
  return `roll-${seed}-${number}-${drawn}${disturbed}${stopped}${isLesson ? 'l' : ''}`;
}

/** What an id says; null where it is not a rollout's. */
export function parseRolloutId(id: string): RolloutSettings | null {
  const match = ROLLOUT_ID.exec(id);
  if (match === null) return null;
  const [, seed, number, variety, place, disturbed, tick, response] = match.map(Number);
  const isLesson = match[8] === 'l';
  const template = TEMPLATE_NAMES[place ?? -1];
  const kind = KINDS[disturbed ?? -1];
  const answer = RESPONSES[response ?? -1];
  const isStopped = match[6] !== undefined;
  if (template === undefined || kind === undefined || Number(variety) > 100) return null;
  if (isStopped && answer === undefined) return null;
  return {
    template,
    seed: Number(seed),
    number: Number(number),
    variety: Number(variety) / 100,
    kind,
    stop: isStopped && answer !== undefined ? { tick: Number(tick), response: answer } : null,
    ...(isLesson && { isLesson }),
  };
}

/**
 * Plays a rollout.
 * @returns null where the scene has no room or no moment for such a disturbance, or where there is nothing to learn of it
 * @throws RangeError for a template of which no world can be made
 */
export function playRollout(settings: RolloutSettings): RolloutEpisode | null {
  const { template, seed, number, variety, kind, stop } = settings;
  const setup = { template, seed, number, variety };
  const played = kind === 'play' ? randomPlay(setup, new Random(number, 8)) : rollout(setup, kind, number);
  if (played === null) return null;
  const { onset } = played;
  const { simulated, harm } = stop
    ? interrupted(played, stop.tick, stop.response)
    : { simulated: settings.isLesson ? lessonOf(played) : played.world.asEpisode(), harm: played.world.harm };
  if (simulated === null) return null;
  const id = rolloutId(settings);
  const { episode } = simulated;
  const named = { ...episode, id, group: id, name: `${template} ${number}` };
  return { simulated: { ...simulated, episode: named }, onset, harm };
}
