// A model of seconds, trained on batches made from a seed: what unit tests in Node and tests in Chromium share. The losses of
// its first ten steps are kept in goldenLosses.json; a deliberate change of the model's mathematics changes them. Write the
// new ones then by
//   GOLDEN=write npx vitest run --project unit tests/unit/goldenLosses.test.ts
import type { Batch } from '../src/batches/batch';
import { modelConfig, type Head, type ModelConfig } from '../src/model/config';
import { parameterTable } from '../src/model/parameters';
import { freshState, ModelState } from '../src/training/modelState';
import type { Stepper, Trained } from '../src/training/stepper';
import { madeBatch, OPTIMIZER } from '../src/training/workload';

const TOKENS = { padding: 0, start: 1, end: 2, image: 4 };
export const answers = [6, 7] as const;

export function tinyConfig(head: Head = 'language'): ModelConfig {
  const config = modelConfig('nano', 64, TOKENS, head);
  // Heads of 16 features, as in nano: software adapters have quick kernels for them.
  Object.assign(config.vision_config, { hidden_size: 32, intermediate_size: 48, num_hidden_layers: 1 });
  Object.assign(config.vision_config, { num_attention_heads: 2, image_size: 8, patch_size: 4 });
  Object.assign(config.text_config, { hidden_size: 32, intermediate_size: 48, num_hidden_layers: 1 });
  Object.assign(config.text_config, { num_attention_heads: 2, num_key_value_heads: 1 });
  return config;
}

export function trained(config: ModelConfig): Trained & { dispose(): void } {
  const table = parameterTable(config);
  const state = new ModelState(table, freshState(table, 3));
  return { config, table, state, answers, dispose: () => state.dispose() };
}

/** Steps `from`…`to` at a learning rate that warms up. @returns loss and gradient norm of each */
export async function runSteps(stepper: Stepper, batches: (step: number) => Batch[], from: number, to: number) {
  const losses: number[] = [];
  const coming: Promise<void>[] = [];
  for (let step = from; step <= to; step++) {
    const learningRate = 1e-3 * Math.min(1, step / 10);
    const micros = batches(step);
    const { figures } = await stepper.step(micros, { ...OPTIMIZER, learningRate, step, accumulation: micros.length });
    coming.push(figures.then(({ loss, gradientNorm }) => void losses.push(loss, gradientNorm)));
  }
  await stepper.flush();
  await Promise.all(coming);
  return losses;
}

/** Losses of ten steps of a fresh tiny model on CoT samples. @param stepperOf makes the stepper to be looked at */
export async function goldenLosses(stepperOf: (trained: Trained) => Stepper): Promise<number[]> {
  const config = tinyConfig();
  const model = trained(config);
  const stepper = stepperOf(model);
  const figures = await runSteps(stepper, (step) => [madeBatch(config, 'cot', 1, step)], 1, 10);
  stepper.dispose();
  model.dispose();
  return figures.filter((_, i) => i % 2 === 0);
}
