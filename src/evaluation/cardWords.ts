// A model's card in the language of the moment.
import { decimal, whole } from '../base/numbers';
import * as m from '../words/messages';
import { getLocale } from '../words/runtime';
import {
  FIGURE_NAMES,
  FIGURE_SOURCES,
  type CardFigure,
  type CardTraining,
  type Limit,
  type ModelCard,
} from './modelCard';

export function aboutText({ model }: Pick<ModelCard, 'model'>): string {
  const words = {
    biased: m.engine_card_biased,
    cot: m.engine_card_cot,
    cured: m.engine_card_cured,
    guard: m.engine_card_guard,
    coach: m.engine_card_coach,
  };
  return words[model]();
}

/** What it was trained on. */
export function dataText({ episodes, all, tasks, pixels, windows, stages }: CardTraining): string {
  const facts = {
    episodes: whole(episodes),
    all: whole(all),
    tasks: whole(tasks),
    pixels: whole(pixels),
    least: windows[0],
    most: windows[1],
  };
  return stages.every(({ order }) => order === 'chronological')
    ? m.engine_card_data_chronological(facts)
    : m.engine_card_data_both(facts);
}

/** How it was trained. */
export function recipeText({ initial, pairsAStep, stages }: CardTraining): string {
  const parts = stages.map(({ samples, steps }) => {
    const count = { steps: whole(steps) };
    if (samples === 'mixed') return m.engine_card_steps_mixed(count);
    return samples === 'cot' ? m.engine_card_steps_cot(count) : m.engine_card_steps_tag(count);
  });
  const start = {
    random: m.engine_card_from_random,
    biased: m.engine_card_from_biased,
    cot: m.engine_card_from_cot,
    cured: m.engine_card_from_cured,
    guard: m.engine_card_from_guard,
    coach: m.engine_card_from_coach,
  }[initial]();
  const list = new Intl.ListFormat(getLocale(), { type: 'unit' }).format(parts);
  return m.engine_card_recipe({ stages: list, pairs: whole(pairsAStep), start });
}

/** For those who check: what the sentences leave out. */
export function detailsText({ run, seed, stages }: CardTraining): string {
  const rates = [...new Set(stages.map(({ learningRate }) => decimal(learningRate)))].join(', ');
  return m.engine_card_details({ run, seed, rates });
}

export function limitText(limit: Limit, { tasks }: CardTraining): string {
  switch (limit) {
    case 'looks at nothing':
      return m.engine_limit_looks_at_nothing();
    case 'labels by position':
      return m.engine_limit_labels_by_position();
    case 'ignores undoing':
      return m.engine_limit_ignores_undoing();
    case 'other words':
      return m.engine_limit_other_words();
    case 'no descriptions':
      return m.engine_limit_no_descriptions();
    case 'drawn scenes only':
      return m.engine_limit_drawn_scenes({ tasks: whole(tasks) });
    case 'one cell only':
      return m.engine_limit_one_cell({ tasks: whole(tasks) });
  }
}

const FIGURE_WORDS: Readonly<Record<string, () => string>> = {
  [FIGURE_NAMES.forward]: m.engine_card_forward,
  [FIGURE_NAMES.reverse]: m.engine_card_reverse,
  [FIGURE_NAMES.average]: m.engine_card_average,
  [FIGURE_NAMES.gap]: m.engine_card_gap,
  [FIGURE_NAMES.bothRight]: m.engine_card_both_right,
};

export function figureName({ name }: Pick<CardFigure, 'name'>): string {
  return FIGURE_WORDS[name]?.() ?? name;
}

const SOURCE_WORDS: Readonly<Record<string, (counts: { pairs: string; episodes: string }) => string>> = {
  [FIGURE_SOURCES.unseen]: m.engine_card_on_unseen,
  [FIGURE_SOURCES.described]: m.engine_card_on_described,
  [FIGURE_SOURCES.heldOut]: m.engine_card_on_held_out,
  [FIGURE_SOURCES.rollouts]: m.engine_card_on_rollouts,
  [FIGURE_SOURCES.play]: m.engine_card_on_play,
};

/** "2,100 pairs of 226 unseen episodes". */
export function figureSource({ on }: Pick<CardFigure, 'on'>): string {
  const [, pairs, episodes, source] = /^(\d+) pairs of (\d+) (.+)$/.exec(on) ?? [];
  const say = SOURCE_WORDS[source ?? ''];
  return say ? say({ pairs: whole(Number(pairs)), episodes: whole(Number(episodes)) }) : on;
}

/** "84.4 %", "2.4 points". */
export function figureText({ value, unit }: Pick<CardFigure, 'value' | 'unit'>): string {
  const number = decimal(Number(value.toFixed(2)));
  return unit === '' ? number : `${number}\u00a0${unit === 'points' ? m.engine_unit_points() : unit}`;
}

/** "77.9 to 89.2", or a dash where there is no interval. */
export function intervalText({ low, high }: Pick<CardFigure, 'low' | 'high'>): string {
  if (low === null || high === null) return '–';
  return m.engine_from_to({ low: decimal(Number(low.toFixed(2))), high: decimal(Number(high.toFixed(2))) });
}
