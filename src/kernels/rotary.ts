// Rotary positions in Llama's "rotate half" layout: feature i of a head pairs with feature i + Dh/2, and the pair turns
// by position · θ^(−2i/Dh). The gradient is the same turn backwards.
import * as tf from '@tensorflow/tfjs';
import rotarySource from '../../shaders/rotary.wgsl?raw';
import { defineKernel } from '../gpu/kernel';
import { spread } from '../gpu/recorder';

interface RotaryAttributes {
  heads: number;
  theta: number;
  /** 1 turns forwards, −1 back. */
  direction: 1 | -1;
}

/** The turn of each feature pair per position: θ^(−2i/Dh) for i < Dh/2. */
function frequencies(headWidth: number, theta: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: headWidth / 2 }, (_, i) => theta ** ((-2 * i) / headWidth));
}

interface RotaryInputs {
  x: tf.Tensor;
  positions: tf.Tensor;
}

type Rotary = (inputs: RotaryInputs, attributes: RotaryAttributes) => tf.Tensor;

const rotaryKernel: Rotary = defineKernel<RotaryInputs, RotaryAttributes, tf.Tensor>({
  name: 'Rotary',
  plain: ({ x, positions }, { heads, theta, direction }) => {
    const [batch = 0, length = 0, width = 0] = x.shape;
    const half = width / heads / 2;
    const turns = tf.mul(
      tf.reshape(tf.cast(positions, 'float32'), [batch * length, 1, 1]),
      tf.tensor(frequencies(half * 2, theta), [1, 1, half]),
    );
    const cos = tf.cos(turns);
    const sin = direction === 1 ? tf.sin(turns) : tf.neg(tf.sin(turns));
    const pairs = tf.reshape(x, [batch * length, heads, width / heads]);
    const first = tf.slice(pairs, [0, 0, 0], [-1, -1, half]);
    const second = tf.slice(pairs, [0, 0, half], [-1, -1, half]);
    const turned = tf.concat(
      [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))],
      2,
    );
    return tf.reshape(turned, x.shape);
  },
  webgpu: ({ x, positions }, { heads, theta, direction }, recorder) => {
    const [batch = 0, length = 0, width = 0] = x.shape;
    const headWidth = width / heads;
    const pairs = (batch * length * width) / 2;
    const y = recorder.output(x.shape);
    recorder.dispatch({
      shader: { name: 'rotary', source: rotarySource },
      inputs: [x, positions, recorder.constant(`rotary ${headWidth} ${theta}`, () => frequencies(headWidth, theta))],
      outputs: [y],
      params: [{ u32: pairs }, { u32: heads }, { u32: headWidth / 2 }, { f32: direction }],
      groups: spread(Math.ceil(pairs / 256)),
    });
    return y;
  },
  wasm: ({ x, positions }, { heads, theta, direction }, heap) => {
    const width = x.shape[2] ?? 0;
    const half = width / heads / 2;
    const rates = frequencies(half * 2, theta);
    const y = heap.output(x.shape);
    const [from, places, to] = [heap.floats(x), heap.integers(positions), heap.floats(y)];
    const turns = new Map<number, Float32Array>();
    for (let n = 0; n < places.length; n++) {
      const position = places[n] as number;
      let cosSin = turns.get(position);
      if (cosSin === undefined) {
        cosSin = new Float32Array(half * 2);
        for (let i = 0; i < half; i++) {
          const angle = position * (rates[i] as number);
          cosSin[i] = Math.cos(angle);
          cosSin[half + i] = Math.sin(angle) * direction;
        }
        turns.set(position, cosSin);
      }
      for (let start = n * width; start < (n + 1) * width; start += half * 2) {
        for (let i = 0; i < half; i++) {
          const [first, second] = [from[start + i] as number, from[start + half + i] as number];
          const [cos, sin] = [cosSin[i] as number, cosSin[half + i] as number];
          to[start + i] = first * cos - second * sin;
          to[start + half + i] = second * cos + first * sin;
        }
      }
    }
    return y;
  },
  example: {
    inputs: { x: { shape: [2, 5, 30] }, positions: { shape: [2, 5], low: 0, high: 100, integer: true } },
    attributes: { heads: 3, theta: 10000, direction: 1 },
  },
  inputsToSave: ['positions'],
  gradient: (dy, [positions], attributes) => ({
    x: () =>
      rotaryKernel(
        { x: dy, positions: positions as tf.Tensor },
        { ...attributes, direction: attributes.direction === 1 ? -1 : 1 },
      ),
  }),
});

/**
 * Turns the features of every head by its position (Hugging Face's apply_rotary_pos_emb).
 * @param x [B, T, heads·Dh], Dh even
 * @param positions [B, T] int32
 * @returns the shape of x
 */
export function rotary(
  x: tf.Tensor3D,
  positions: tf.Tensor2D,
  { heads, theta }: { heads: number; theta: number },
): tf.Tensor3D {
  if (x.shape[2] % (heads * 2) !== 0) {
    throw new RangeError(`rotary: ${heads} heads of an even width do not fit ${x.shape[2]} features`);
  }
  return rotaryKernel({ x, positions }, { heads, theta, direction: 1 }) as tf.Tensor3D;
}
