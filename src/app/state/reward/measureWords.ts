// What measures are called.
import type { MeasureName } from '../../../reward/beside';
import type { ValueRule } from '../../../reward/valueRules';
import * as m from '../../../words/messages';

export const measureNames: Record<MeasureName, () => string> = {
  curve: m.reward_measure_curve,
  vlac: m.reward_measure_vlac,
  features: m.reward_measure_features,
  pixels: m.reward_measure_pixels,
  others: m.reward_measure_others,
  time: m.reward_measure_time,
  imported: m.reward_measure_imported,
};

export const measureMeanings: Record<MeasureName, () => string> = {
  curve: m.reward_meaning_curve,
  vlac: m.reward_meaning_vlac,
  features: m.reward_meaning_features,
  pixels: m.reward_meaning_pixels,
  others: m.reward_meaning_others,
  time: m.reward_meaning_time,
  imported: m.reward_meaning_imported,
};

export const ruleNames: Record<ValueRule, () => string> = {
  same: m.reward_rule_same,
  mix: m.reward_rule_mix,
  inverse: m.reward_rule_inverse,
};
