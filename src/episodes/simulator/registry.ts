// All task templates. The categories' shares are those of the paper's data set (its figure 2b).
import { CATEGORIES } from '../episode';
import type { Category } from '../episode';
import type { Template } from './template';
import { booksUpright } from './templates/booksUpright';
import { cabinetDoors } from './templates/cabinetDoors';
import { cubesIntoTray } from './templates/cubesIntoTray';
import { dishesIntoRack } from './templates/dishesIntoRack';
import { drawer } from './templates/drawer';
import { eggCarton } from './templates/eggCarton';
import { foldCloth } from './templates/foldCloth';
import { foldShirt } from './templates/foldShirt';
import { fruitIntoBowl } from './templates/fruitIntoBowl';
import { handOver } from './templates/handOver';
import { hangTowels } from './templates/hangTowels';
import { jars } from './templates/jars';
import { kettleToMugs } from './templates/kettleToMugs';
import { lamps } from './templates/lamps';
import { laptops } from './templates/laptops';
import { lunchBox } from './templates/lunchBox';
import { microwave } from './templates/microwave';
import { mugsOntoShelf } from './templates/mugsOntoShelf';
import { packCarton } from './templates/packCarton';
import { potsAndLids } from './templates/potsAndLids';
import { pourGlasses } from './templates/pourGlasses';
import { sandwich } from './templates/sandwich';
import { setTable } from './templates/setTable';
import { sliceFood } from './templates/sliceFood';
import { sortByColour } from './templates/sortByColour';
import { stackBlocks } from './templates/stackBlocks';
import { stageParcels } from './templates/stageParcels';
import { sweepCrumbs } from './templates/sweepCrumbs';
import { toolbox } from './templates/toolbox';
import { trashIntoBin } from './templates/trashIntoBin';
import { wipeStains } from './templates/wipeStains';
import { clothesIntoBasket } from './templates/clothesIntoBasket';
import { rollMat } from './templates/rollMat';
import * as m from '../../words/messages';

/** New templates go to the end: ids of episodes name them by their places. */
export const TEMPLATES: readonly Template[] = [
  cubesIntoTray,
  packCarton,
  drawer,
  wipeStains,
  foldCloth,
  pourGlasses,
  stackBlocks,
  cabinetDoors,
  laptops,
  eggCarton,
  lunchBox,
  fruitIntoBowl,
  sortByColour,
  mugsOntoShelf,
  handOver,
  lamps,
  microwave,
  potsAndLids,
  toolbox,
  stageParcels,
  jars,
  sandwich,
  hangTowels,
  foldShirt,
  setTable,
  trashIntoBin,
  dishesIntoRack,
  booksUpright,
  sliceFood,
  kettleToMugs,
  sweepCrumbs,
  clothesIntoBasket,
  rollMat,
];

export type TemplateName = string;
export const TEMPLATE_NAMES: readonly TemplateName[] = TEMPLATES.map(({ name }) => name);

const SHARES: Readonly<Record<Category, number>> = {
  'pick and place': 25.7,
  'packing and staging': 20.9,
  'appliance and object manipulation': 20.5,
  'cleaning and tidying': 12.9,
  'garment manipulation': 10.3,
  'cooking and food preparation': 9.0,
  other: 0.7,
};

/**
 * The template at a place of the shares laid end to end: first the category, then evenly among its templates.
 * @param place in [0, 1)
 * @param names only these templates; all when absent
 * @throws RangeError if no template has one of the names
 */
export function templateAt(place: number, names: readonly TemplateName[] | null = null): Template {
  const allowed = names === null ? TEMPLATES : TEMPLATES.filter(({ name }) => names.includes(name));
  if (allowed.length === 0) {
    throw new RangeError(m.engine_no_such_task({ name: names?.join(', ') ?? '', known: TEMPLATE_NAMES.join(', ') }));
  }
  const groups = CATEGORIES.map((category) => allowed.filter((template) => template.category === category));
  const shares = CATEGORIES.map((category, i) => (groups[i]?.length ? SHARES[category] : 0));
  let rest = place * shares.reduce((sum, share) => sum + share, 0);
  for (const [i, group] of groups.entries()) {
    const share = shares[i] ?? 0;
    if (rest < share) return group[Math.floor((rest / share) * group.length)] ?? group[0] ?? (allowed[0] as Template);
    rest -= share;
  }
  return allowed.at(-1) as Template;
}
