// Before anything is trained, every kernel in use (forward and backward, each is a kernel of its own) is run on the
// started backend and compared with its plain form on the JavaScript backend. A driver that computes wrongly is found
// here, in words, instead of in a model that does not learn.
import * as tf from '@tensorflow/tfjs';
import { Random } from '../base/random';
import type { DefinedKernel, ExampleInput } from './kernel';
import { definedKernels } from './kernel';
import { chosenBy, switchOff, type Chosen } from './variants';
import * as m from '../words/messages';

export interface KernelCheck {
  kernel: string;
  /** Largest difference over all outputs, relative to max(1, |reference|); Infinity where the kernel failed. */
  error: number;
  /** Whether the difference is within what f32 sums in another order explain. */
  agrees: boolean;
}

/** Twenty times the rounding seen on honest hardware, a hundredth of what a wrong formula gives. */
const TOLERANCE = 2e-3;

function makeInput({ shape, low = -1, high = 1, integer = false }: ExampleInput, key: number): tf.Tensor {
  const random = new Random(41, key);
  const size = shape.reduce((product, side) => product * side, 1);
  const values = Array.from({ length: size }, () => random.between(low, high));
  return integer ? tf.tensor(values.map(Math.floor), shape, 'int32') : tf.tensor(values, shape);
}

interface Ran {
  outputs: Float32Array[];
  /** The variants that took part. */
  chosen: readonly Chosen[];
}

async function runExample({ example, run }: DefinedKernel): Promise<Ran> {
  if (example === null) return { outputs: [], chosen: [] };
  let inputs: Record<string, tf.Tensor> = {};
  Object.entries(example.inputs).forEach(([name, input], i) => (inputs[name] = makeInput(input, i)));
  if (example.prepare !== undefined) inputs = example.prepare(inputs);
  const { result, chosen } = chosenBy(() => run(inputs, example.attributes));
  const outputs = Array.isArray(result) ? result : [result];
  const numbers = await Promise.all(outputs.map((output) => output.data<'float32'>()));
  tf.dispose([inputs, outputs]);
  return { outputs: numbers.map((values) => Float32Array.from(values)), chosen };
}

function largestDifference(got: Float32Array[], wanted: Float32Array[]): number {
  let largest = got.length === wanted.length ? 0 : Infinity;
  wanted.forEach((reference, o) => {
    const values = got[o];
    reference.forEach((number, i) => {
      const difference = Math.abs((values?.[i] ?? NaN) - number) / Math.max(1, Math.abs(number));
      largest = difference <= largest ? largest : Number.isNaN(difference) ? Infinity : difference;
    });
  });
  return largest;
}

/** Checks every defined kernel on the current backend; leaves that backend current and no tensors behind. */
export async function selfTest(): Promise<KernelCheck[]> {
  const current = tf.getBackend();
  const kernels = definedKernels().filter((kernel) => kernel.example !== null);
  const references: Float32Array[][] = [];
  await tf.setBackend('cpu');
  for (const kernel of kernels) references.push((await runExample(kernel)).outputs);
  await tf.setBackend(current);
  const checks: KernelCheck[] = [];
  for (const [i, kernel] of kernels.entries()) {
    checks.push(await check(kernel, references[i] as Float32Array[]));
  }
  return checks;
}

/** Compares a kernel with its reference; a variant that computes wrongly is switched off and another one tried. */
async function check(kernel: DefinedKernel, reference: Float32Array[]): Promise<KernelCheck> {
  for (;;) {
    let error = Infinity;
    let chosen: readonly Chosen[] = [];
    try {
      const ran = await runExample(kernel);
      error = largestDifference(ran.outputs, reference);
      chosen = ran.chosen;
    } catch {
      error = Infinity;
    }
    const wrong = error > TOLERANCE ? chosen.find(({ last }) => !last) : undefined;
    if (wrong === undefined) return { kernel: kernel.name, error, agrees: error <= TOLERANCE };
    switchOff(
      wrong.operation,
      wrong.variant,
      m.engine_variant_wrong({ variant: wrong.variant, operation: wrong.operation }),
    );
  }
}

/** The self-test's result as one sentence. */
export function describeChecks(checks: readonly KernelCheck[]): string {
  const wrong = checks.filter((check) => !check.agrees).map((check) => check.kernel);
  if (wrong.length === 0) return m.engine_kernels_agree({ all: checks.length });
  return m.engine_kernels_wrong({ wrong: wrong.length, all: checks.length, names: wrong.join(', ') });
}
