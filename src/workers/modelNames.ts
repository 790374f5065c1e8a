// What a model is called. Workers send what it is, and the page says it in the language of the moment.
import * as m from '../words/messages';
import type { ShippedName } from './gpuApi';

export type ModelIdentity = (
  | { kind: 'shipped'; name: ShippedName }
  /** Of a run by its id and name; `stage` is the one that it ended with, where it did. */
  | { kind: 'checkpoint'; runId: string; checkpointId: string; run: string; step: number; stage: string | null }
  | { kind: 'live'; step: number }
) & {
  /** Its answer turns with the order whatever it has learnt, which must be said wherever it answers. */
  turnsByConstruction: boolean;
};

/** What each is called in sentences. */
const CALLED: Record<ShippedName, () => string> = {
  biased: m.engine_called_biased,
  cot: m.engine_called_cot,
  cured: m.engine_called_cured,
  guard: m.engine_called_guard,
  coach: m.engine_called_coach,
};

export function shippedCalled(name: ShippedName): string {
  return CALLED[name]();
}

export function shippedLabel(name: ShippedName): string {
  return m.engine_shipped_label({ called: shippedCalled(name) });
}

export function modelName(model: ModelIdentity): string {
  return model.turnsByConstruction ? `${plainName(model)} ${m.engine_by_construction()}` : plainName(model);
}

function plainName(model: ModelIdentity): string {
  switch (model.kind) {
    case 'shipped':
      return shippedLabel(model.name);
    case 'live':
      return m.engine_model_in_training({ step: model.step });
    case 'checkpoint': {
      const { step, stage } = model;
      const place = { run: model.run === '' ? m.engine_a_saved_run() : model.run, step };
      return stage === null ? m.engine_run_at_step(place) : m.engine_run_at_step_after({ ...place, stage });
    }
  }
}
