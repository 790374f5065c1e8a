// One run of an experiment as it is kept in docs/experiments/<experiment>/<strategy>-<seed>.json: the report of a run plus
// strategy, seed, and the answers to questions. Everything that is long and follows from the recipe is left out, and
// figures are rounded to what they can carry, so that a run that is made again differs in few lines.
import type { Recipe } from '../../training/recipe';
import type { EvaluationReport } from '../report';

export interface ExperimentRun {
  readonly experiment: string;
  readonly strategy: string;
  readonly seed: number;
  /** ISO 8601 day on which it ended. */
  readonly date: string;
  /** Revision of the code it ended with; null where that is not known. */
  readonly code: string | null;
  readonly backend: { readonly name: string; readonly label: string };
  /** Wall time of all its parts together, in seconds. */
  readonly seconds: number;
  readonly recipe: Recipe;
  /** Number of weights; null for a model that came with the studio. */
  readonly parameters: number | null;
  readonly stages: readonly {
    readonly name: string;
    readonly steps: number;
    readonly samples: number;
    readonly seconds: number;
    readonly finalLoss: number | null;
  }[];
  readonly data: { readonly hash: string; readonly tokenizerHash: string } | null;
  /** After each stage, in order of time. */
  readonly evaluations: readonly EvaluationReport[];
  /** Answers to the questions put to the model at its end. */
  readonly questions: readonly EvaluationReport[];
}

/** Digits that count in a figure. */
const DIGITS = 5;

/** The file's value: fields in a fixed order, figures rounded, recipe as it was. */
export function runFile(run: ExperimentRun): ExperimentRun {
  const { experiment, strategy, seed, date, code, backend, seconds, recipe, parameters, stages, data } = run;
  return {
    experiment,
    strategy,
    seed,
    date,
    code,
    backend: { name: backend.name, label: backend.label },
    seconds: Math.round(seconds),
    recipe,
    parameters,
    stages: rounded(
      stages.map(({ name, steps, samples, seconds: took, finalLoss }) => ({
        name,
        steps,
        samples,
        seconds: took,
        finalLoss,
      })),
    ),
    data: data && { hash: data.hash, tokenizerHash: data.tokenizerHash },
    evaluations: rounded(run.evaluations),
    questions: rounded(run.questions),
  };
}

/** A value with every number in it rounded to five digits that count. */
export function rounded<T>(value: T): T {
  const of = (inner: unknown): unknown => {
    if (typeof inner === 'number') return Number.isInteger(inner) ? inner : Number(inner.toPrecision(DIGITS));
    if (Array.isArray(inner)) return inner.map(of);
    if (inner !== null && typeof inner === 'object') {
      return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, of(part)]));
    }
    return inner;
  };
  return of(value) as T;
}
