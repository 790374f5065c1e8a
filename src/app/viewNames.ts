// What the views are called, in the masthead and in the title of the tab.
import * as m from '../words/messages';
import type { ViewName } from './state/address';

export const VIEW_NAMES: Record<Exclude<ViewName, 'start'>, () => string> = {
  data: m.page_view_data,
  train: m.page_view_train,
  evaluate: m.page_view_evaluate,
  judge: m.page_view_judge,
  reward: m.page_view_reward,
  safety: m.page_view_safety,
  runs: m.page_view_runs,
  quiz: m.page_view_quiz,
};
