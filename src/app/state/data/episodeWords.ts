// What is known about episodes, in the words of the page.
import type { Category, Mishap, Outcome, Split } from '../../../episodes/episode';
import type { Sort } from './episodeFilter';
import * as m from '../../../words/messages';

export const splitNames: Record<Split, () => string> = {
  train: m.data_split_train,
  validation: m.data_split_validation,
  test: m.data_split_test,
};

export const outcomeNames: Record<Outcome, () => string> = {
  success: m.data_outcome_success,
  failure: m.data_outcome_failure,
  unknown: m.data_outcome_unknown,
};

export const categoryNames: Record<Category, () => string> = {
  'pick and place': m.data_category_pick,
  'packing and staging': m.data_category_pack,
  'appliance and object manipulation': m.data_category_appliance,
  'cleaning and tidying': m.data_category_clean,
  'garment manipulation': m.data_category_garment,
  'cooking and food preparation': m.data_category_cook,
  other: m.data_category_other,
};

export const mishapNames: Record<Mishap, () => string> = {
  slip: m.data_mishap_slip,
  'wrong object': m.data_mishap_wrong,
  undoing: m.data_mishap_undoing,
  stopped: m.data_mishap_stopped,
  drop: m.data_mishap_drop,
};

export const sortNames: Record<Sort, () => string> = {
  'as listed': m.data_sort_listed,
  name: m.data_sort_name,
  task: m.data_sort_task,
  longest: m.data_sort_longest,
  shortest: m.data_sort_shortest,
};
