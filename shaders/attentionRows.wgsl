// Attention forward without barriers or workgroup memory: one thread has four queries of one head and walks over the keys
// four at a time with a running maximum and sum (online softmax, arXiv 1805.02867).
//   out[b, t, h] = Σ_s softmax_s(q·k/√Dh)·v     logSumExp[b, h, t] for the backward pass
// qkv [B, T, (H + 2·Hkv)·Dh], Dh = 16·BLOCKS, BLOCKS 1 or 2. A matrix holds four features (rows) of four tokens (columns):
// then a key's row times the queries' matrix is four scores, and values times weights are four results.
override BLOCKS: u32 = 1u;
override THREADS: u32 = 4u;

const HIDDEN: f32 = -1.0e30;

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
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> logSumExp: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

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

fn mixed(sum: mat4x4f, shrink: vec4f, values: mat4x4f, weights: mat4x4f) -> mat4x4f {
  return mat4x4f(sum[0] * shrink.x, sum[1] * shrink.y, sum[2] * shrink.z, sum[3] * shrink.w) + values * weights;
}

fn mixedBlock(sum: Block, shrink: vec4f, at: vec4u, weights: mat4x4f) -> Block {
  return Block(
    mixed(sum.a, shrink, load(at), weights),
    mixed(sum.b, shrink, load(at + 1u), weights),
    mixed(sum.c, shrink, load(at + 2u), weights),
    mixed(sum.d, shrink, load(at + 3u), weights),
  );
}

fn store(at: vec4u, valid: vec4<bool>, x: mat4x4f, share: vec4f) {
  if (valid.x) { out[at.x] = x[0] * share.x; }
  if (valid.y) { out[at.y] = x[1] * share.y; }
  if (valid.z) { out[at.z] = x[2] * share.z; }
  if (valid.w) { out[at.w] = x[3] * share.w; }
}

fn storeBlock(at: vec4u, valid: vec4<bool>, x: Block, share: vec4f) {
  store(at, valid, x.a, share);
  store(at + 1u, valid, x.b, share);
  store(at + 2u, valid, x.c, share);
  store(at + 3u, valid, x.d, share);
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
  let queryAt = base + min(query, vec4u(last)) * width + head * vectors;
  let q0 = loadBlock(queryAt);
  var q1: Block;
  if (BLOCKS > 1u) { q1 = loadBlock(queryAt + 4u); }
  var lastSeen = vec4u(last);
  var end = params.tokens;
  if (params.causal != 0u) {
    lastSeen = min(query, lastSeen);
    end = min(end, firstOfGroup + THREADS * 4u);
  }

  var sum0: Block;
  var sum1: Block;
  var highest = vec4f(HIDDEN);
  var total = vec4f();
  for (var key = 0u; key < end; key += 4u) {
    let keyAt = keys + min(key + vec4u(0u, 1u, 2u, 3u), vec4u(last)) * width;
    var scores: mat4x4f;
    for (var j = 0u; j < 4u; j++) {
      var score = products(keyAt[j], q0);
      if (BLOCKS > 1u) { score += products(keyAt[j] + 4u, q1); }
      scores[j] = select(vec4f(HIDDEN), score * params.scale, vec4u(key + j) <= lastSeen);
    }
    let next = max(max(max(highest, scores[0]), max(scores[1], scores[2])), scores[3]);
    let shrink = exp(highest - next);
    let weights = mat4x4f(exp(scores[0] - next), exp(scores[1] - next), exp(scores[2] - next), exp(scores[3] - next));
    highest = next;
    total = total * shrink + ((weights[0] + weights[1]) + (weights[2] + weights[3]));
    let turned = transpose(weights);
    let valueAt = keyAt + toValues;
    sum0 = mixedBlock(sum0, shrink, valueAt, turned);
    if (BLOCKS > 1u) { sum1 = mixedBlock(sum1, shrink, valueAt + 4u, turned); }
  }

  let valid = query < vec4u(params.tokens);
  let outAt = ((group.z * params.tokens + query) * params.heads + head) * vectors;
  let share = 1.0 / total;
  storeBlock(outAt, valid, sum0, share);
  if (BLOCKS > 1u) { storeBlock(outAt + 4u, valid, sum1, share); }
  let statistic = highest + log(total);
  let statisticAt = (group.z * params.heads + head) * params.tokens + query;
  if (valid.x) { logSumExp[statisticAt.x] = statistic.x; }
  if (valid.y) { logSumExp[statisticAt.y] = statistic.y; }
  if (valid.z) { logSumExp[statisticAt.z] = statistic.z; }
  if (valid.w) { logSumExp[statisticAt.w] = statistic.w; }
}
