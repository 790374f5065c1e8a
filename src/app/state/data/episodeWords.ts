// What is known about episodes, in the words of the page.
import type { Category, Episode, Mishap, Outcome, Split } from '../../../episodes/episode';
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

/** The simulator's tasks by their ids. */
const templateNames: Readonly<Record<string, () => string>> = {
  'cubes into tray': m.data_template_cubes_into_tray,
  'pack carton': m.data_template_pack_carton,
  drawer: m.data_template_drawer,
  'wipe stains': m.data_template_wipe_stains,
  'fold cloth': m.data_template_fold_cloth,
  'pour glasses': m.data_template_pour_glasses,
  'stack blocks': m.data_template_stack_blocks,
  'cabinet doors': m.data_template_cabinet_doors,
  laptops: m.data_template_laptops,
  'egg carton': m.data_template_egg_carton,
  'lunch box': m.data_template_lunch_box,
  'fruit into bowl': m.data_template_fruit_into_bowl,
  'sort by colour': m.data_template_sort_by_colour,
  'mugs onto shelf': m.data_template_mugs_onto_shelf,
  'hand over': m.data_template_hand_over,
  lamps: m.data_template_lamps,
  microwave: m.data_template_microwave,
  'pots and lids': m.data_template_pots_and_lids,
  toolbox: m.data_template_toolbox,
  'stage parcels': m.data_template_stage_parcels,
  jars: m.data_template_jars,
  sandwich: m.data_template_sandwich,
  'hang towels': m.data_template_hang_towels,
  'fold shirt': m.data_template_fold_shirt,
  'set the table': m.data_template_set_the_table,
  'trash into bin': m.data_template_trash_into_bin,
  'dishes into rack': m.data_template_dishes_into_rack,
  'books upright': m.data_template_books_upright,
  'slice food': m.data_template_slice_food,
  'kettle to mugs': m.data_template_kettle_to_mugs,
  'sweep crumbs': m.data_template_sweep_crumbs,
  'clothes into basket': m.data_template_clothes_into_basket,
  'roll up mat': m.data_template_roll_up_mat,
};

export const templateName = (template: string): string => templateNames[template]?.() ?? template;

/** An episode's name; the simulator's are made of their task and a number. */
export function episodeName({ source, name, template }: Pick<Episode, 'source' | 'name' | 'template'>): string {
  if (source !== 'simulator' || !name.startsWith(template)) return name;
  return `${templateName(template)}${name.slice(template.length)}`;
}
