// Defines one operation for every backend at once: a plain composition of tfjs ops (the slow twin and the fallback), WGSL
// for `webgpu`, loops in memory for `wasm` where that pays, and a gradient that again calls defined kernels. Model code calls the returned function and never asks
// which backend runs it.
import * as tf from '@tensorflow/tfjs';
import type { Heap } from './heap';
import { heapOf } from './heap';
import type { Recorder } from './recorder';
import { recorderOf } from './recorder';

type Outputs = tf.Tensor | tf.Tensor[];

/** Gradients by input name; a thunk is called only for an input that the loss is differentiated by. */
export type Gradients<I> = { [K in keyof I]?: () => tf.Tensor };

/** Shape and range of one input of an example, for the self-test. Values are drawn from [low, high), [−1, 1) unless said. */
export interface ExampleInput {
  shape: number[];
  low?: number;
  high?: number;
  /** Whole numbers, as int32. */
  integer?: boolean;
}

export interface Example<I, A> {
  inputs: { [K in keyof I]: ExampleInput };
  attributes: A;
  /** Makes inputs follow from others where the kernel relies on it; disposes what it replaces. */
  prepare?(inputs: I): I;
}

export interface KernelDefinition<I extends object, A extends object, O extends Outputs> {
  /** The name in tfjs's registry, in profiles and in error messages. */
  name: string;
  /** The meaning of the operation in stock tfjs ops; runs inside a tidy and off the tape. */
  plain(inputs: I, attributes: A): O;
  /** The same by shaders; null where they do not fit the given sizes, and then the plain form runs. */
  webgpu?(inputs: I, attributes: A, recorder: Recorder): tf.TensorInfo | tf.TensorInfo[] | null;
  /** The same in the wasm backend's memory, for what a chain of stock ops serves badly; null as above. */
  wasm?(inputs: I, attributes: A, heap: Heap): tf.TensorInfo | tf.TensorInfo[] | null;
  /** A small awkward case on which every backend must agree with the plain form. */
  example?: Example<I, A>;
  /** Tensors handed to `gradient`: the named inputs first, then the outputs marked true. */
  inputsToSave?: (keyof I & string)[];
  outputsToSave?: boolean[];
  gradient?(dy: O, saved: tf.Tensor[], attributes: A): Gradients<I>;
}

/** What is known of every defined kernel, for the self-test and the tests. */
export interface DefinedKernel {
  name: string;
  hasShader: boolean;
  example: Example<Record<string, tf.Tensor>, object> | null;
  run(inputs: Record<string, tf.Tensor>, attributes: object): Outputs;
  plain(inputs: Record<string, tf.Tensor>, attributes: object): Outputs;
}

const defined: DefinedKernel[] = [];

/** Every kernel of the modules imported so far, in order of definition. */
export function definedKernels(): readonly DefinedKernel[] {
  return defined;
}

/**
 * Registers an operation and its gradient, and returns it as a function of named inputs and attributes.
 * An input that is undefined is left out (tfjs cannot carry an absent input on its tape).
 */
export function defineKernel<I extends object, A extends object, O extends Outputs>(
  definition: KernelDefinition<I, A, O>,
): (inputs: I, attributes: A) => O {
  const { name } = definition;
  registerForward(definition);
  registerBackward(definition);
  const run = (inputs: I, attributes: A): O => {
    const present: tf.NamedTensorMap = {};
    for (const [key, value] of Object.entries(inputs) as [string, tf.Tensor | undefined][]) {
      if (value !== undefined) present[key] = value;
    }
    return tf.engine().runKernel(name, present, attributes as unknown as tf.NamedAttrMap) as unknown as O;
  };
  defined.push({
    name,
    hasShader: definition.webgpu !== undefined,
    example: (definition.example as DefinedKernel['example'] | undefined) ?? null,
    run: (inputs, attributes) => run(inputs as I, attributes as A),
    plain: (inputs, attributes) => tf.tidy(() => definition.plain(inputs as I, attributes as A)),
  });
  return run;
}

function registerForward<I extends object, A extends object, O extends Outputs>(
  definition: KernelDefinition<I, A, O>,
): void {
  const plain: tf.KernelFunc = ({ inputs, attrs }) =>
    tf.tidy(() => definition.plain(inputs as unknown as I, attrs as unknown as A));
  const onHeap: tf.KernelFunc = (call) =>
    definition.wasm?.(call.inputs as unknown as I, call.attrs as unknown as A, heapOf(call.backend as object)) ??
    plain(call);
  const shaders: tf.KernelFunc = (call) =>
    definition.webgpu?.(call.inputs as unknown as I, call.attrs as unknown as A, recorderOf(call.backend as object)) ??
    plain(call);
  tf.registerKernel({ kernelName: definition.name, backendName: 'cpu', kernelFunc: plain });
  tf.registerKernel({ kernelName: definition.name, backendName: 'wasm', kernelFunc: onHeap });
  tf.registerKernel({ kernelName: definition.name, backendName: 'webgpu', kernelFunc: shaders });
}

function registerBackward<I extends object, A extends object, O extends Outputs>(
  definition: KernelDefinition<I, A, O>,
): void {
  const { gradient } = definition;
  if (gradient === undefined) return;
  tf.registerGradient({
    kernelName: definition.name,
    inputsToSave: definition.inputsToSave ?? [],
    outputsToSave: definition.outputsToSave ?? [],
    gradFunc: (dy, saved, attrs) => gradient(dy as O, saved, attrs as unknown as A) as Record<string, () => tf.Tensor>,
  });
}
