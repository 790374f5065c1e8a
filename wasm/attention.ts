// Attention over rows that hold queries, keys and values: the scores of five queries at a time, so that nothing of size
// tokens × tokens is written in the forward pass. The backward pass makes the probabilities again from the log-sum-exp
// and keeps one head's probabilities and their slopes, in a thread's own room.
import { exp4, log, madd, max4, sum4 } from './maths';
import { argument, setArgument, share } from './pool';
import { edgeTile, packPanel, packStrip, STRIP, STRIP_BYTES, tile } from './product';
import { ATTENTION, ATTENTION_GRAD } from './jobNames';

const LOW: f32 = -1e30;

/** Bytes of a thread's room that one call of `attend` uses. */
export function attentionRoom(tokens: i32, headWidth: i32): i32 {
  const panels = (tokens + 8) * (headWidth + 8);
  return (2 * panels + 2 * STRIP * (tokens + 8) + STRIP * headWidth + 64) * 4;
}

export function attentionGradRoom(tokens: i32, headWidth: i32): i32 {
  const panels = (tokens + 8) * (headWidth + 8);
  return (5 * panels + 2 * (tokens + 8) * (tokens + 8) + STRIP * (tokens + headWidth + 16) + 64) * 4;
}

/**
 * @param qkv [B, T, (H + 2K)·Dh]
 * @param out [B, T, H·Dh], @param logSumExp [B, H, T]
 */
export function attend(
  qkv: usize,
  out: usize,
  logSumExp: usize,
  batch: i32,
  tokens: i32,
  heads: i32,
  kvHeads: i32,
  headWidth: i32,
  causal: i32,
): void {
  setArgument(0, <i32>qkv);
  setArgument(1, <i32>out);
  setArgument(2, <i32>logSumExp);
  setArgument(3, tokens);
  setArgument(4, heads);
  setArgument(5, kvHeads);
  setArgument(6, headWidth);
  setArgument(7, causal);
  share(ATTENTION, batch * kvHeads, 1);
}

/** As `attend`, with dOut like out; writes dqkv like qkv. */
export function attendGrad(
  qkv: usize,
  out: usize,
  logSumExp: usize,
  dOut: usize,
  dqkv: usize,
  batch: i32,
  tokens: i32,
  heads: i32,
  kvHeads: i32,
  headWidth: i32,
  causal: i32,
): void {
  setArgument(8, <i32>dOut);
  setArgument(9, <i32>dqkv);
  setArgument(0, <i32>qkv);
  setArgument(1, <i32>out);
  setArgument(2, <i32>logSumExp);
  setArgument(3, tokens);
  setArgument(4, heads);
  setArgument(5, kvHeads);
  setArgument(6, headWidth);
  setArgument(7, causal);
  share(ATTENTION_GRAD, batch * kvHeads, 1);
}

/** All panels of the transposed rows: B(d, token). */
function packColumns(rows: usize, step: usize, tokens: i32, headWidth: i32, out: usize): void {
  for (let token = 0; token < tokens; token += 8) {
    packPanel(rows + <usize>token * step, 4, step, headWidth, tokens - token, out + <usize>(token * headWidth) * 4);
  }
}

/** All panels of the rows as they are: B(token, d). */
function packRows(rows: usize, step: usize, tokens: i32, headWidth: i32, out: usize): void {
  for (let d = 0; d < headWidth; d += 8) {
    packPanel(rows + ((<usize>d) << 2), step, 4, tokens, headWidth - d, out + <usize>(d * tokens) * 4);
  }
}

/** Five rows of C = A·B, from a packed strip of A and all panels of B; columns beyond `columns` are left alone. */
function tiles(
  strip: usize,
  panels: usize,
  panelLength: i32,
  skip: i32,
  length: i32,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  adds: bool,
  spare: usize,
): void {
  for (let column = 0; column < columns; column += 8) {
    const panel = panels + <usize>(column * panelLength + skip * 8) * 4;
    const at = c + ((<usize>column) << 2);
    if (rows >= STRIP && columns - column >= 8) tile(strip, panel, length, at, cRow, 0, adds);
    else edgeTile(strip, panel, length, at, cRow, 0, adds, rows, columns - column, spare);
  }
}

export function attendItems(from: i32, to: i32, room: usize): void {
  const tokens = argument(3);
  const heads = argument(4);
  const kvHeads = argument(5);
  const headWidth = argument(6);
  const causal = argument(7) !== 0;
  const step = (<usize>((heads + 2 * kvHeads) * headWidth)) << 2;
  const outStep = (<usize>(heads * headWidth)) << 2;
  const padded = (tokens + 7) & ~7;
  const scoreStep = (<usize>padded) << 2;
  const scale: f32 = 1 / Mathf.sqrt(<f32>headWidth);
  const panelBytes = (<usize>((tokens + 8) * (headWidth + 8))) << 2;
  const keyPanels = room;
  const valuePanels = keyPanels + panelBytes;
  const scores = valuePanels + panelBytes;
  const strip = scores + scoreStep * STRIP;
  const weights = strip + <usize>headWidth * STRIP_BYTES;
  const spare = weights + <usize>padded * STRIP_BYTES;
  const together = heads / kvHeads;
  for (let item = from; item < to; item++) {
    const sample = item / kvHeads;
    const kvHead = item % kvHeads;
    const rows = <usize>argument(0) + <usize>(sample * tokens) * step;
    packColumns(rows + ((<usize>((heads + kvHead) * headWidth)) << 2), step, tokens, headWidth, keyPanels);
    packRows(rows + ((<usize>((heads + kvHeads + kvHead) * headWidth)) << 2), step, tokens, headWidth, valuePanels);
    for (let head = kvHead * together; head < (kvHead + 1) * together; head++) {
      const queries = rows + ((<usize>(head * headWidth)) << 2);
      const out = <usize>argument(1) + <usize>(sample * tokens) * outStep + ((<usize>(head * headWidth)) << 2);
      const statistics = <usize>argument(2) + ((<usize>((sample * heads + head) * tokens)) << 2);
      for (let t = 0; t < tokens; t += STRIP) {
        const visible = causal ? min(t + STRIP, tokens) : tokens;
        packStrip(queries + <usize>t * step, step, 4, tokens - t, headWidth, strip);
        for (let key = 0; key < visible; key += 8) {
          const panel = keyPanels + ((<usize>(key * headWidth)) << 2);
          tile(strip, panel, headWidth, scores + ((<usize>key) << 2), scoreStep, 0, false);
        }
        for (let i = 0; i < min(STRIP, tokens - t); i++) {
          const seen = causal ? t + i + 1 : tokens;
          const value = softmax(scores + <usize>i * scoreStep, seen, (visible + 7) & ~7, scale);
          store<f32>(statistics + ((<usize>(t + i)) << 2), value);
        }
        packStrip(scores, scoreStep, 4, STRIP, visible, weights);
        tiles(
          weights,
          valuePanels,
          tokens,
          0,
          visible,
          out + <usize>t * outStep,
          outStep,
          tokens - t,
          headWidth,
          false,
          spare,
        );
      }
    }
  }
}

/** In place over the first `seen` scores, zeros up to `padded`; returns the log-sum-exp of the scaled scores. */
function softmax(row: usize, seen: i32, padded: i32, scale: f32): f32 {
  const whole = (seen + 3) & ~3;
  const end = row + ((<usize>whole) << 2);
  for (let s = seen; s < whole; s++) store<f32>(row + ((<usize>s) << 2), LOW);
  let highest4 = v128.load(row);
  for (let at = row + 16; at < end; at += 16) highest4 = f32x4.pmax(highest4, v128.load(at));
  const highest = max4(highest4) * scale;
  const scale4 = f32x4.splat(scale);
  const shift4 = f32x4.splat(-highest);
  let total4 = f32x4.splat(0);
  for (let at = row; at < end; at += 16) {
    const weight = exp4(madd(v128.load(at), scale4, shift4));
    total4 = f32x4.add(total4, weight);
    v128.store(at, weight);
  }
  // What was hidden added some 1e-38 each, which one plus the like does not feel.
  const total = sum4(total4);
  const share4 = f32x4.splat(1 / total);
  for (let at = row; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), share4));
  clear(row, seen, whole, padded);
  return highest + <f32>log(<f64>total);
}

/** Zeros from `seen` to `padded`, of which `whole` is the first multiple of four. */
/* inline */ function clear(row: usize, seen: i32, whole: i32, padded: i32): void {
  for (let s = seen; s < whole; s++) store<f32>(row + ((<usize>s) << 2), 0);
  for (let s = whole; s < padded; s += 4) v128.store(row + ((<usize>s) << 2), f32x4.splat(0));
}

export function attendGradItems(from: i32, to: i32, room: usize): void {
  const tokens = argument(3);
  const heads = argument(4);
  const kvHeads = argument(5);
  const headWidth = argument(6);
  const causal = argument(7) !== 0;
  const step = (<usize>((heads + 2 * kvHeads) * headWidth)) << 2;
  const outStep = (<usize>(heads * headWidth)) << 2;
  const padded = (tokens + 7) & ~7;
  const scoreStep = (<usize>padded) << 2;
  const scale: f32 = 1 / Mathf.sqrt(<f32>headWidth);
  const panelBytes = (<usize>((tokens + 8) * (headWidth + 8))) << 2;
  const keyColumns = room;
  const valueColumns = keyColumns + panelBytes;
  const keyRows = valueColumns + panelBytes;
  const queryRows = keyRows + panelBytes;
  const slopeRows = queryRows + panelBytes;
  const weights = slopeRows + panelBytes;
  const slopes = weights + <usize>(tokens + 8) * scoreStep;
  const strip = slopes + <usize>(tokens + 8) * scoreStep;
  const spare = strip + <usize>(max(tokens, headWidth) + 8) * STRIP_BYTES;
  const together = heads / kvHeads;
  for (let item = from; item < to; item++) {
    const sample = item / kvHeads;
    const kvHead = item % kvHeads;
    const keyAt = (<usize>((heads + kvHead) * headWidth)) << 2;
    const valueAt = (<usize>((heads + kvHeads + kvHead) * headWidth)) << 2;
    const rows = <usize>argument(0) + <usize>(sample * tokens) * step;
    const dRows = <usize>argument(9) + <usize>(sample * tokens) * step;
    packColumns(rows + keyAt, step, tokens, headWidth, keyColumns);
    packColumns(rows + valueAt, step, tokens, headWidth, valueColumns);
    packRows(rows + keyAt, step, tokens, headWidth, keyRows);
    for (let head = kvHead * together; head < (kvHead + 1) * together; head++) {
      const headAt = (<usize>(head * headWidth)) << 2;
      const out = <usize>argument(1) + <usize>(sample * tokens) * outStep + headAt;
      const dOut = <usize>argument(8) + <usize>(sample * tokens) * outStep + headAt;
      const statistics = <usize>argument(2) + ((<usize>((sample * heads + head) * tokens)) << 2);
      packRows(rows + headAt, step, tokens, headWidth, queryRows);
      packRows(dOut, outStep, tokens, headWidth, slopeRows);
      for (let t = 0; t < tokens; t += STRIP) {
        const visible = causal ? min(t + STRIP, tokens) : tokens;
        const left = tokens - t;
        const weightRow = weights + <usize>t * scoreStep;
        const slopeRow = slopes + <usize>t * scoreStep;
        packStrip(rows + headAt + <usize>t * step, step, 4, left, headWidth, strip);
        for (let key = 0; key < visible; key += 8) {
          const at = (<usize>key) << 2;
          tile(strip, keyColumns + at * headWidth, headWidth, weightRow + at, scoreStep, 0, false);
        }
        packStrip(dOut + <usize>t * outStep, outStep, 4, left, headWidth, strip);
        for (let key = 0; key < visible; key += 8) {
          const at = (<usize>key) << 2;
          tile(strip, valueColumns + at * headWidth, headWidth, slopeRow + at, scoreStep, 0, false);
        }
        for (let i = 0; i < STRIP; i++) {
          const row = <usize>i * scoreStep;
          const seen = i >= left ? 0 : causal ? t + i + 1 : tokens;
          let along: f32 = 0;
          if (i < left) along = dot(out + <usize>(t + i) * outStep, dOut + <usize>(t + i) * outStep, headWidth);
          const logSum = i < left ? load<f32>(statistics + ((<usize>(t + i)) << 2)) : 0;
          softmaxGrad(weightRow + row, slopeRow + row, seen, (visible + 7) & ~7, scale, logSum, along);
        }
        packStrip(slopeRow, scoreStep, 4, STRIP, visible, strip);
        tiles(
          strip,
          keyRows,
          tokens,
          0,
          visible,
          dRows + headAt + <usize>t * step,
          step,
          left,
          headWidth,
          false,
          spare,
        );
      }
      // Keys and values collect from all queries of all heads that read them, in order.
      const adds = head > kvHead * together;
      for (let key = 0; key < tokens; key += STRIP) {
        const skip = causal ? key : 0;
        const at = <usize>skip * scoreStep + ((<usize>key) << 2);
        const target = dRows + <usize>key * step;
        const left = tokens - key;
        packStrip(weights + at, 4, scoreStep, left, tokens - skip, strip);
        tiles(strip, slopeRows, tokens, skip, tokens - skip, target + valueAt, step, left, headWidth, adds, spare);
        packStrip(slopes + at, 4, scoreStep, left, tokens - skip, strip);
        tiles(strip, queryRows, tokens, skip, tokens - skip, target + keyAt, step, left, headWidth, adds, spare);
      }
    }
  }
}

/** Scores become probabilities and, beside them, gradients of probabilities those of unscaled scores. */
function softmaxGrad(row: usize, slope: usize, seen: i32, padded: i32, scale: f32, logSum: f32, along: f32): void {
  const whole = (seen + 3) & ~3;
  const scale4 = f32x4.splat(scale);
  const logSum4 = f32x4.splat(-logSum);
  const along4 = f32x4.splat(along);
  for (let at: usize = 0; at < (<usize>whole) << 2; at += 16) {
    const weight = exp4(madd(v128.load(row + at), scale4, logSum4));
    v128.store(row + at, weight);
    const difference = f32x4.mul(f32x4.sub(v128.load(slope + at), along4), scale4);
    v128.store(slope + at, f32x4.mul(weight, difference));
  }
  clear(row, seen, whole, padded);
  clear(slope, seen, whole, padded);
}

export function dot(a: usize, b: usize, count: i32): f32 {
  let total4 = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    total4 = f32x4.add(total4, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  let total = sum4(total4);
  for (; i < count; i++) total += load<f32>(a + ((<usize>i) << 2)) * load<f32>(b + ((<usize>i) << 2));
  return total;
}
