// dQ of attention without barriers or workgroup memory: one thread has four queries of one head and walks over the keys one
// at a time.
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

/** Sixteen features of one token. */
struct Row {
  a: vec4f,
  b: vec4f,
  c: vec4f,
  d: vec4f,
}

fn row(at: u32) -> Row {
  return Row(qkv[at], qkv[at + 1u], qkv[at + 2u], qkv[at + 3u]);
}

/** Products of a row with each of the four tokens. */
fn products(r: Row, x: Block) -> vec4f {
  return r.a * x.a + r.b * x.b + r.c * x.c + r.d * x.d;
}

fn outer(r: vec4f, weight: vec4f) -> mat4x4f {
  return mat4x4f(r * weight.x, r * weight.y, r * weight.z, r * weight.w);
}

fn added(sum: Block, r: Row, weight: vec4f) -> Block {
  return Block(
    sum.a + outer(r.a, weight),
    sum.b + outer(r.b, weight),
    sum.c + outer(r.c, weight),
    sum.d + outer(r.d, weight),
  );
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
  for (var key = 0u; key < end; key++) {
    let keyAt = keys + key * width;
    let k0 = row(keyAt);
    var k1: Row;
    var score = products(k0, q0);
    var slope = products(row(keyAt + toValues), slopes0);
    if (BLOCKS > 1u) {
      k1 = row(keyAt + 4u);
      score += products(k1, q1);
      slope += products(row(keyAt + toValues + 4u), slopes1);
    }
    let weight = select(vec4f(), exp(min(score * params.scale - norm, vec4f(80.0))), vec4u(key) <= lastSeen);
    let dScore = weight * (slope - known) * params.scale;
    sum0 = added(sum0, k0, dScore);
    if (BLOCKS > 1u) { sum1 = added(sum1, k1, dScore); }
  }

  storeBlock(queryAt, valid, sum0);
  if (BLOCKS > 1u) { storeBlock(queryAt + 4u, valid, sum1); }
  if (valid.x) { statistics[statisticAt.x] = vec2f(norm.x, known.x); }
  if (valid.y) { statistics[statisticAt.y] = vec2f(norm.y, known.y); }
  if (valid.z) { statistics[statisticAt.z] = vec2f(norm.z, known.z); }
  if (valid.w) { statistics[statisticAt.w] = vec2f(norm.w, known.w); }
}
