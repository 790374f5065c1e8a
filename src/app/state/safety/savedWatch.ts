// What the judge said along a rollout and what the boundary made of it, as a file for others to look at.
import { version } from '../../../../package.json';
import type { BoundaryRule } from '../../../reward/safety/boundary';
import { modelName } from '../../../workers/modelNames';
import type { RolloutFacts } from '../../../workers/rewardApi';
import { TICKS_PER_SECOND, type Outcome } from './outcome';
import type { Answered, Watched } from './safety.svelte';

export interface Told {
  watched: Watched;
  rule: BoundaryRule;
  stop: number | null;
  outcome: Outcome;
  sentence: string;
  answered: readonly Answered[];
  at: Date;
}

/** Numbers that JSON can hold: NaN becomes null. */
const listed = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));

const rolloutOf = ({ progress, ...facts }: RolloutFacts) => ({ ...facts, progress: listed(progress) });

export function savedWatch({ watched, rule, stop, outcome, sentence, answered, at }: Told): object {
  const { facts, answer, preferences, number } = watched;
  const { reading, task, model, milliseconds } = answer;
  return {
    format: 'palindrome-safety',
    formatVersion: 1,
    studio: version,
    date: at.toISOString(),
    task,
    model: { called: modelName(model.identity), ...model.identity, weightsSha256: model.weights, recipe: model.recipe },
    ticksPerSecond: TICKS_PER_SECOND,
    rollout: { number, ...rolloutOf(facts) },
    boundary: { ...rule, stopTick: stop, outcome, sentence },
    preferences: listed(preferences),
    answers: reading.strides.map(({ stride, shown, swapped }) => ({
      stride,
      shown: listed(shown),
      swapped: listed(swapped),
    })),
    responses: answered.map(({ stop: stopped, facts: then }) => ({ ...stopped, rollout: rolloutOf(then) })),
    milliseconds: Math.round(milliseconds),
  };
}
