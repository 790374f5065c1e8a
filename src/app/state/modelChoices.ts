// The models that can answer: those that come with the studio, the one in training, and every checkpoint.
import type { ModelChoice, RunInfo } from '../../workers/api';
import { whole } from '../reading';

export interface NamedModel {
  key: string;
  label: string;
  group: string;
  choice: ModelChoice;
}

export const BIASED: NamedModel = {
  key: 'shipped-biased',
  label: 'The biased model',
  group: 'Comes with the studio',
  choice: { kind: 'shipped', name: 'biased' },
};

export function namedModels(runs: readonly RunInfo[], live: boolean): NamedModel[] {
  const models: NamedModel[] = [
    BIASED,
    {
      key: 'shipped-cured',
      label: 'The cured model',
      group: 'Comes with the studio',
      choice: { kind: 'shipped', name: 'cured' },
    },
  ];
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
