// Softmax cross-entropy summed over the supervised places, in the wasm backend's memory (wasm/losses.ts).
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';
import type { Places } from '../languageLoss/softmaxLosses';

/** [the two sums, statistics of each row] */
export function softmaxLossesOnHeap(
  { logits, labels, weights, judgement }: Places & { logits: tf.Tensor },
  heap: Heap,
): tf.TensorInfo[] | null {
  const { loops } = heap;
  if (loops === null) return null;
  const [rows = 0, classes = 0] = logits.shape;
  const [losses, statistics] = [heap.output([2]), heap.output([rows, 2])];
  loops.softmaxStatistics(heap.address(logits), heap.address(statistics), rows, classes);
  const [x, known, label, weight, judged] = [
    heap.floats(logits),
    heap.floats(statistics),
    heap.integers(labels),
    heap.floats(weights),
    heap.floats(judgement),
  ];
  let all = 0;
  let ofJudgement = 0;
  for (let m = 0; m < rows; m++) {
    const at = label[m] as number;
    const chosen = at >= 0 && at < classes ? (x[m * classes + at] as number) - (known[2 * m] as number) : 0;
    const loss = ((known[2 * m + 1] as number) - chosen) * (weight[m] as number);
    all += loss;
    ofJudgement += loss * (judged[m] as number);
  }
  heap.floats(losses).set([all, ofJudgement]);
  return [losses, statistics];
}

/** [M, V] the gradient by the logits */
export function softmaxLossesGradOnHeap(
  inputs: Places & { logits: tf.Tensor; statistics: tf.Tensor; dLosses: tf.Tensor },
  heap: Heap,
): tf.TensorInfo | null {
  const { loops } = heap;
  if (loops === null) return null;
  const { logits, labels, statistics } = inputs;
  const [rows = 0, classes = 0] = logits.shape;
  const slopes = heap.output(logits.shape);
  const scales = heap.spare(rows * 4);
  const scale = heap.floatsAt(scales, rows);
  const [weight, judged] = [heap.floats(inputs.weights), heap.floats(inputs.judgement)];
  const [all = 0, ofJudgement = 0] = heap.floats(inputs.dLosses);
  for (let m = 0; m < rows; m++) scale[m] = (weight[m] as number) * (all + ofJudgement * (judged[m] as number));
  const [x, known, label] = [heap.address(logits), heap.address(statistics), heap.address(labels)];
  loops.softmaxSlopes(x, known, label, scales, heap.address(slopes), rows, classes);
  return slopes;
}
