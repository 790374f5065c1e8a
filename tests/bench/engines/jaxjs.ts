// jax-js: the step jitted in two pieces (a micro-batch's loss and gradient; the update), AdamW with the formula of its
// optax package, which the registry does not offer. No clipping, as for stock tfjs.
import './iteratorHelpers';
import { blockUntilReady, defaultDevice, init, jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { Batch } from '../../../src/batches/batch';
import type { Engine, Runner } from '../engine';
import { OPTIMIZER, type Workload } from '../../../src/training/workload';
import { jaxLogits, jaxLoss, type JaxBatch, type JaxWeights } from './jaxModel';
import { hostWeights, shownColumn } from './layout';

type State = { weights: JaxWeights; moment1: JaxWeights; moment2: JaxWeights };
type Rates = { stepSize: np.Array; inverseRoot: np.Array };

function asArrays(batch: Batch): JaxBatch {
  const { imageSize: size, lengths } = batch;
  const shape = [batch.images.length / (size * size * 3), size, size, 3];
  return {
    images: np.array(Float32Array.from(batch.images)).reshape(shape),
    first: np.array(shownColumn(batch, 0)),
    second: np.array(shownColumn(batch, 1)),
    tokens: np.array(batch.tokens.slice()).reshape([lengths.length, batch.tokens.length / lengths.length]),
    positions: np.array(batch.positions.slice()),
    labels: np.array(batch.labels.slice()),
    weights: np.array(batch.weights.slice()),
    one: np.array([1]),
  };
}

const map = (f: (...arrays: np.Array[]) => np.Array, first: JaxWeights, ...rest: JaxWeights[]): JaxWeights =>
  Object.fromEntries(
    Object.entries(first).map(([name, array]) => [name, f(array, ...rest.map((r) => r[name] as np.Array))]),
  );

/** optax.adamw: decoupled decay on the matrices, bias correction in the two rates. */
function adamW(decays: ReadonlySet<string>) {
  const { beta1, beta2, epsilon, weightDecay, learningRate } = OPTIMIZER;
  return (state: State, gradient: JaxWeights, { stepSize, inverseRoot }: Rates): State => {
    const after: State = { weights: {}, moment1: {}, moment2: {} };
    for (const [name, g] of Object.entries(gradient)) {
      const [w, m, v] = [state.weights[name], state.moment1[name], state.moment2[name]] as [
        np.Array,
        np.Array,
        np.Array,
      ];
      const m1 = m.mul(beta1).add(g.ref.mul(1 - beta1));
      const m2 = v.mul(beta2).add(np.square(g).mul(1 - beta2));
      const change = m1.ref.mul(stepSize.ref).div(np.sqrt(m2.ref).mul(inverseRoot.ref).add(epsilon));
      const kept = decays.has(name) ? w.mul(1 - learningRate * weightDecay) : w;
      after.weights[name] = kept.sub(change);
      after.moment1[name] = m1;
      after.moment2[name] = m2;
    }
    tree.dispose([stepSize, inverseRoot]);
    return after;
  };
}

function run(workload: Workload): Runner {
  const { config, table, batches } = workload;
  const [firstBatch] = batches as [Batch];
  const starts = firstBatch.imageStarts;
  const host = hostWeights(workload);
  const fresh = (make: (shape: number[], values: Float32Array<ArrayBuffer>) => np.Array): JaxWeights =>
    Object.fromEntries(host.map(({ name, shape, values }) => [name, make(shape, values)]));
  let state: State = {
    weights: fresh((shape, values) => np.array(values).reshape(shape)),
    moment1: fresh((shape) => np.zeros(shape)),
    moment2: fresh((shape) => np.zeros(shape)),
  };
  const decays = new Set(table.parameters.filter(({ decay }) => decay).map(({ name }) => name));
  const lossAndGradient = jit((weights: JaxWeights, batch: JaxBatch) =>
    valueAndGrad((w: JaxWeights, b: JaxBatch) => jaxLoss(config, starts, w, b))(weights, batch),
  );
  const share = 1 / batches.length;
  const accumulate = jit((sum: JaxWeights, gradient: JaxWeights) =>
    map((a: np.Array, b: np.Array) => a.add(b.mul(share)), sum, gradient),
  );
  const scale = jit((gradient: JaxWeights) => map((a: np.Array) => a.mul(share), gradient));
  const update = jit(adamW(decays));
  const logits = jit((weights: JaxWeights, batch: JaxBatch) => {
    tree.dispose([batch.labels, batch.weights]);
    return jaxLogits(config, starts, weights, batch);
  });
  const norm = jit((gradient: JaxWeights) =>
    np.sqrt(
      Object.values(gradient)
        .map((g) => np.sum(np.square(g)))
        .reduce((a, b) => a.add(b)),
    ),
  );
  let steps = 0;
  return {
    step: async () => {
      steps++;
      const { learningRate, beta1, beta2 } = OPTIMIZER;
      const losses: np.Array[] = [];
      let sum: JaxWeights | null = null;
      for (const batch of batches) {
        const [loss, gradient] = lossAndGradient(tree.ref(state.weights), asArrays(batch)) as [np.Array, JaxWeights];
        losses.push(loss);
        if (batches.length === 1) sum = gradient;
        else sum = sum === null ? scale(gradient) : accumulate(sum, gradient);
      }
      state = update(state, sum as JaxWeights, {
        stepSize: np.array([learningRate / (1 - beta1 ** steps)]),
        inverseRoot: np.array([1 / Math.sqrt(1 - beta2 ** steps)]),
      });
      await blockUntilReady(state);
      const values = await Promise.all(losses.map(async (loss) => (await loss.data())[0] ?? NaN));
      return values.reduce((a: number, b: number) => a + b, 0) / values.length;
    },
    judge: async () => {
      await logits(tree.ref(state.weights), asArrays(firstBatch)).data();
    },
    check: async () => {
      const [loss, gradient] = lossAndGradient(tree.ref(state.weights), asArrays(firstBatch)) as [np.Array, JaxWeights];
      const [gradientNorm = NaN] = await norm(gradient).data();
      const [value = NaN] = await loss.data();
      return { loss: value, gradientNorm };
    },
    dispose: () => {
      tree.dispose(state);
      for (const compiled of [lossAndGradient, accumulate, scale, update, logits, norm]) compiled.dispose();
    },
  };
}

/** For tests, which run it on the processor. */
export async function jaxOn(device: 'wasm' | 'webgpu', workload: Workload): Promise<Runner> {
  const found = await init(device);
  if (!found.includes(device)) throw new Error(`jax-js finds no ${device} device here.`);
  defaultDevice(device);
  return run(workload);
}

export const jaxjs: Engine = { name: 'jaxjs', onGpu: true, prepare: (workload) => jaxOn('webgpu', workload) };
