// dK and dV of attention without barriers or workgroup memory: one thread has four keys of one key head and walks over the
// queries of all heads that read it, one at a time, in fixed order, so that nothing is added atomically.
//   dv = Σ P·dOut   dk = Σ dS·q/√Dh   with P and dS as in attentionRowsGradQuery.wgsl, which must have run: statistics
// Writes the key and value parts of dqkv. Shapes as in attentionRows.wgsl.
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
@group(0) @binding(1) var<storage, read> dOut: array<vec4f>;
@group(0) @binding(2) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> dqkv: array<vec4f>;
@group(0) @binding(4) var<uniform> params: Params;

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

fn slopeRow(at: u32) -> Row {
  return Row(dOut[at], dOut[at + 1u], dOut[at + 2u], dOut[at + 3u]);
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
  let kvHead = group.y;
  let together = params.heads / params.kvHeads;
  let vectors = BLOCKS * 4u;
  let width = (params.heads + 2u * params.kvHeads) * vectors;
  let base = group.z * params.tokens * width;
  let last = params.tokens - 1u;

  let firstOfGroup = group.x * THREADS * 4u;
  let key = firstOfGroup + thread * 4u + vec4u(0u, 1u, 2u, 3u);
  let keyAt = base + min(key, vec4u(last)) * width + (params.heads + kvHead) * vectors;
  let valueAt = keyAt + params.kvHeads * vectors;
  let k0 = loadBlock(keyAt);
  let v0 = loadBlock(valueAt);
  var k1: Block;
  var v1: Block;
  if (BLOCKS > 1u) {
    k1 = loadBlock(keyAt + 4u);
    v1 = loadBlock(valueAt + 4u);
  }
  var firstSeen = vec4u();
  var start = 0u;
  if (params.causal != 0u) {
    firstSeen = key;
    start = firstOfGroup;
  }

  var dk0: Block;
  var dv0: Block;
  var dk1: Block;
  var dv1: Block;
  for (var member = 0u; member < together; member++) {
    let head = kvHead * together + member;
    let statisticsAt = (group.z * params.heads + head) * params.tokens;
    for (var query = start; query < params.tokens; query++) {
      let queryAt = base + query * width + head * vectors;
      let outAt = ((group.z * params.tokens + query) * params.heads + head) * vectors;
      let q0 = row(queryAt);
      let slopes0 = slopeRow(outAt);
      var q1: Row;
      var slopes1: Row;
      var score = products(q0, k0);
      var slope = products(slopes0, v0);
      if (BLOCKS > 1u) {
        q1 = row(queryAt + 4u);
        slopes1 = slopeRow(outAt + 4u);
        score += products(q1, k1);
        slope += products(slopes1, v1);
      }
      let statistic = statistics[statisticsAt + query];
      let weight = select(vec4f(), exp(min(score * params.scale - statistic.x, vec4f(80.0))), firstSeen <= vec4u(query));
      let dScore = weight * (slope - statistic.y) * params.scale;
      dv0 = added(dv0, slopes0, weight);
      dk0 = added(dk0, q0, dScore);
      if (BLOCKS > 1u) {
        dv1 = added(dv1, slopes1, weight);
        dk1 = added(dk1, q1, dScore);
      }
    }
  }

  let valid = key < vec4u(params.tokens);
  storeBlock(keyAt, valid, dk0);
  storeBlock(valueAt, valid, dv0);
  if (BLOCKS > 1u) {
    storeBlock(keyAt + 4u, valid, dk1);
    storeBlock(valueAt + 4u, valid, dv1);
  }
}
