// Takes the padding off a batch, for backends that need no fixed shape. Of a CoT batch a third of the tokens and
// three quarters of the supervised places are padding: the longest description that may come fixes their number.
import type { Batch } from './batch';

/** The same samples with no more tokens than the longest has, and with the used places alone. */
export function compact(batch: Batch): Batch {
  const samples = batch.lengths.length;
  const wide = batch.tokens.length / samples;
  const narrow = Math.max(...batch.lengths);
  const tokens = new Int32Array(samples * narrow);
  for (let b = 0; b < samples; b++) tokens.set(batch.tokens.subarray(b * wide, b * wide + narrow), b * narrow);
  const used = Array.from(batch.positions.keys()).filter((m) => batch.weights[m] !== 0 || batch.judgement[m] === 1);
  // A loss needs a place, even where none counts.
  if (used.length === 0) used.push(0);
  const ints = (from: Int32Array) => Int32Array.from(used, (m) => from[m] ?? 0);
  const floats = (from: Float32Array) => Float32Array.from(used, (m) => from[m] ?? 0);
  const moved = (flat: number) => Math.floor(flat / wide) * narrow + (flat % wide);
  return {
    ...batch,
    tokens,
    positions: ints(batch.positions).map(moved),
    labels: ints(batch.labels),
    weights: floats(batch.weights),
    judgement: floats(batch.judgement),
  };
}
