// Stock tfjs: its own operations, its own gradients, its own Adam, on its own WebGPU backend.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../../../src/batches/batch';
import { startBackend } from '../../../src/gpu/backend';
import type { Engine, Runner } from '../engine';
import { OPTIMIZER, type Workload } from '../../../src/training/workload';
import { hostWeights, shownColumn } from './layout';
import { stockLogits, stockLoss, type StockBatch } from './stockModel';

function asTensors(batch: Batch): StockBatch {
  const { imageSize: size, lengths } = batch;
  const images = batch.images.length / (size * size * 3);
  return {
    images: tf.tensor4d(Float32Array.from(batch.images), [images, size, size, 3]),
    first: tf.tensor1d(shownColumn(batch, 0), 'int32'),
    second: tf.tensor1d(shownColumn(batch, 1), 'int32'),
    tokens: tf.tensor2d(batch.tokens, [lengths.length, batch.tokens.length / lengths.length], 'int32'),
    positions: tf.tensor1d(batch.positions, 'int32'),
    labels: tf.tensor1d(batch.labels, 'int32'),
    weights: tf.tensor1d(batch.weights),
    imageStarts: batch.imageStarts,
  };
}

function run(workload: Workload): Runner {
  const { config, batches } = workload;
  const variables = new Map(
    hostWeights(workload).map(({ name, shape, values }) => [name, tf.variable(tf.tensor(values, shape))]),
  );
  const list = [...variables.values()];
  const weights = (name: string): tf.Tensor => variables.get(name) as tf.Tensor;
  const { learningRate, beta1, beta2, epsilon } = OPTIMIZER;
  const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const gradientsOf = (batch: Batch) =>
    tf.variableGrads(() => stockLoss(config, weights, asTensors(batch)), list) as {
      value: tf.Scalar;
      grads: tf.NamedTensorMap;
    };
  return {
    step: async () => {
      const loss = tf.tidy(() => {
        let sum: tf.NamedTensorMap = {};
        const losses: tf.Scalar[] = [];
        for (const batch of batches) {
          const { value, grads } = gradientsOf(batch);
          losses.push(value);
          if (batches.length === 1) sum = grads;
          else {
            for (const [name, grad] of Object.entries(grads)) {
              const share = tf.mul(grad, 1 / batches.length);
              sum[name] = sum[name] === undefined ? share : tf.add(sum[name], share);
            }
          }
        }
        adam.applyGradients(Object.entries(sum).map(([name, tensor]) => ({ name, tensor })));
        return tf.mean(tf.stack(losses));
      });
      const [value = NaN] = await loss.data();
      loss.dispose();
      return value;
    },
    judge: async () => {
      const logits = tf.tidy(() => stockLogits(config, weights, asTensors(batches[0] as Batch)));
      await logits.data();
      logits.dispose();
    },
    check: async () => {
      const [loss, norm] = tf.tidy(() => {
        const { value, grads } = gradientsOf(batches[0] as Batch);
        const squares = Object.values(grads).map((grad) => tf.sum(tf.square(grad)));
        return [value, tf.sqrt(tf.addN(squares))] as const;
      });
      const [[value = NaN], [gradientNorm = NaN]] = [await loss.data(), await norm.data()];
      tf.dispose([loss, norm]);
      return { loss: value, gradientNorm };
    },
    dispose: () => {
      tf.dispose(list);
      adam.dispose();
    },
  };
}

export const stock: Engine = {
  name: 'tfjs',
  onGpu: true,
  prepare: async (workload) => {
    await startBackend('webgpu');
    return run(workload);
  },
};

/** For tests, which choose tfjs's backend themselves. */
export const stockOnCurrentBackend = run;
