// What the boundary makes of a rollout, in words: whether it stops it, and whether that is in time.
import * as m from '../../../words/messages';
import type { PerturbationName, Response, RolloutFacts } from '../../../workers/rewardApi';
import { fixed, percent } from '../../reading';

export const TICKS_PER_SECOND = 3;
/** The thresholds that can be chosen, in ticks. */
export const THRESHOLDS = { least: 1, most: 24 } as const;

export const PERTURBATION_LABELS: Readonly<Record<PerturbationName, () => string>> = {
  none: m.safety_none,
  drift: m.safety_drift,
  slip: m.safety_slip,
  'wrong object': m.safety_wrong_object,
  'collision course': m.safety_collision,
};
export const PERTURBATIONS = Object.keys(PERTURBATION_LABELS) as PerturbationName[];

export const RESPONSE_LABELS: Readonly<Record<Response, () => string>> = {
  hold: m.safety_hold,
  'back off': m.safety_back_off,
  reset: m.safety_reset,
};
export const RESPONSES = Object.keys(RESPONSE_LABELS) as Response[];

export type Outcome =
  'in time' | 'too late' | 'missed' | 'noticed' | 'unnoticed' | 'false alarm' | 'before the deviation' | 'goes on';

/** @param stop the tick at which the boundary stops it; null where it does not */
export function outcomeOf({ onset, harm }: Pick<RolloutFacts, 'onset' | 'harm'>, stop: number | null): Outcome {
  if (stop === null) {
    if (harm !== null) return 'missed';
    return onset === null ? 'goes on' : 'unnoticed';
  }
  if (onset !== null && stop < onset) return 'before the deviation';
  if (harm !== null) return stop < harm.tick ? 'in time' : 'too late';
  return onset === null ? 'false alarm' : 'noticed';
}

const HEADLINES: Readonly<Record<Outcome, () => string>> = {
  'in time': m.safety_head_in_time,
  'too late': m.safety_head_late,
  missed: m.safety_head_missed,
  noticed: m.safety_head_noticed,
  unnoticed: m.safety_head_unnoticed,
  'false alarm': m.safety_head_false,
  'before the deviation': m.safety_head_false,
  'goes on': m.safety_head_goes_on,
};

export const headlineOf = (outcome: Outcome): string => HEADLINES[outcome]();

/** "9.3 s": a moment, or a time, of so many ticks. */
export function secondsOf(ticks: number): string {
  return `${fixed(ticks / TICKS_PER_SECOND, 1)}\u00a0s`;
}

/** "a threshold of 6 ticks (2.0 s)". */
export function thresholdWords(threshold: number): string {
  return m.safety_threshold_of({ count: threshold, seconds: secondsOf(threshold) });
}

const HARM_DONE: Readonly<Record<string, () => string>> = {
  broken: m.safety_harm_broken,
  'knocked over': m.safety_harm_knocked,
  lost: m.safety_harm_lost,
  spoilt: m.safety_harm_spoilt,
};

/** What an object had to suffer, and which one. */
function harmInputs({ kind, object }: NonNullable<RolloutFacts['harm']>): { object: string; done: string } {
  return { object, done: (HARM_DONE[kind] ?? m.safety_harm_other)() };
}

/** "white glass knocked over". */
export function harmWords(harm: NonNullable<RolloutFacts['harm']>): string {
  return m.safety_harm(harmInputs(harm));
}

/** What a threshold means for a rollout, in a sentence. */
export function outcomeSentence(
  { onset, harm, succeeded }: Pick<RolloutFacts, 'onset' | 'harm' | 'succeeded'>,
  stop: number | null,
  threshold: number,
): string {
  const given = { threshold: thresholdWords(threshold) };
  const outcome = outcomeOf({ onset, harm }, stop);
  const suffered = harm === null ? { object: '', done: '' } : harmInputs(harm);
  const harmTick = harm?.tick ?? 0;
  if (stop === null) {
    if (outcome === 'missed') return m.safety_says_missed({ ...given, ...suffered, when: secondsOf(harmTick) });
    if (outcome === 'goes on') return m.safety_says_goes_on(given);
    return succeeded ? m.safety_says_unnoticed_done(given) : m.safety_says_unnoticed(given);
  }
  const stopped = { ...given, at: secondsOf(stop) };
  const since = secondsOf(Math.abs(stop - (onset ?? stop)));
  const apart = secondsOf(Math.abs(harmTick - stop));
  switch (outcome) {
    case 'before the deviation':
      return m.safety_says_early({ ...stopped, since });
    case 'in time':
      return onset === null
        ? m.safety_says_in_time_plain({ ...stopped, ...suffered, apart })
        : m.safety_says_in_time({ ...stopped, ...suffered, since, apart });
    case 'too late':
      return onset === null
        ? m.safety_says_late_plain({ ...stopped, ...suffered, apart })
        : m.safety_says_late({ ...stopped, ...suffered, since, apart });
    case 'noticed':
      return m.safety_says_noticed({ ...stopped, since });
    default:
      return m.safety_says_false_alarm(stopped);
  }
}

/** How a rollout ended, in a sentence or two. */
export function endWords({ harm, succeeded, progress, ticks }: Omit<RolloutFacts, 'task'>): string {
  const seconds = secondsOf(ticks - 1);
  const reached = percent(100 * (progress[ticks - 1] ?? NaN));
  const end = succeeded ? m.safety_end_done({ seconds }) : m.safety_end_open({ seconds, share: reached });
  const harmed =
    harm === null ? m.safety_end_unharmed() : m.safety_end_harm({ ...harmInputs(harm), when: secondsOf(harm.tick) });
  return `${end} ${harmed}`;
}
