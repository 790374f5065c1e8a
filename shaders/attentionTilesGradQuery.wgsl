// dQ of attention for hardware: a workgroup has 64/SPLIT queries of one head and walks over the keys as attentionTiles.wgsl
// does; shapes and the sharing of a row as there.
//   P = exp(q·k/√Dh − logSumExp)   dS = P·(dOut·v − along)   dq = Σ_s dS·k/√Dh   along = Σ_d dOut·out
// Writes the query part of dqkv, and (logSumExp, along) of each query for attentionTilesGradKeyValue.wgsl.
override SPLIT: u32 = 1u;

const THREADS: u32 = 64u;
const TILE: u32 = 16u;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  scale: f32,
  causal: u32,
  headWidth: u32,
}

@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read> out: array<f32>;
@group(0) @binding(2) var<storage, read> dOut: array<f32>;
@group(0) @binding(3) var<storage, read> logSumExp: array<f32>;
@group(0) @binding(4) var<storage, read_write> dqkv: array<f32>;
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(6) var<uniform> params: Params;

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

/** Four features of a row of dOut from its start, zero beyond the head. */
fn slopeFeatures(start: u32, vector: u32) -> vec4f {
  let at = start + vector * 4u;
  let left = i32(params.headWidth) - i32(vector * 4u);
  var x: vec4f;
  if (left >= 4) {
    x = vec4f(dOut[at], dOut[at + 1u], dOut[at + 2u], dOut[at + 3u]);
  } else {
    if (left > 0) { x.x = dOut[at]; }
    if (left > 1) { x.y = dOut[at + 1u]; }
    if (left > 2) { x.z = dOut[at + 2u]; }
  }
  return x;
}

/** Four features of a row of out from its start, zero beyond the head. */
fn outFeatures(start: u32, vector: u32) -> vec4f {
  let at = start + vector * 4u;
  let left = i32(params.headWidth) - i32(vector * 4u);
  var x: vec4f;
  if (left >= 4) {
    x = vec4f(out[at], out[at + 1u], out[at + 2u], out[at + 3u]);
  } else {
    if (left > 0) { x.x = out[at]; }
    if (left > 1) { x.y = out[at + 1u]; }
    if (left > 2) { x.z = out[at + 2u]; }
  }
  return x;
}

fn write(start: u32, vector: u32, x: vec4f) {
  for (var i = 0u; i < 4u; i++) {
    if (vector * 4u + i < params.headWidth) {
      dqkv[start + vector * 4u + i] = x[i];
    }
  }
}

/** Sums over the threads that share a token what each of them found of 16 products. */
fn together(own: array<f32, TILE>, thread: u32) -> array<f32, TILE> {
  var sums = own;
  if (SPLIT > 1u) {
    workgroupBarrier();
    for (var j = 0u; j < TILE; j++) {
      partial[j * THREADS + thread] = own[j];
    }
    workgroupBarrier();
    for (var j = 0u; j < TILE; j++) {
      var sum = 0.0;
      for (var l = 0u; l < SPLIT; l++) {
        sum += partial[j * THREADS + thread - thread % SPLIT + l];
      }
      sums[j] = sum;
    }
  }
  return sums;
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
  let place = min(query, params.tokens - 1u);
  let queryAt = base + place * width + head * params.headWidth;
  let outAt = ((group.z * params.tokens + place) * params.heads + head) * params.headWidth;

  var q: array<vec4f, 4>;
  var slopes: array<vec4f, 4>;
  var share = 0.0;
  for (var f = 0u; f < 4u; f++) {
    q[f] = features(queryAt, f * SPLIT + lane) * params.scale;
    slopes[f] = slopeFeatures(outAt, f * SPLIT + lane);
    share += dot(slopes[f], outFeatures(outAt, f * SPLIT + lane));
  }
  partial[thread] = share;
  workgroupBarrier();
  var along = 0.0;
  for (var l = 0u; l < SPLIT; l++) {
    along += partial[thread - lane + l];
  }
  let statisticAt = (group.z * params.heads + head) * params.tokens + place;
  let norm = logSumExp[statisticAt];
  var end = params.tokens;
  var lastSeen = params.tokens - 1u;
  if (params.causal != 0u) {
    end = min(end, firstQuery + THREADS / SPLIT);
    lastSeen = place;
  }

  var sums: array<vec4f, 4>;
  for (var first = 0u; first < end; first += TILE) {
    workgroupBarrier();
    for (var i = thread; i < TILE * SPLIT * 4u; i += THREADS) {
      let at = keys + min(first + i / (SPLIT * 4u), params.tokens - 1u) * width;
      tileK[i] = features(at, i % (SPLIT * 4u));
      tileV[i] = features(at + toValues, i % (SPLIT * 4u));
    }
    workgroupBarrier();
    var scores: array<f32, TILE>;
    var dWeights: array<f32, TILE>;
    for (var j = 0u; j < TILE; j++) {
      var score = 0.0;
      var slope = 0.0;
      for (var f = 0u; f < 4u; f++) {
        score += dot(q[f], tileK[j * SPLIT * 4u + f * SPLIT + lane]);
        slope += dot(slopes[f], tileV[j * SPLIT * 4u + f * SPLIT + lane]);
      }
      scores[j] = score;
      dWeights[j] = slope;
    }
    scores = together(scores, thread);
    dWeights = together(dWeights, thread);
    for (var j = 0u; j < TILE; j++) {
      let weight = exp(min(scores[j] - norm, 80.0));
      let dScore = select(0.0, weight * (dWeights[j] - along) * params.scale, first + j <= lastSeen);
      for (var f = 0u; f < 4u; f++) {
        sums[f] += dScore * tileK[j * SPLIT * 4u + f * SPLIT + lane];
      }
    }
  }

  if (query >= params.tokens) {
    return;
  }
  for (var f = 0u; f < 4u; f++) {
    write(queryAt, f * SPLIT + lane, sums[f]);
  }
  if (lane == 0u) {
    statistics[statisticAt] = vec2f(norm, along);
  }
}
