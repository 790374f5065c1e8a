// dK and dV of attention without barriers or workgroup memory: one thread has four keys of one key head and walks over the
// queries of all heads that read it, four at a time, in fixed order, so that nothing is added atomically.
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

/** Products of the row at `at` with each of the four tokens. */
fn products(at: u32, x: Block) -> vec4f {
  return qkv[at] * x.a + qkv[at + 1u] * x.b + qkv[at + 2u] * x.c + qkv[at + 3u] * x.d;
}

/** The same with a row of dOut. */
fn slopeProducts(at: u32, x: Block) -> vec4f {
  return dOut[at] * x.a + dOut[at + 1u] * x.b + dOut[at + 2u] * x.c + dOut[at + 3u] * x.d;
}

fn added(sum: Block, at: vec4u, weights: mat4x4f) -> Block {
  return Block(
    sum.a + load(at) * weights,
    sum.b + load(at + 1u) * weights,
    sum.c + load(at + 2u) * weights,
    sum.d + load(at + 3u) * weights,
  );
}

fn loadSlopes(at: vec4u) -> mat4x4f {
  return mat4x4f(dOut[at.x], dOut[at.y], dOut[at.z], dOut[at.w]);
}

fn addedSlopes(sum: Block, at: vec4u, weights: mat4x4f) -> Block {
  return Block(
    sum.a + loadSlopes(at) * weights,
    sum.b + loadSlopes(at + 1u) * weights,
    sum.c + loadSlopes(at + 2u) * weights,
    sum.d + loadSlopes(at + 3u) * weights,
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
    for (var query = start; query < params.tokens; query += 4u) {
      let place = min(query + vec4u(0u, 1u, 2u, 3u), vec4u(last));
      let queryAt = base + place * width + head * vectors;
      let outAt = ((group.z * params.tokens + place) * params.heads + head) * vectors;
      var weights: mat4x4f;
      var dScores: mat4x4f;
      for (var j = 0u; j < 4u; j++) {
        var score = products(queryAt[j], k0);
        var slope = slopeProducts(outAt[j], v0);
        if (BLOCKS > 1u) {
          score += products(queryAt[j] + 4u, k1);
          slope += slopeProducts(outAt[j] + 4u, v1);
        }
        let statistic = statistics[statisticsAt + place[j]];
        let seen = (firstSeen <= vec4u(query + j)) & vec4<bool>(query + j < params.tokens);
        let weight = select(vec4f(), exp(min(score * params.scale - statistic.x, vec4f(80.0))), seen);
        weights[j] = weight;
        dScores[j] = weight * (slope - statistic.y) * params.scale;
      }
      let turnedWeights = transpose(weights);
      let turnedScores = transpose(dScores);
      dv0 = addedSlopes(dv0, outAt, turnedWeights);
      dk0 = added(dk0, queryAt, turnedScores);
      if (BLOCKS > 1u) {
        dv1 = addedSlopes(dv1, outAt + 4u, turnedWeights);
        dk1 = added(dk1, queryAt + 4u, turnedScores);
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
