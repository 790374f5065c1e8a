// The models that can answer: those that come with the studio, the one in training, and every checkpoint.
import type { ModelChoice, RunInfo, ShippedName } from '../../workers/gpuApi';
import { whole } from '../reading';

export interface NamedModel {
  key: string;
  label: string;
  group: string;
  choice: ModelChoice;
}

export const SHIPPED_LABELS: Readonly<Record<ShippedName, string>> = {
  biased: 'The biased model',
  cot: 'After Chain-of-Thought',
  cured: 'The cured model',
};

export function shippedModel(name: ShippedName): NamedModel {
  const group = 'Comes with the studio';
  return { key: `shipped-${name}`, label: SHIPPED_LABELS[name], group, choice: { kind: 'shipped', name } };
}

/** How a model is meant to answer: the one after Chain-of-Thought judges through its description. */
export function usualWay(choice: ModelChoice): 'tag' | 'cot' {
  return choice.kind === 'shipped' && choice.name === 'cot' ? 'cot' : 'tag';
}

export function namedModels(runs: readonly RunInfo[], live: boolean, shipped: readonly ShippedName[]): NamedModel[] {
  const models = shipped.map(shippedModel);
  if (live) models.unshift({ key: 'live', label: 'The model in training', group: 'Now', choice: { kind: 'live' } });
  for (const run of runs) {
    for (const checkpoint of run.checkpoints) {
      const name = checkpoint.name ? `after stage ${checkpoint.name}, ` : '';
      const label = `${run.name}: ${name}step ${whole(checkpoint.step)}`;
      // A stage's end is also the latest save of its moment: the same weights need one line.
      if (models.some((model) => model.label === label)) continue;
      models.push({
        key: `${run.id} ${checkpoint.id}`,
        label,
        group: 'Your runs',
        choice: { kind: 'checkpoint', runId: run.id, checkpointId: checkpoint.id },
      });
    }
  }
  return models;
}
