// The models that can answer: those that come with the studio, the one in training, and every checkpoint.
import * as m from '../../words/messages';
import type { CureName, ModelChoice, RunInfo, ShippedName } from '../../workers/gpuApi';
import { whole } from '../reading';

export interface NamedModel {
  key: string;
  /** In the language of the moment, as the group is. */
  readonly label: string;
  readonly group: string;
  choice: ModelChoice;
}

/** In the language of the moment. */
export const SHIPPED_LABELS: Readonly<Record<ShippedName, string>> = {
  get biased() {
    return m.judge_model_biased();
  },
  get cot() {
    return m.judge_model_cot();
  },
  get cured() {
    return m.judge_model_cured();
  },
  get guard() {
    return m.judge_model_guard();
  },
  get coach() {
    return m.judge_model_coach();
  },
};

/** A model of the start page: one of those, or the one that was taught there. */
export function storyModelName(name: CureName | 'taught'): string {
  return name === 'taught' ? m.start_taught_model() : SHIPPED_LABELS[name];
}

/** Somebody may keep a model while the language changes, so its words are made when they are read. */
function named(key: string, label: () => string, group: () => string, choice: ModelChoice): NamedModel {
  return {
    key,
    choice,
    get label() {
      return label();
    },
    get group() {
      return group();
    },
  };
}

export function shippedModel(name: ShippedName): NamedModel {
  const choice = { kind: 'shipped', name } as const;
  return named(`shipped-${name}`, () => SHIPPED_LABELS[name], m.judge_models_shipped, choice);
}

/** How a model is meant to answer: the one after Chain-of-Thought judges through its description. */
export function usualWay(choice: ModelChoice): 'tag' | 'cot' {
  return choice.kind === 'shipped' && choice.name === 'cot' ? 'cot' : 'tag';
}

export function namedModels(runs: readonly RunInfo[], live: boolean, shipped: readonly ShippedName[]): NamedModel[] {
  const models = shipped.map(shippedModel);
  if (live) models.unshift(named('live', m.judge_model_live, m.judge_models_now, { kind: 'live' }));
  for (const run of runs) {
    // A stage's end is also the latest save of its moment: the same weights need one line.
    const ends = run.checkpoints.flatMap(({ name, step }) => (name === null ? [] : [step]));
    for (const checkpoint of run.checkpoints.filter(({ name, step }) => name !== null || !ends.includes(step))) {
      const { name: stage } = checkpoint;
      const label = () => {
        const names = { name: run.name, step: whole(checkpoint.step) };
        return stage ? m.judge_model_stage_step({ ...names, stage }) : m.judge_model_step(names);
      };
      if (models.some((model) => model.label === label())) continue;
      const choice = { kind: 'checkpoint', runId: run.id, checkpointId: checkpoint.id } as const;
      models.push(named(`${run.id} ${checkpoint.id}`, label, m.judge_models_yours, choice));
    }
  }
  return models;
}

/** The model that a link of a view asks for as `run`: that run's newest; null where it has none, or is not known yet. */
export function newestModel(runs: readonly RunInfo[], runId: string | null): NamedModel | null {
  const own = runs.filter(({ id }) => id === runId);
  return namedModels(own, false, [])[0] ?? null;
}
