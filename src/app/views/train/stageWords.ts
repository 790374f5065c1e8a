// What the kinds of stages are called, and what each trains on.
import type { StageKind } from '../../recipes/stages';
import * as m from '../../../words/messages';

export const kindNames: Readonly<Record<StageKind, () => string>> = {
  bias: m.train_kind_bias,
  cot: m.train_kind_cot,
  tag: m.train_kind_tag,
  mixed: m.train_kind_mixed,
};

export const kindHints: Readonly<Record<StageKind, () => string>> = {
  bias: m.train_hint_bias,
  cot: m.train_hint_cot,
  tag: m.train_hint_tag,
  mixed: m.train_hint_mixed,
};
