// The flat parameter vector as the model sees it: by name.
import type * as tf from '@tensorflow/tfjs';
import { splitFlat } from '../kernels/split';
import type { ParameterTable } from './parameters';

export type Weights = (name: string) => tf.Tensor;

/**
 * Named views of the flat vector, differentiable with respect to it: every parameter by its name, except the parts of
 * packs, which are seen as one ([3D, D] for queries, keys and values).
 */
export function namedWeights(table: ParameterTable, flat: tf.Tensor1D): Weights {
  const packOf = new Map(table.packs.flatMap((pack) => pack.parts.map((part) => [part, pack] as const)));
  const views: { name: string; shape: number[] }[] = [];
  for (const { name, shape } of table.parameters) {
    const pack = packOf.get(name);
    const last = views[views.length - 1];
    if (pack !== undefined && last?.name === pack.name) last.shape[0] = (last.shape[0] ?? 0) + (shape[0] ?? 0);
    else views.push({ name: pack?.name ?? name, shape: [...shape] });
  }
  const tensors = splitFlat(
    flat,
    views.map(({ shape }) => shape),
  );
  const byName = new Map(views.map(({ name }, i) => [name, tensors[i] as tf.Tensor]));
  return (name) => {
    const found = byName.get(name);
    if (!found) throw new Error(`The model has no weight named ${name}.`);
    return found;
  };
}
