// dQ of attention without barriers or workgroup memory: one thread has four queries of one head and walks over the keys four
// at a time, as attentionRows.wgsl does.
//   P = exp(q·k/√Dh − logSumExp)   dS = P·(dOut·v − along)   dq = Σ_s dS·k/√Dh   along = Σ_d dOut·out
// Writes the query part of dqkv, and (logSumExp, along) of each query for attentionRowsGradKeyValue.wgsl. Shapes as there.
override BLOCKS: u32 = 1u;
override THREADS: u32 = 4u;

struct Params {
  tokens: u32,
  heads: u32,
  kvHeads: u32,
  scale: f32,
  causal: u32,
}

/** Sixteen features of four tokens. */
struct Block {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
  d: mat4x4f,
}

@group(0) @binding(0) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(1) var<storage, read> out: array<vec4f>;
@group(0) @binding(2) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(3) var<storage, read> logSumExp: array<f32>;
@group(0) @binding(4) var<storage, read_write> dqkv: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(6) var<uniform> params: Params;

/** Four features of the four tokens whose rows start at `at`. */
fn load(at: vec4u) -> mat4x4f {
  return mat4x4f(qkv[at.x], qkv[at.y], qkv[at.z], qkv[at.w]);
}

fn loadBlock(at: vec4u) -> Block {
  return Block(load(at), load(at + 1u), load(at + 2u), load(at + 3u));
}

/** Products of the row at `at` with each of the four tokens. */
fn products(at: u32, x: Block) -> vec4f {
  return qkv[at] * x.a + qkv[at + 1u] * x.b + qkv[at + 2u] * x.c + qkv[at + 3u] * x.d;
}

fn loadSlopes(at: vec4u) -> mat4x4f {
  return mat4x4f(dOut[at.x], dOut[at.y], dOut[at.z], dOut[at.w]);
}

fn loadSlopesBlock(at: vec4u) -> Block {
  return Block(loadSlopes(at), loadSlopes(at + 1u), loadSlopes(at + 2u), loadSlopes(at + 3u));
}

/** Σ dOut·out over four features, for each of the four tokens. */
fn along(at: vec4u, slopes: mat4x4f) -> vec4f {
  return vec4f(
    dot(out[at.x], slopes[0]),
    dot(out[at.y], slopes[1]),
    dot(out[at.z], slopes[2]),
    dot(out[at.w], slopes[3]),
  );
}

fn alongBlock(at: vec4u, x: Block) -> vec4f {
  return along(at, x.a) + along(at + 1u, x.b) + along(at + 2u, x.c) + along(at + 3u, x.d);
}

fn added(sum: Block, at: vec4u, weights: mat4x4f) -> Block {
  return Block(
    sum.a + load(at) * weights,
    sum.b + load(at + 1u) * weights,
    sum.c + load(at + 2u) * weights,
    sum.d + load(at + 3u) * weights,
  );
}

fn store(at: vec4u, valid: vec4<bool>, x: mat4x4f) {
  if (valid.x) { dqkv[at.x] = x[0]; }
  if (valid.y) { dqkv[at.y] = x[1]; }
  if (valid.z) { dqkv[at.z] = x[2]; }
  if (valid.w) { dqkv[at.w] = x[3]; }
}

fn storeBlock(at: vec4u, valid: vec4<bool>, x: Block) {
  store(at, valid, x.a);
  store(at + 1u, valid, x.b);
  store(at + 2u, valid, x.c);
  store(at + 3u, valid, x.d);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let head = group.y;
  let kvHead = head * params.kvHeads / params.heads;
  let vectors = BLOCKS * 4u;
  let width = (params.heads + 2u * params.kvHeads) * vectors;
  let base = group.z * params.tokens * width;
  let keys = base + (params.heads + kvHead) * vectors;
  let toValues = params.kvHeads * vectors;
  let last = params.tokens - 1u;

  let firstOfGroup = group.x * THREADS * 4u;
  let query = firstOfGroup + thread * 4u + vec4u(0u, 1u, 2u, 3u);
  let valid = query < vec4u(params.tokens);
  let place = min(query, vec4u(last));
  let queryAt = base + place * width + head * vectors;
  let outAt = ((group.z * params.tokens + place) * params.heads + head) * vectors;
  var q1: Block;
  var slopes1: Block;
  let q0 = loadBlock(queryAt);
  let slopes0 = loadSlopesBlock(outAt);
  var known = alongBlock(outAt, slopes0);
  if (BLOCKS > 1u) {
    q1 = loadBlock(queryAt + 4u);
    slopes1 = loadSlopesBlock(outAt + 4u);
    known += alongBlock(outAt + 4u, slopes1);
  }
  let statisticAt = (group.z * params.heads + head) * params.tokens + place;
  let norm = vec4f(
    logSumExp[statisticAt.x],
    logSumExp[statisticAt.y],
    logSumExp[statisticAt.z],
    logSumExp[statisticAt.w],
  );
  var lastSeen = vec4u(last);
  var end = params.tokens;
  if (params.causal != 0u) {
    lastSeen = place;
    end = min(end, firstOfGroup + THREADS * 4u);
  }

  var sum0: Block;
  var sum1: Block;
  for (var key = 0u; key < end; key += 4u) {
    let keyAt = keys + min(key + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * width;
    var dScores: mat4x4f;
    for (var j = 0u; j < 4u; j++) {
      let at = keyAt[j];
      var score = products(at, q0);
      var slope = products(at + toValues, slopes0);
      if (BLOCKS > 1u) {
        score += products(at + 4u, q1);
        slope += products(at + toValues + 4u, slopes1);
      }
      let weight = exp(min(score * params.scale - norm, vec4f(80.0)));
      dScores[j] = select(vec4f(), weight * (slope - known) * params.scale, vec4u(key + j) <= lastSeen);
    }
    let turned = transpose(dScores);
    sum0 = added(sum0, keyAt, turned);
    if (BLOCKS > 1u) { sum1 = added(sum1, keyAt + 4u, turned); }
  }

  storeBlock(queryAt, valid, sum0);
  if (BLOCKS > 1u) { storeBlock(queryAt + 4u, valid, sum1); }
  if (valid.x) { statistics[statisticAt.x] = vec2f(norm.x, known.x); }
  if (valid.y) { statistics[statisticAt.y] = vec2f(norm.y, known.y); }
  if (valid.z) { statistics[statisticAt.z] = vec2f(norm.z, known.z); }
  if (valid.w) { statistics[statisticAt.w] = vec2f(norm.w, known.w); }
}
