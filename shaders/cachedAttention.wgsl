// Attention of one new query a sample over a cache of keys and values, for any width of heads: one workgroup has one query
// head. Its threads share the rows of the cache, each with a running maximum and sum of its own (online softmax); then the
// features are mixed, a thread a feature, with the weights in workgroup memory, ROWS of them at a time.
//   out[b, h] = Σ_s softmax_s(q·k/√Dh)·v over the rows that the mask shows; zeros where it shows none
// qkv [B, 1, (H + 2·Hkv)·Dh], cache [B, S, 2·Hkv·Dh], keyMask [B, S].
override THREADS: u32 = 64u;
override ROWS: u32 = 256u;

const HIDDEN: f32 = -1.0e30;

struct Params {
  rows: u32,
  heads: u32,
  kvHeads: u32,
  headWidth: u32,
  scale: f32,
}

@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read> cache: array<f32>;
@group(0) @binding(2) var<storage, read> keyMask: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

var<workgroup> weights: array<f32, ROWS>;
var<workgroup> partial: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let width = params.headWidth;
  let head = group.x;
  let batch = group.y;
  let kvHead = head * params.kvHeads / params.heads;
  let columns = 2u * params.kvHeads * width;
  let queryAt = (batch * (params.heads + 2u * params.kvHeads) + head) * width;
  let keyAt = batch * params.rows * columns + kvHead * width;
  let valueAt = keyAt + params.kvHeads * width;
  let outAt = (batch * params.heads + head) * width;

  var highest = HIDDEN;
  var total = 0.0;
  for (var base = 0u; base < max(params.rows, 1u); base += ROWS) {
    let count = min(ROWS, params.rows - base);
    var own = highest;
    for (var i = thread; i < count; i += THREADS) {
      let row = base + i;
      var score = HIDDEN;
      if (keyMask[batch * params.rows + row] != 0) {
        score = 0.0;
        for (var d = 0u; d < width; d++) {
          score += qkv[queryAt + d] * cache[keyAt + row * columns + d];
        }
        score *= params.scale;
      }
      weights[i] = score;
      own = max(own, score);
    }
    partial[thread] = own;
    workgroupBarrier();
    var next = HIDDEN;
    for (var i = 0u; i < THREADS; i++) {
      next = max(next, partial[i]);
    }
    workgroupBarrier();
    var sum = 0.0;
    for (var i = thread; i < count; i += THREADS) {
      let weight = select(0.0, exp(weights[i] - next), weights[i] > HIDDEN);
      weights[i] = weight;
      sum += weight;
    }
    partial[thread] = sum;
    workgroupBarrier();
    let shrink = exp(highest - next);
    total *= shrink;
    for (var i = 0u; i < THREADS; i++) {
      total += partial[i];
    }
    highest = next;
    // What earlier rows gave stays in the output until the last rows are in.
    for (var d = thread; d < width; d += THREADS) {
      var mixed = 0.0;
      if (base > 0u) {
        mixed = out[outAt + d] * shrink;
      }
      for (var i = 0u; i < count; i++) {
        mixed += weights[i] * cache[valueAt + (base + i) * columns + d];
      }
      out[outAt + d] = mixed;
    }
    workgroupBarrier();
  }
  let share = select(0.0, 1.0 / max(total, 1.0e-30), total > 0.0);
  for (var d = thread; d < width; d += THREADS) {
    out[outAt + d] *= share;
  }
}
