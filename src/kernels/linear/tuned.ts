// The products that stand for the size classes of a model's training step, for the measuring run at the start.
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../base/random';
import type { Recorder } from '../../gpu/recorder';
import type { Tunable } from '../../gpu/tuning';
import { multiply } from './multiply';
import type { Sides } from './shapes';
import { candidatesFor, PRODUCT, sizeClass } from './shapes';

const F16_ROUNDING = 2e-3;
const F32_ROUNDING = 2e-5;

/** The three products of a linear layer from `inputs` to `outputs` over `rows` rows. */
export function productsOf(rows: number, inputs: number, outputs: number): Sides[] {
  return [
    { m: rows, n: outputs, k: inputs, aTransposed: false, bTransposed: true },
    { m: rows, n: inputs, k: outputs, aTransposed: false, bTransposed: false },
    { m: outputs, n: inputs, k: rows, aTransposed: true, bTransposed: false },
  ];
}

/** One tunable for each size class among the given products, at the first sizes of the class. */
export function productTunables(products: readonly Sides[], recorder: Recorder): Tunable[] {
  const classes = new Map<string, Sides>();
  for (const sides of products) if (!classes.has(sizeClass(sides))) classes.set(sizeClass(sides), sides);
  return [...classes].map(([name, sides]) => {
    const candidates = candidatesFor(sides);
    return {
      operation: PRODUCT,
      sizeClass: name,
      candidates,
      tolerance: (variant) =>
        candidates.find((candidate) => candidate.name === variant)?.needs?.includes('f16')
          ? F16_ROUNDING
          : F32_ROUNDING,
      prepare: () => prepare(sides, recorder),
    };
  });
}

function prepare({ m, n, k, aTransposed, bTransposed }: Sides, recorder: Recorder): ReturnType<Tunable['prepare']> {
  const random = new Random(5, 0);
  const matrix = (rows: number, columns: number, turned: boolean) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, () => random.between(-1, 1)),
      turned ? [columns, rows] : [rows, columns],
    );
  const [a, b] = [matrix(m, k, aTransposed), matrix(k, n, bTransposed)];
  return {
    run: () => tf.engine().makeTensorFromTensorInfo(multiply({ a, b, m, n, k, aTransposed, bTransposed }, recorder)),
    dispose: () => tf.dispose([a, b]),
  };
}

/** Changes whenever shaders or candidates do, and so ends what was found for them. */
export const TUNING_VERSION = '1';

/** A transformer's rows and width, of the products that its training spends its time on. */
export interface Stack {
  rows: number;
  width: number;
}

/** The products of a training step of the given models. */
export function trainingTunables(models: readonly { vision: Stack; text: Stack }[], recorder: Recorder): Tunable[] {
  const products = models.flatMap(({ vision, text }) =>
    [vision, text].flatMap(({ rows, width }) => [
      ...productsOf(rows, width, width),
      ...productsOf(rows, width, 2 * width),
      ...productsOf(rows, width, 3 * width),
      ...productsOf(rows, width, 4 * width),
      ...productsOf(rows, 4 * width, width),
    ]),
  );
  return productTunables(products, recorder);
}
