// Editing the stages of a recipe: what kind a stage is, a new one of a kind, moving and removing. Everything here changes
// the recipe that it is given, which is the draft's copy.
import { preset } from '../../training/presets';
import { stageSteps, type Recipe, type Stage } from '../../training/recipe';

/** What a stage trains on: films running forwards, descriptions, bare labels, or the last two in turn. */
export type StageKind = 'bias' | 'cot' | 'tag' | 'mixed';

export const STAGE_KINDS: readonly StageKind[] = ['bias', 'cot', 'tag', 'mixed'];

export function kindOf({ order, samples }: Pick<Stage, 'order' | 'samples'>): StageKind {
  return order === 'chronological' ? 'bias' : samples;
}

/** A stage of a kind as the lesson has it, under a name that no other stage of the recipe has. */
export function newStage(kind: StageKind, recipe: Recipe): Stage {
  const stages = preset('class').stages;
  const found = stages.find((stage) => kindOf(stage) === (kind === 'mixed' ? 'cot' : kind));
  if (!found) throw new Error(`The preset "class" has no stage of the kind ${kind}.`);
  const samples = kind === 'bias' ? 'tag' : kind;
  return { ...found, samples, name: freeName(kind, recipe) };
}

/** Turns a stage into another kind; what only the old kind has goes. */
export function turnInto(stage: Stage, kind: StageKind, recipe: Recipe): void {
  const steps = stageSteps(recipe, stage);
  const isNamedByKind = stage.name.replace(/ \d+$/, '') === kindOf(stage);
  const fresh = newStage(kind, recipe);
  stage.samples = fresh.samples;
  stage.order = kind === 'bias' ? 'chronological' : 'both';
  if (kind !== 'tag') [stage.steps, stage.sevenths] = [steps, null];
  if (kind === 'bias' || kind === 'tag') delete stage.doubt;
  else stage.doubt ??= fresh.doubt ?? 0.5;
  if (isNamedByKind) stage.name = fresh.name;
  keepAmounts(recipe);
}

/** Moves a stage to another place; false where there is no such place. */
export function moveStage(recipe: Recipe, from: number, to: number): boolean {
  const { stages } = recipe;
  if (from === to || from < 0 || to < 0 || from >= stages.length || to >= stages.length) return false;
  const [stage] = stages.splice(from, 1);
  if (stage) stages.splice(to, 0, stage);
  return true;
}

/** Removes a stage. */
export function removeStage(recipe: Recipe, index: number): void {
  const amounts = recipe.stages.map((stage) => stageSteps(recipe, stage));
  recipe.stages.splice(index, 1);
  amounts.splice(index, 1);
  keepAmounts(recipe, amounts);
}

/** An amount in sevenths needs a words stage to be a part of; without one it is given in steps. */
function keepAmounts(recipe: Recipe, amounts?: readonly number[]): void {
  if (recipe.stages.some(({ samples }) => samples === 'cot')) return;
  recipe.stages.forEach((stage, i) => {
    if (stage.sevenths === null) return;
    stage.steps = amounts?.[i] ?? Math.max(1, stage.steps);
    stage.sevenths = null;
  });
}

function freeName(kind: StageKind, { stages }: Recipe): string {
  const taken = new Set(stages.map(({ name }) => name));
  if (!taken.has(kind)) return kind;
  for (let number = 2; ; number++) if (!taken.has(`${kind} ${number}`)) return `${kind} ${number}`;
}
