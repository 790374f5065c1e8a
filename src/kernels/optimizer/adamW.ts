// AdamW (Loshchilov and Hutter, arXiv 1711.05101) over one flat parameter vector, with clipping by the global norm and a
// dynamic loss scale. Everything that changes from step to step comes from tensors, so that the recorded commands of one
// step are those of all. A step whose gradient is not finite changes nothing but the loss scale, which it halves; after
// `growthInterval` finite steps the scale doubles (Micikevicius et al., arXiv 1710.03740). With scale 1 nothing differs.
import * as tf from '@tensorflow/tfjs';
import source from '../../../shaders/adamW.wgsl?raw';
import squareSumsSource from '../../../shaders/squareSums.wgsl?raw';
import squareSumsAloneSource from '../../../shaders/squareSumsAlone.wgsl?raw';
import decisionSource from '../../../shaders/stepDecision.wgsl?raw';
import { defineKernel } from '../../gpu/kernel';
import type { Recorder } from '../../gpu/recorder';
import { worksAlone } from '../alone';
import { CONTROL, CONTROL_SIZE } from './control';
import { groupsFor, inParts, sizeOf } from '../parts';
import { inRanges, type RangeAttributes } from './ranges';
import { adamWOnHeap } from '../onHeap/optimizer';

export interface OptimizerState {
  /** [P] each. */
  parameters: tf.Tensor1D;
  moment1: tf.Tensor1D;
  moment2: tf.Tensor1D;
  /** [4], see control.ts. */
  scaling: tf.Tensor1D;
}

interface Inputs {
  parameters: tf.Tensor;
  moment1: tf.Tensor;
  moment2: tf.Tensor;
  scaling: tf.Tensor;
  gradient: tf.Tensor;
  decay: tf.Tensor;
  control: tf.Tensor;
}

/** What the rest of the step needs to know of the gradient. */
interface Decision {
  /** Whether the gradient is finite. */
  finite: tf.Tensor;
  /** What a gradient counts after undoing the loss scale and clipping. */
  factor: tf.Tensor;
  norm: tf.Tensor;
  scaling: tf.Tensor;
}

function at(tensor: tf.Tensor, place: number): tf.Tensor {
  return tf.reshape(tf.slice(tensor as tf.Tensor1D, place, 1), []);
}

function decide({ gradient, scaling, control }: Inputs): Decision {
  const [scale, zero, good, skipped] = tf.unstack(scaling) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const norm = tf.div(tf.sqrt(tf.sum(tf.square(gradient))), scale);
  const finite = tf.lessEqual(norm, 3.4e38);
  const clip = at(control, CONTROL.clip);
  const share = tf.minimum(tf.div(clip, tf.add(norm, 1e-6)), 1);
  const factor = tf.div(tf.where(tf.greaterEqual(clip, 0), share, tf.onesLike(share)), scale);

  const interval = at(control, CONTROL.growthInterval);
  const dynamic = tf.greater(interval, 0);
  const counted = tf.where(finite, tf.add(good, 1), tf.zerosLike(good));
  const grows = tf.logicalAnd(dynamic, tf.greaterEqual(counted, interval));
  const grown = tf.maximum(tf.minimum(tf.mul(scale, 2), at(control, CONTROL.largestScale)), scale);
  const halved = tf.where(dynamic, tf.minimum(tf.maximum(tf.div(scale, 2), 1), scale), scale);
  const nextScale = tf.where(finite, tf.where(grows, grown, scale), halved);
  const nextGood = tf.where(grows, tf.zerosLike(counted), counted);
  const nextSkipped = tf.add(skipped, tf.sub(1, tf.cast(finite, 'float32')));
  return { finite, factor, norm, scaling: tf.stack([nextScale, zero, nextGood, nextSkipped]) };
}

/** Records partial sums of the squares, as many as the vector's length says. */
function squareSums(gradient: tf.TensorInfo, longestBinding: number | null, recorder: Recorder): tf.TensorInfo {
  const total = sizeOf(gradient);
  const alone = worksAlone('squareSums', total, recorder);
  // Of every stretch as many, side by side.
  const each = alone ? 256 : Math.max(1, Math.min(256, Math.ceil(total / 1024)));
  const sums: tf.TensorInfo[] = [];
  inRanges([gradient], longestBinding, recorder, ([g], count) => {
    const partial = recorder.output([each]);
    recorder.dispatch({
      shader: alone
        ? { name: 'squareSumsAlone', source: squareSumsAloneSource }
        : { name: 'squareSums', source: squareSumsSource },
      inputs: [g],
      outputs: [partial],
      params: [{ u32: alone ? count / 4 : count }],
      groups: [alone ? each / 16 : each],
      work: { flops: 2 * count, bytes: 4 * count },
    });
    sums.push(partial);
  });
  if (sums.length === 1) return sums[0] as tf.TensorInfo;
  const all = recorder.output([each * sums.length]);
  recorder.copy(sums.map((from, i) => ({ from, fromOffset: 0, to: all, toOffset: i * each, count: each })));
  for (const partial of sums) recorder.release(partial);
  return all;
}

const adamWKernel = defineKernel<Inputs, RangeAttributes, tf.Tensor[]>({
  name: 'AdamW',
  plain: (inputs) => {
    const { parameters, moment1, moment2, gradient, decay, control } = inputs;
    const { finite, factor, norm, scaling } = decide(inputs);
    const number = (place: number) => at(control, place);
    const g = tf.mul(gradient, factor);
    const [beta1, beta2] = [number(CONTROL.beta1), number(CONTROL.beta2)];
    const m = tf.add(tf.mul(moment1, beta1), tf.mul(g, tf.sub(1, beta1)));
    const v = tf.add(tf.mul(moment2, beta2), tf.mul(tf.square(g), tf.sub(1, beta2)));
    const denominator = tf.add(tf.mul(tf.sqrt(v), number(CONTROL.inverseRoot)), number(CONTROL.epsilon));
    const change = tf.mul(tf.div(m, denominator), number(CONTROL.stepSize));
    const kept = tf.sub(1, tf.mul(decay, number(CONTROL.decayRate)));
    const moved = tf.sub(tf.mul(parameters, kept), change);
    const applied = tf.broadcastTo(finite, parameters.shape);
    const either = (after: tf.Tensor, before: tf.Tensor) => tf.where(applied, after, before);
    return [either(moved, parameters), either(m, moment1), either(v, moment2), scaling, norm];
  },
  wasm: (inputs, _, heap) => adamWOnHeap(inputs, heap),
  webgpu: ({ parameters, moment1, moment2, scaling, gradient, decay, control }, { longestBinding }, recorder) => {
    const [decision, norm] = [recorder.output([2]), recorder.output([])];
    const partial = squareSums(gradient, longestBinding, recorder);
    recorder.dispatch({
      shader: {
        name: 'stepDecision',
        source: decisionSource,
        overrides: {
          THREADS: recorder.traits.software ? 1 : 256,
          CLIP: CONTROL.clip,
          GROWTH_INTERVAL: CONTROL.growthInterval,
          LARGEST_SCALE: CONTROL.largestScale,
        },
      },
      inputs: [partial, control],
      outputs: [scaling, decision, norm],
      params: [{ u32: sizeOf(partial) }],
      groups: [1],
      work: { flops: sizeOf(partial), bytes: 4 * sizeOf(partial) },
    });
    inRanges([gradient, decay, parameters, moment1, moment2], longestBinding, recorder, ([g, d, p, m, v], count) => {
      const { shader, each } = inParts('adamW', source, count);
      recorder.dispatch({
        shader,
        inputs: [g, d, decision, control],
        outputs: [p, m, v],
        params: [{ u32: count / each }],
        groups: groupsFor(count / each, 64),
        work: { flops: 16 * count, bytes: 32 * count },
      });
    });
    recorder.release(partial);
    recorder.release(decision);
    return [...[parameters, moment1, moment2, scaling].map((tensor) => recorder.again(tensor)), norm];
  },
  example: {
    inputs: {
      parameters: { shape: [2311] },
      moment1: { shape: [2311] },
      moment2: { shape: [2311], low: 0, high: 1 },
      scaling: { shape: [4], low: 1, high: 8 },
      gradient: { shape: [2311] },
      decay: { shape: [2311], low: 0, high: 1 },
      control: { shape: [CONTROL_SIZE], low: 0.1, high: 0.9 },
    },
    attributes: { longestBinding: null },
  },
});

/**
 * One update. The state that comes back replaces the one given, whose tensors the caller disposes. On `webgpu` both name
 * the same memory, which is written in place: what was read from the old state before stays right, later reads do not.
 * @param gradient [P], of the loss times the loss scale
 * @param decay [P], 1 where weight decay applies and 0 where not
 * @param control [16], see control.ts
 * @returns the next state and the gradient's global norm, loss scale undone, before clipping: a scalar to dispose, not
 *   finite where the step was left out
 */
export function adamW(
  state: OptimizerState,
  gradient: tf.Tensor1D,
  decay: tf.Tensor1D,
  control: tf.Tensor1D,
): OptimizerState & { gradientNorm: tf.Scalar } {
  const results = adamWKernel({ ...state, gradient, decay, control }, { longestBinding: null });
  const [parameters, moment1, moment2, scaling, gradientNorm] = results as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Scalar,
  ];
  return { parameters, moment1, moment2, scaling, gradientNorm };
}
