// dK and dV of attention for hardware: a workgroup has 64/SPLIT keys of one key head and walks over the queries of all heads
// that read it, 16 at a time, in fixed order, so that nothing is added atomically. Shapes and the sharing of a row as in
// attentionTiles.wgsl.
//   dv = Σ P·dOut   dk = Σ dS·q/√Dh   with P and dS as in attentionTilesGradQuery.wgsl, which must have run: statistics
// Writes the key and value parts of dqkv.
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
@group(0) @binding(1) var<storage, read> dOut: array<f32>;
@group(0) @binding(2) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> dqkv: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

var<workgroup> tileQ: array<vec4f, TILE * SPLIT * 4u>;
var<workgroup> tileSlopes: array<vec4f, TILE * SPLIT * 4u>;
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
  let kvHead = group.y;
  let members = params.heads / params.kvHeads;
  let width = (params.heads + 2u * params.kvHeads) * params.headWidth;
  let base = group.z * params.tokens * width;
  let lane = thread % SPLIT;
  let firstKey = group.x * (THREADS / SPLIT);
  let key = firstKey + thread / SPLIT;
  let keyAt = base + min(key, params.tokens - 1u) * width + (params.heads + kvHead) * params.headWidth;
  let valueAt = keyAt + params.kvHeads * params.headWidth;

  var k: array<vec4f, 4>;
  var v: array<vec4f, 4>;
  for (var f = 0u; f < 4u; f++) {
    k[f] = features(keyAt, f * SPLIT + lane) * params.scale;
    v[f] = features(valueAt, f * SPLIT + lane);
  }
  var start = 0u;
  var firstSeen = 0u;
  if (params.causal != 0u) {
    start = firstKey / TILE * TILE;
    firstSeen = key;
  }

  var dk: array<vec4f, 4>;
  var dv: array<vec4f, 4>;
  for (var member = 0u; member < members; member++) {
    let head = kvHead * members + member;
    let statisticsAt = (group.z * params.heads + head) * params.tokens;
    for (var first = start; first < params.tokens; first += TILE) {
      workgroupBarrier();
      for (var i = thread; i < TILE * SPLIT * 4u; i += THREADS) {
        let place = min(first + i / (SPLIT * 4u), params.tokens - 1u);
        tileQ[i] = features(base + place * width + head * params.headWidth, i % (SPLIT * 4u));
        let outAt = ((group.z * params.tokens + place) * params.heads + head) * params.headWidth;
        tileSlopes[i] = slopeFeatures(outAt, i % (SPLIT * 4u));
      }
      workgroupBarrier();
      var scores: array<f32, TILE>;
      var dWeights: array<f32, TILE>;
      for (var j = 0u; j < TILE; j++) {
        var score = 0.0;
        var slope = 0.0;
        for (var f = 0u; f < 4u; f++) {
          score += dot(k[f], tileQ[j * SPLIT * 4u + f * SPLIT + lane]);
          slope += dot(v[f], tileSlopes[j * SPLIT * 4u + f * SPLIT + lane]);
        }
        scores[j] = score;
        dWeights[j] = slope;
      }
      scores = together(scores, thread);
      dWeights = together(dWeights, thread);
      for (var j = 0u; j < TILE; j++) {
        let query = first + j;
        let known = statistics[statisticsAt + min(query, params.tokens - 1u)];
        let seen = query < params.tokens && firstSeen <= query;
        let weight = select(0.0, exp(min(scores[j] - known.x, 80.0)), seen);
        let dScore = weight * (dWeights[j] - known.y) * params.scale;
        for (var f = 0u; f < 4u; f++) {
          dv[f] += weight * tileSlopes[j * SPLIT * 4u + f * SPLIT + lane];
          dk[f] += dScore * tileQ[j * SPLIT * 4u + f * SPLIT + lane];
        }
      }
    }
  }

  if (key >= params.tokens) {
    return;
  }
  for (var f = 0u; f < 4u; f++) {
    write(keyAt, f * SPLIT + lane, dk[f]);
    write(valueAt, f * SPLIT + lane, dv[f]);
  }
}
