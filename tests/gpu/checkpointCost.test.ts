// What a checkpoint costs a run that goes on meanwhile: steps with a snapshot taken and stored among them against the same
// steps without, on both backends.
import { deleteDB } from 'idb';
import { expect, it } from 'vitest';
import { openIndexedDbStore } from '../../src/checkpoints/indexedDbStore';
import { startBackend, type BackendName } from '../../src/gpu/backend';
import { makeStepper } from '../../src/training/makeStepper';
import { ModelState } from '../../src/training/modelState';
import { OPTIMIZER, presetWorkload, workload } from '../../src/training/workload';
import { RUN, snapshotOf } from '../app/kill/snapshots';
import { tinyConfig } from '../tinyTraining';

const DATABASE = 'checkpoint-cost';
/** A run saves itself this often. */
const INTERVAL_MS = 55_000;

async function cost(backend: BackendName, steps: number): Promise<{ stepMs: number; costMs: number }> {
  await startBackend(backend);
  // SwiftShader takes long to compile a nano step, and a checkpoint of a smaller model is copied in the same way.
  const { config, table, weights, batches, answers } =
    backend === 'wasm' ? presetWorkload('nano') : workload('tiny', tinyConfig(), 'tag', 1, 1);
  const zeros = () => new Float32Array(table.total);
  const state = new ModelState(table, { parameters: weights, moment1: zeros(), moment2: zeros() });
  const stepper = makeStepper({ config, table, state, answers });
  const store = await openIndexedDbStore({}, DATABASE);
  await store.createRun(RUN);
  const { manifest } = snapshotOf(1);
  const parameters = table.parameters.map(({ name, shape }) => ({ name, shape }));
  let step = 0;
  const time = async (saves: boolean) => {
    const from = performance.now();
    let saved: Promise<unknown> = Promise.resolve();
    for (let i = 0; i < steps; i++) {
      if (saves && i === 1) {
        saved = state.snapshot().then((parts) => store.save(RUN.id, { parts, manifest: { ...manifest, parameters } }));
      }
      await stepper.step(batches, { ...OPTIMIZER, step: ++step, accumulation: 1 });
    }
    await stepper.flush();
    const took = performance.now() - from;
    await saved;
    return took;
  };
  await time(true);
  const [plain, saving]: number[][] = [[], []];
  for (let round = 0; round < 3; round++) {
    plain?.push(await time(false));
    saving?.push(await time(true));
  }
  await store.close();
  stepper.dispose();
  state.dispose();
  const [without, withOne] = [Math.min(...(plain ?? [])), Math.min(...(saving ?? []))];
  return { stepMs: without / steps, costMs: Math.max(0, withOne - without) };
}

for (const [backend, steps] of [
  ['wasm', 8],
  ['webgpu', 16],
] as const) {
  it(`a checkpoint slows training on ${backend} by at most 3.5 %`, async () => {
    await deleteDB(DATABASE);
    const { stepMs, costMs } = await cost(backend, steps);
    const share = (100 * costMs) / INTERVAL_MS;
    console.log(
      `${backend}: a step ${stepMs.toFixed(1)} ms, a checkpoint ${costMs.toFixed(1)} ms more, ${share.toFixed(3)} % of a run`,
    );
    expect(share).toBeLessThan(3.5);
    await deleteDB(DATABASE);
  });
}
