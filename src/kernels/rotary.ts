// Rotary positions in Llama's "rotate half" layout on a packed row of heads: feature i of a head pairs with feature
// i + Dh/2, and the pair turns by position · θ^(−2i/Dh). The leading heads turn (queries and keys), the rest of the row is
// copied (values). The gradient is the same turn backwards.
import * as tf from '@tensorflow/tfjs';
import rotarySource from '../../shaders/rotary.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';
import { rotaryOnHeap } from './onHeap/rotary';

export interface RotaryShape {
  /** How many leading heads turn. */
  turned: number;
  /** Features of a head, even. */
  headWidth: number;
  theta: number;
}

interface RotaryAttributes extends RotaryShape {
  /** 1 turns forwards, −1 back. */
  direction: 1 | -1;
}

interface RotaryInputs {
  qkv: tf.Tensor;
  positions: tf.Tensor;
}

/** The turn of each feature pair per position: θ^(−2i/Dh) for i < Dh/2. */
function frequencies(headWidth: number, theta: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: headWidth / 2 }, (_, i) => theta ** ((-2 * i) / headWidth));
}

type Rotary = (inputs: RotaryInputs, attributes: RotaryAttributes) => tf.Tensor;

const rotaryKernel: Rotary = defineKernel<RotaryInputs, RotaryAttributes, tf.Tensor>({
  name: 'Rotary',
  plain: ({ qkv, positions }, { turned, headWidth, theta, direction }) => {
    const [batch = 0, tokens = 0, width = 0] = qkv.shape;
    const places = batch * tokens;
    if (qkv.size === 0) return tf.zeros(qkv.shape);
    const half = headWidth / 2;
    const turns = tf.mul(
      tf.reshape(tf.cast(positions, 'float32'), [places, 1, 1]),
      tf.tensor(frequencies(headWidth, theta), [1, 1, half]),
    );
    const cos = tf.cos(turns);
    const sin = direction === 1 ? tf.sin(turns) : tf.neg(tf.sin(turns));
    const rows: tf.Tensor2D = tf.reshape(qkv, [places, width]);
    const heads = tf.reshape(tf.slice(rows, [0, 0], [places, turned * headWidth]), [places, turned, headWidth]);
    const [first, second] = tf.split(heads, 2, 2) as [tf.Tensor, tf.Tensor];
    const pairs = [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))];
    const rest = tf.slice(rows, [0, turned * headWidth], [places, width - turned * headWidth]);
    return tf.reshape(tf.concat([tf.reshape(tf.concat(pairs, 2), [places, turned * headWidth]), rest], 1), qkv.shape);
  },
  webgpu: ({ qkv, positions }, { turned, headWidth, theta, direction }, recorder) => {
    const [batch = 0, tokens = 0, width = 0] = qkv.shape;
    const places = batch * tokens;
    if (places * width === 0 || headWidth === 0) return null;
    const y = recorder.output(qkv.shape);
    recorder.dispatch({
      shader: { name: 'rotary', source: rotarySource },
      inputs: [qkv, positions, recorder.constant(`rotary ${headWidth} ${theta}`, () => frequencies(headWidth, theta))],
      outputs: [y],
      params: [
        { u32: places },
        { u32: width },
        { u32: turned * headWidth },
        { u32: headWidth / 2 },
        { f32: direction },
      ],
      groups: spread(Math.ceil((places * Math.ceil(width / 2)) / 64)),
      work: { flops: 3 * places * turned * headWidth, bytes: 4 * places * (2 * width + 1) },
    });
    return y;
  },
  wasm: rotaryOnHeap,
  example: {
    inputs: { qkv: { shape: [2, 5, 43] }, positions: { shape: [2, 5], low: 0, high: 100, integer: true } },
    attributes: { turned: 3, headWidth: 10, theta: 10000, direction: 1 },
  },
  inputsToSave: ['positions'],
  gradient: (dy, [positions], attributes) => ({
    qkv: () =>
      rotaryKernel(
        { qkv: dy, positions: positions as tf.Tensor },
        { ...attributes, direction: attributes.direction === 1 ? -1 : 1 },
      ),
  }),
});

/**
 * Turns the features of the leading `turned` heads by their position (Hugging Face's apply_rotary_pos_emb).
 * @param qkv [B, T, W], W ≥ turned·headWidth; features after the turned heads are copied
 * @param positions [B, T] int32
 * @returns the shape of qkv
 * @throws RangeError where the heads do not fit the width, or are odd
 */
export function rotary(qkv: tf.Tensor3D, positions: tf.Tensor2D, shape: RotaryShape): tf.Tensor3D {
  const { turned, headWidth, theta } = shape;
  if (headWidth % 2 !== 0 || turned * headWidth > qkv.shape[2]) {
    throw new RangeError(`rotary: ${turned} heads of ${headWidth} features (even) do not fit ${qkv.shape[2]} features`);
  }
  return rotaryKernel({ qkv, positions }, { turned, headWidth, theta, direction: 1 }) as tf.Tensor3D;
}
