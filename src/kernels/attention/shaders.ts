// Attention over a packed tensor by shaders. Two families: the row kernels keep four tokens of 16 or 32 features in the
// registers of one thread and need no barriers, which serves a software adapter 10 to 20 times better; the tile kernels share
// keys and values through workgroup memory, for hardware and for every other width up to 64.
import type * as tf from '@tensorflow/tfjs';
import rowsSource from '../../../shaders/attentionRows.wgsl?raw';
import rowsGradKeyValueSource from '../../../shaders/attentionRowsGradKeyValue.wgsl?raw';
import rowsGradQuerySource from '../../../shaders/attentionRowsGradQuery.wgsl?raw';
import tilesSource from '../../../shaders/attentionTiles.wgsl?raw';
import tilesGradKeyValueSource from '../../../shaders/attentionTilesGradKeyValue.wgsl?raw';
import tilesGradQuerySource from '../../../shaders/attentionTilesGradQuery.wgsl?raw';
import type { Parameter, Recorder, Shader } from '../../gpu/recorder';
import type { PackedGradInputs, PackedInputs, PackedShape, PackedSizes } from './packed';
import { packedSizes } from './packed';

// The widest head that the tiles are made for: 16 KiB of workgroup memory, 16 features a thread.
const WIDEST_HEAD = 64;

/** Threads of a workgroup of the row kernels; each has four tokens. More would only wait for the longest causal row. */
const ROW_THREADS = 4;

/** Threads of a workgroup of the tile kernels; as many as share a token have 16 of its features each. */
const TILE_THREADS = 64;

/** One family of kernels, with how many tokens a workgroup takes. */
interface Family {
  forward: Shader;
  gradQuery: Shader;
  gradKeyValue: Shader;
  tokensAGroup: number;
}

function familyFor({ headWidth, tokens, batch }: PackedSizes, software: boolean): Family | null {
  if (headWidth === 0 || tokens === 0 || batch === 0 || headWidth > WIDEST_HEAD) return null;
  if (software && (headWidth === 16 || headWidth === 32)) {
    const overrides = { BLOCKS: headWidth / 16, THREADS: ROW_THREADS };
    return {
      forward: { name: 'attentionRows', source: rowsSource, overrides },
      gradQuery: { name: 'attentionRowsGradQuery', source: rowsGradQuerySource, overrides },
      gradKeyValue: { name: 'attentionRowsGradKeyValue', source: rowsGradKeyValueSource, overrides },
      tokensAGroup: ROW_THREADS * 4,
    };
  }
  const split = headWidth <= 16 ? 1 : headWidth <= 32 ? 2 : 4;
  const overrides = { SPLIT: split };
  return {
    forward: { name: 'attentionTiles', source: tilesSource, overrides },
    gradQuery: { name: 'attentionTilesGradQuery', source: tilesGradQuerySource, overrides },
    gradKeyValue: { name: 'attentionTilesGradKeyValue', source: tilesGradKeyValueSource, overrides },
    tokensAGroup: TILE_THREADS / split,
  };
}

function paramsOf({ tokens, heads, kvHeads, headWidth }: PackedSizes, causal: boolean): Parameter[] {
  return [
    { u32: tokens },
    { u32: heads },
    { u32: kvHeads },
    { f32: 1 / Math.sqrt(headWidth) },
    { u32: Number(causal) },
    { u32: headWidth },
  ];
}

/** Multiplications and additions of one product over all pairs of a query and a key that it may see. */
function productFlops({ batch, tokens, heads, headWidth }: PackedSizes, causal: boolean): number {
  const pairs = causal ? (tokens * (tokens + 1)) / 2 : tokens * tokens;
  return 2 * batch * heads * pairs * headWidth;
}

/** @returns out and logSumExp as in the twin, or null where no shader takes the sizes */
export function attentionShaders(
  { qkv }: PackedInputs,
  shape: PackedShape,
  recorder: Recorder,
): tf.TensorInfo[] | null {
  const sizes = packedSizes(qkv, shape);
  const family = familyFor(sizes, recorder.traits.software);
  if (family === null) return null;
  const { batch, tokens, heads, headWidth, width } = sizes;
  const [out, logSumExp] = [
    recorder.output([batch, tokens, heads * headWidth]),
    recorder.output([batch, heads, tokens]),
  ];
  recorder.dispatch({
    shader: family.forward,
    inputs: [qkv],
    outputs: [out, logSumExp],
    params: paramsOf(sizes, shape.causal),
    groups: [Math.ceil(tokens / family.tokensAGroup), heads, batch],
    work: {
      flops: 2 * productFlops(sizes, shape.causal),
      bytes: 4 * batch * tokens * (width + heads * (headWidth + 1)),
    },
  });
  return [out, logSumExp];
}

/** @returns dqkv, or null where no shader takes the sizes */
export function attentionGradShaders(
  { qkv, out, logSumExp, dOut }: PackedGradInputs,
  shape: PackedShape,
  recorder: Recorder,
): tf.TensorInfo | null {
  const sizes = packedSizes(qkv, shape);
  const family = familyFor(sizes, recorder.traits.software);
  if (family === null) return null;
  const { batch, tokens, heads, kvHeads, headWidth, width } = sizes;
  const product = productFlops(sizes, shape.causal);
  const params = paramsOf(sizes, shape.causal);
  const blocks = Math.ceil(tokens / family.tokensAGroup);
  const places = batch * tokens;
  const dqkv = recorder.output(qkv.shape);
  const statistics = recorder.output([batch * heads * tokens, 2]);
  recorder.dispatch({
    shader: family.gradQuery,
    inputs: [qkv, out, dOut, logSumExp],
    outputs: [dqkv, statistics],
    params,
    groups: [blocks, heads, batch],
    work: { flops: 3 * product, bytes: 4 * places * (width + heads * (3 * headWidth + 3)) },
  });
  recorder.dispatch({
    shader: family.gradKeyValue,
    inputs: [qkv, dOut, statistics],
    outputs: [dqkv],
    params,
    groups: [blocks, kvHeads, batch],
    work: { flops: 4 * product, bytes: 4 * places * (width + heads * (headWidth + 2) + 2 * kvHeads * headWidth) },
  });
  recorder.release(statistics);
  return dqkv;
}
