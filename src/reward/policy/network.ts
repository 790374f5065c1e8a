// Actor and critic: one trunk that sees the picture and the proprioception, then a logit for every action and a value.
import type * as tf from '@tensorflow/tfjs';
import { linear } from '../../kernels/linear';
import type { ParameterTable } from '../../model/parameters';
import type { Weights } from '../../model/weights';
import { matrix, pictureTrunk, tableOf, trunkParameters, zeros, type TrunkShape } from '../preference/pictureTrunk';

export interface PolicyShape extends TrunkShape {
  /** A */
  actions: number;
}

/** Logits start near zero, so that the first policy is close to uniform (Andrychowicz et al., arXiv 2006.05990). */
export function policyTable(shape: PolicyShape): ParameterTable {
  const { actions, hidden } = shape;
  return tableOf(
    [
      ...trunkParameters(shape),
      matrix('actor.weight', actions, hidden, 1e-4),
      matrix('critic.weight', 1, hidden, 1),
      zeros('heads.bias', [actions + 1]),
    ],
    [{ name: 'heads.weight', parts: ['actor.weight', 'critic.weight'] }],
  );
}

/**
 * @param tiles patches of U pictures
 * @param proprioception [U, P], or null where P is 0
 * @returns [U, A + 1]: the logits, then the value
 */
export function policyOutputs(
  shape: PolicyShape,
  weights: Weights,
  tiles: tf.Tensor2D,
  proprioception: tf.Tensor2D | null,
): tf.Tensor2D {
  const hidden = pictureTrunk(shape, weights, tiles, proprioception);
  return linear(hidden, weights('heads.weight') as tf.Tensor2D, weights('heads.bias') as tf.Tensor1D);
}
