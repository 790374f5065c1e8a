// Where a measurement comes from, as whatever leaves the studio must say: which weights, trained how, judged on what, when.
import { version } from '../../../../package.json';
import * as m from '../../../words/messages';
import type { EvaluationReport } from '../../../evaluation/report';
import { dateOf, whole } from '../../reading';
import { recipeChanges } from '../../recipes/recipeDifference';
import { preset } from '../../../training/presets';
import type { Recipe } from '../../../training/recipe';
import type { Answers } from '../controlAnswers';
import { dataOf, sourceOf, wayOf, type Measured } from './measurement';

export type Fact = readonly [name: string, value: string];

const madeWith = `Palindrome ${version}`;

type Origin = Pick<Measured, 'model' | 'report' | 'at'>;

/** What a measurement and the controls beside it have in common. */
export function originOf({ model, report, at }: Origin): Fact[] {
  const { about, step } = report;
  return [
    ...known(m.evaluate_fact_model(), model),
    ...known(m.evaluate_fact_run(), about?.model.run),
    ...known(m.evaluate_fact_checkpoint(), about?.model.checkpoint),
    ...known(m.evaluate_fact_step(), step),
    ...known(m.evaluate_fact_weights(), about?.model.weights),
    ...known(m.evaluate_fact_trained(), about && recipeText(about.model.recipe)),
    ...known(m.evaluate_fact_data(), dataOf(report)),
    ...known(m.evaluate_fact_data_hash(), about?.dataHash),
    ...known(m.evaluate_fact_seed(), about?.recipe.sampling.splitSeed ?? about?.recipe.seed),
    ...known(m.evaluate_fact_way(), wayOf(report)),
    ...known(m.evaluate_fact_at(), dateOf(at, true)),
    [m.evaluate_fact_app(), madeWith],
  ];
}

/** For people, and for columns of tables. */
export function factsOf(measured: Origin): Fact[] {
  const { pairs, episodes } = measured.report.overall;
  const counts = [
    ...known(m.evaluate_fact_pairs(), whole(pairs)),
    ...known(m.evaluate_fact_episodes(), whole(episodes)),
  ];
  return [...originOf(measured), ...counts];
}

function known(name: string, value: string | number | null | undefined): Fact[] {
  return value === null || value === undefined ? [] : [[name, `${value}`]];
}

/** The measurement for programs: everything, in the form that docs/report.md describes. */
export function measurementJson({ model, report, at }: Measured): string {
  return JSON.stringify({ madeWith, model, measuredAt: new Date(at).toISOString(), ...report }, null, 2);
}

/** Answers to controls for programs. */
export function controlsJson(model: string, { pairsPerQuestion, at, reports }: Answers): string {
  const questions = Object.values(reports).filter((report) => report !== null);
  const told = { madeWith, model, measuredAt: new Date(at).toISOString(), pairsPerQuestion };
  return JSON.stringify({ ...told, about: questions[0]?.about ?? null, questions }, null, 2);
}

/** Episodes that were judged, by id. */
export const judgedEpisodes = ({ episodes, answers }: EvaluationReport): string[] =>
  episodes ? Object.keys(episodes) : [...new Set((answers ?? []).map(({ episode }) => episode))];

/** "lesson: bias steps 120 → 40", against the preset of its name where there is one. */
function recipeText(recipe: Recipe): string {
  const { name } = recipe;
  const usual = preset(name);
  const isElsewhere = usual?.source.kind !== recipe.source.kind;
  // The preset's own films are no difference where none were used; on which data it was trained is said first.
  const compared = usual && isElsewhere ? { ...usual, source: recipe.source } : usual;
  const changes = (compared ? recipeChanges([compared, recipe]) : []).map(
    ({ label, values: [old, now] }) => `${label} ${old ?? m.runs_recipe_none()} → ${now ?? m.runs_recipe_none()}`,
  );
  if (usual && isElsewhere) changes.unshift(sourceOf(recipe));
  return changes.length > 0 ? `${name}: ${changes.join('; ')}` : name;
}
