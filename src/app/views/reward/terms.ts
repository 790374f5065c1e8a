// Terms of this view with what they mean, for their hints.
import * as m from '../../../words/messages';

export const terms = {
  value: { name: m.reward_legend_value, meaning: m.reward_meaning_curve },
  done: { name: m.reward_panel_done, meaning: m.reward_meaning_done },
  critic: { name: m.reward_this_step, meaning: m.reward_meaning_critic },
  truth: { name: m.reward_legend_truth, meaning: m.reward_meaning_truth },
  penalty: { name: m.reward_term_penalty, meaning: m.reward_meaning_penalty },
  voc: { name: m.reward_term_voc, meaning: m.reward_meaning_voc },
  vroc: { name: m.reward_term_vroc, meaning: m.reward_meaning_vroc },
  negative: { name: m.reward_term_negative, meaning: m.reward_meaning_negative },
  monotonicity: { name: m.reward_term_monotonicity, meaning: m.reward_meaning_monotonicity },
  correlation: { name: m.reward_term_correlation, meaning: m.reward_meaning_correlation },
  error: { name: m.reward_term_error, meaning: m.reward_meaning_error },
  agreement: { name: m.reward_term_agreement, meaning: m.reward_meaning_agreement },
} as const;
