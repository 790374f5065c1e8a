// Attention forward for hardware: a workgroup has 64/SPLIT queries of one head and walks over the keys 16 at a time with a
// running maximum and sum, so that no score ever leaves it (online softmax, arXiv 1805.02867).
//   out[b, t, h] = Σ_s softmax_s(q·k/√Dh)·v     logSumExp[b, h, t] for the backward pass
// qkv [B, T, (H + 2·Hkv)·Dh], Dh ≤ 16·SPLIT. SPLIT threads share a query: thread `lane` keeps the vectors lane, lane + SPLIT …
// of its row in registers, so that a wave reads a tile's row without bank conflicts, most of it as a broadcast.
override SPLIT: u32 = 1u;

const THREADS: u32 = 64u;
const TILE: u32 = 16u;
const HIDDEN: f32 = -1.0e30;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  scale: f32,
  causal: u32,
  headWidth: u32,
}

@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<storage, read_write> logSumExp: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

var<workgroup> tileK: array<vec4f, TILE * SPLIT * 4u>;
var<workgroup> tileV: array<vec4f, TILE * SPLIT * 4u>;
var<workgroup> partial: array<f32, TILE * THREADS>;

/** Four features of a packed row's head from its start, zero beyond the head. */
fn features(start: u32, vector: u32) -> vec4f {
  let at = start + vector * 4u;
  let left = i32(params.headWidth) - i32(vector * 4u);
  var x: vec4f;
  if (left >= 4) {
    x = vec4f(qkv[at], qkv[at + 1u], qkv[at + 2u], qkv[at + 3u]);
  } else {
    if (left > 0) { x.x = qkv[at]; }
    if (left > 1) { x.y = qkv[at + 1u]; }
    if (left > 2) { x.z = qkv[at + 2u]; }
  }
  return x;
}

fn write(start: u32, vector: u32, x: vec4f) {
  for (var i = 0u; i < 4u; i++) {
    if (vector * 4u + i < params.headWidth) {
      out[start + vector * 4u + i] = x[i];
    }
  }
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let head = group.y;
  let kvHead = head * params.kvHeads / params.heads;
  let width = (params.heads + 2u * params.kvHeads) * params.headWidth;
  let base = group.z * params.tokens * width;
  let keys = base + (params.heads + kvHead) * params.headWidth;
  let toValues = params.kvHeads * params.headWidth;
  let lane = thread % SPLIT;
  let firstQuery = group.x * (THREADS / SPLIT);
  let query = firstQuery + thread / SPLIT;
  let queryAt = base + min(query, params.tokens - 1u) * width + head * params.headWidth;

  var q: array<vec4f, 4>;
  for (var f = 0u; f < 4u; f++) {
    q[f] = features(queryAt, f * SPLIT + lane) * params.scale;
  }
  var end = params.tokens;
  var lastSeen = params.tokens - 1u;
  if (params.causal != 0u) {
    end = min(end, firstQuery + THREADS / SPLIT);
    lastSeen = min(lastSeen, query);
  }

  var mixed: array<vec4f, 4>;
  var highest = HIDDEN;
  var total = 0.0;
  for (var first = 0u; first < end; first += TILE) {
    workgroupBarrier();
    for (var i = thread; i < TILE * SPLIT * 4u; i += THREADS) {
      let at = keys + min(first + i / (SPLIT * 4u), params.tokens - 1u) * width;
      tileK[i] = features(at, i % (SPLIT * 4u));
      tileV[i] = features(at + toValues, i % (SPLIT * 4u));
    }
    workgroupBarrier();

    var scores: array<f32, TILE>;
    for (var j = 0u; j < TILE; j++) {
      var score = 0.0;
      for (var f = 0u; f < 4u; f++) {
        score += dot(q[f], tileK[j * SPLIT * 4u + f * SPLIT + lane]);
      }
      scores[j] = score;
    }
    if (SPLIT > 1u) {
      for (var j = 0u; j < TILE; j++) {
        partial[j * THREADS + thread] = scores[j];
      }
      workgroupBarrier();
      for (var j = 0u; j < TILE; j++) {
        var score = 0.0;
        for (var l = 0u; l < SPLIT; l++) {
          score += partial[j * THREADS + thread - lane + l];
        }
        scores[j] = score;
      }
    }
    var next = highest;
    for (var j = 0u; j < TILE; j++) {
      scores[j] = select(HIDDEN, scores[j], first + j <= lastSeen);
      next = max(next, scores[j]);
    }
    let shrink = exp(highest - next);
    highest = next;
    total *= shrink;
    for (var f = 0u; f < 4u; f++) {
      mixed[f] *= shrink;
    }
    for (var j = 0u; j < TILE; j++) {
      let weight = exp(scores[j] - next);
      total += weight;
      for (var f = 0u; f < 4u; f++) {
        mixed[f] += weight * tileV[j * SPLIT * 4u + f * SPLIT + lane];
      }
    }
  }

  if (query >= params.tokens) {
    return;
  }
  let outAt = ((group.z * params.tokens + query) * params.heads + head) * params.headWidth;
  for (var f = 0u; f < 4u; f++) {
    write(outAt, f * SPLIT + lane, mixed[f] / total);
  }
  if (lane == 0u) {
    logSumExp[(group.z * params.heads + head) * params.tokens + query] = highest + log(total);
  }
}
