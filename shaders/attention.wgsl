// Attention forward: one workgroup has 16 queries of one head and walks over the keys 16 at a time with a running
// maximum and sum, so that no score ever leaves the workgroup (online softmax, arXiv 1805.02867).
//   out[b, t, h] = Σ_s softmax_s(q·k/√Dh)·v     logSumExp[b, h, t] for the backward pass
// q [B, T, H·Dh], k and v [B, S, Hkv·Dh], keyMask [B, S] (zero hides), Dh ≤ 64. 64 threads: thread t works on query t/4.
const BLOCK: u32 = 16u;
const LONGEST: u32 = 64u;
const STRIDE: u32 = LONGEST + 1u;

struct Params {
  batch: u32,
  queries: u32,
  keys: u32,
  heads: u32,
  kvHeads: u32,
  headWidth: u32,
  scale: f32,
  causal: u32,
  masked: u32,
}

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read> keyMask: array<i32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> logSumExp: array<f32>;
@group(0) @binding(6) var<uniform> params: Params;

var<workgroup> tileQ: array<f32, BLOCK * STRIDE>;
var<workgroup> tileK: array<f32, BLOCK * STRIDE>;
var<workgroup> tileV: array<f32, BLOCK * STRIDE>;
var<workgroup> weights: array<f32, BLOCK * (BLOCK + 1u)>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let width = params.headWidth;
  let head = group.y;
  let batch = group.z;
  let kvHead = head * params.kvHeads / params.heads;
  let firstQuery = group.x * BLOCK;
  let row = thread / 4u;
  let lane = thread % 4u;
  let query = firstQuery + row;

  for (var i = thread; i < BLOCK * width; i += 64u) {
    let r = i / width;
    var value = 0.0;
    if (firstQuery + r < params.queries) {
      value = q[((batch * params.queries + firstQuery + r) * params.heads + head) * width + i % width] * params.scale;
    }
    tileQ[r * STRIDE + i % width] = value;
  }

  // Four lanes share a query: a lane scores every fourth key and holds every fourth feature of the result.
  var mixed: array<f32, 16>;
  var highest = -3.0e38;
  var total = 0.0;
  let offset = i32(params.keys) - i32(params.queries);
  var end = i32(params.keys);
  if (params.causal != 0u) {
    end = min(end, i32(firstQuery + BLOCK) + offset);
  }

  for (var base = 0; base < end; base += i32(BLOCK)) {
    workgroupBarrier();
    for (var i = thread; i < BLOCK * width; i += 64u) {
      let r = i / width;
      let key = u32(base) + r;
      var keyValue = 0.0;
      var mixValue = 0.0;
      if (key < params.keys) {
        let at = ((batch * params.keys + key) * params.kvHeads + kvHead) * width + i % width;
        keyValue = k[at];
        mixValue = v[at];
      }
      tileK[r * STRIDE + i % width] = keyValue;
      tileV[r * STRIDE + i % width] = mixValue;
    }
    workgroupBarrier();

    for (var e = 0u; e < 4u; e++) {
      let column = lane + 4u * e;
      let key = base + i32(column);
      var seen = key < i32(params.keys);
      if (params.causal != 0u) {
        seen = seen && key <= i32(query) + offset;
      }
      if (params.masked != 0u) {
        seen = seen && keyMask[batch * params.keys + min(u32(key), params.keys - 1u)] != 0;
      }
      var score = -3.0e38;
      if (seen) {
        score = 0.0;
        for (var d = 0u; d < width; d++) {
          score += tileQ[row * STRIDE + d] * tileK[column * STRIDE + d];
        }
      }
      weights[row * (BLOCK + 1u) + column] = score;
    }
    workgroupBarrier();

    var newHighest = highest;
    for (var j = 0u; j < BLOCK; j++) {
      newHighest = max(newHighest, weights[row * (BLOCK + 1u) + j]);
    }
    // A score of −3e38 is a hidden key; while only those were met, everything stays zero.
    let shrink = select(0.0, exp(max(highest - newHighest, -87.0)), highest > -2.0e38);
    total *= shrink;
    for (var f = 0u; f < 16u; f++) {
      mixed[f] *= shrink;
    }
    for (var j = 0u; j < BLOCK; j++) {
      let score = weights[row * (BLOCK + 1u) + j];
      if (score > -2.0e38) {
        let weight = exp(max(score - newHighest, -87.0));
        total += weight;
        for (var f = 0u; f * 4u + lane < width; f++) {
          mixed[f] += weight * tileV[j * STRIDE + f * 4u + lane];
        }
      }
    }
    highest = newHighest;
  }

  if (query >= params.queries) {
    return;
  }
  let inverse = select(0.0, 1.0 / max(total, 1.0e-30), total > 0.0);
  for (var f = 0u; f * 4u + lane < width; f++) {
    out[((batch * params.queries + query) * params.heads + head) * width + f * 4u + lane] = mixed[f] * inverse;
  }
  if (lane == 0u) {
    logSumExp[(batch * params.heads + head) * params.queries + query] = select(0.0, highest + log(max(total, 1.0e-30)), total > 0.0);
  }
}
