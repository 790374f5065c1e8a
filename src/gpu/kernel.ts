// Defines one operation for every backend at once: a plain composition of tfjs ops (the slow twin and the fallback), where
// it pays a loop over host memory for `wasm` and `cpu` or WGSL for `webgpu`, and a gradient that again calls defined
// kernels. Model code calls the returned function and never asks which backend runs it.
import * as tf from '@tensorflow/tfjs';

type Outputs = tf.Tensor | tf.Tensor[];

/** Gradients by input name; a thunk is called only for an input that the loss is differentiated by. */
export type Gradients<I> = { [K in keyof I]?: () => tf.Tensor };

export interface KernelDefinition<I extends object, A extends object, O extends Outputs> {
  /** The name in tfjs's registry, in profiles and in error messages. */
  name: string;
  /** The meaning of the operation in stock tfjs ops; runs inside a tidy and off the tape. */
  plain(inputs: I, attributes: A): O;
  /** Tensors handed to `gradient`: the named inputs first, then the outputs marked true. */
  inputsToSave?: (keyof I & string)[];
  outputsToSave?: boolean[];
  gradient?(dy: O, saved: tf.Tensor[], attributes: A): Gradients<I>;
}

/**
 * Registers an operation and its gradient, and returns it as a function of named inputs and attributes.
 * An input that is undefined is left out (tfjs cannot carry an absent input on its tape).
 */
export function defineKernel<I extends object, A extends object, O extends Outputs>(
  definition: KernelDefinition<I, A, O>,
): (inputs: I, attributes: A) => O {
  const { name, gradient } = definition;
  const plain: tf.KernelFunc = ({ inputs, attrs }) =>
    tf.tidy(() => definition.plain(inputs as unknown as I, attrs as unknown as A));
  for (const backendName of ['wasm', 'cpu', 'webgpu']) {
    tf.registerKernel({ kernelName: name, backendName, kernelFunc: plain });
  }
  if (gradient !== undefined) {
    tf.registerGradient({
      kernelName: name,
      inputsToSave: definition.inputsToSave ?? [],
      outputsToSave: definition.outputsToSave ?? [],
      gradFunc: (dy, saved, attrs) =>
        gradient(dy as O, saved, attrs as unknown as A) as Record<string, () => tf.Tensor>,
    });
  }
  return (inputs, attributes) => {
    const present: tf.NamedTensorMap = {};
    for (const [key, value] of Object.entries(inputs) as [string, tf.Tensor | undefined][]) {
      if (value !== undefined) present[key] = value;
    }
    return tf.engine().runKernel(name, present, attributes as unknown as tf.NamedAttrMap) as unknown as O;
  };
}
