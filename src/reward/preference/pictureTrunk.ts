// What the reward network and the policy see a picture with: patches → linear and place → relu → few channels a patch →
// all patches side by side → linear → relu. Each network has weights of its own. Parameters stand in such an order and
// number that every matrix starts at a multiple of 64, where webgpu reads it without a copy.
import * as tf from '@tensorflow/tfjs';
import { packedBytes } from '../../gpu/hostTensors';
import { linear } from '../../kernels/linear';
import { addPlaces } from '../../kernels/pictures/addPlaces';
import { patches } from '../../kernels/pictures/patches';
import type { Pack, Parameter, ParameterTable } from '../../model/parameters';
import type { Weights } from '../../model/weights';

export interface TrunkShape {
  /** Side of the pictures. */
  size: number;
  /** Side of a patch; divides the size. */
  patch: number;
  /** Width in which patches are embedded: D. */
  width: number;
  /** Numbers kept of each patch: C. */
  channels: number;
  /** Width of the last layer: H. */
  hidden: number;
  /** Numbers beside the picture that the last layer sees: P, 0 for none. */
  beside: number;
}

export const TRUNK = { patch: 8, width: 32, channels: 8, hidden: 64 } as const;

/** A parameter before it has its place in the vector. */
export type Planned = Pick<Parameter, 'name' | 'shape' | 'start' | 'spread'>;

/** A matrix [O, I] that starts with the spread √(gain / I). */
export function matrix(name: string, outputs: number, inputs: number, gain: number): Planned {
  return { name, shape: [outputs, inputs], start: 'normal', spread: Math.sqrt(gain / inputs) };
}

export function zeros(name: string, shape: number[]): Planned {
  return { name, shape, start: 'zeros', spread: 0 };
}

/** Gives parameters their places one after the other. Weight decay applies to matrices that start drawn. */
export function tableOf(planned: readonly Planned[], packs: Pack[] = []): ParameterTable {
  let offset = 0;
  const parameters = planned.map((plan): Parameter => {
    const size = plan.shape.reduce((product, side) => product * side, 1);
    const parameter = { ...plan, offset, size, decay: plan.start === 'normal' };
    offset += size;
    return parameter;
  });
  return { parameters, packs, total: offset };
}

/** @throws RangeError where the patch does not divide the size */
export function trunkParameters({ size, patch, width, channels, hidden, beside }: TrunkShape): Planned[] {
  if (size % patch !== 0) throw new RangeError(`patches of ${patch} do not divide pictures of side ${size}`);
  const places = (size / patch) ** 2;
  // Gain 2 before a relu (He et al., arXiv 1502.01852).
  return [
    matrix('patch.weight', width, 3 * patch * patch, 2),
    zeros('place.weight', [places, width]),
    matrix('channels.weight', channels, width, 1),
    matrix('mix.weight', hidden, places * channels + beside, 2),
    zeros('mix.bias', [hidden]),
  ];
}

/** The frame store that `pictureTiles` cuts patches from, [F, S·S·3/4] int32; the caller disposes it. */
export function frameStore(frames: Uint8Array<ArrayBuffer>, size: number): tf.Tensor2D {
  const words = (size * size * 3) / 4;
  return tf.tensor2d(packedBytes(frames), [frames.length / (4 * words), words], 'int32');
}

/**
 * @param store of `frameStore`
 * @param rows which of its pictures, U in number; all where null
 * @returns [U·(S/patch)², 3·patch²]
 */
export function pictureTiles(
  store: tf.Tensor2D,
  rows: Int32Array | null,
  { size, patch }: Pick<TrunkShape, 'size' | 'patch'>,
): tf.Tensor2D {
  const index = rows ?? Int32Array.from({ length: store.shape[0] }, (_, i) => i);
  return patches(store, tf.tensor1d(index, 'int32'), { side: size, patch });
}

/**
 * @param tiles of `pictureTiles`
 * @param beside [U, P], or null for none
 * @returns [U, H]
 */
export function pictureTrunk(
  shape: TrunkShape,
  weights: Weights,
  tiles: tf.Tensor2D,
  beside: tf.Tensor2D | null,
): tf.Tensor2D {
  const { size, patch, channels } = shape;
  const weight = (name: string) => weights(name) as tf.Tensor2D;
  const embedded = tf.relu(addPlaces(linear(tiles, weight('patch.weight'), null), weight('place.weight'))); // [U·N, D]
  const narrow = linear(embedded, weight('channels.weight'), null); // [U·N, C]
  const flat = tf.reshape(narrow, [-1, (size / patch) ** 2 * channels]) as tf.Tensor2D;
  const seen = beside === null ? flat : tf.concat2d([flat, beside], 1);
  return tf.relu(linear(seen, weight('mix.weight'), weights('mix.bias') as tf.Tensor1D));
}
