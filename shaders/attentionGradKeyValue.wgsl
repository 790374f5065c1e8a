// dK and dV of attention: one workgroup has 16 keys of one key head and walks over the queries of all heads that read
// it, in fixed order, so that nothing is added atomically.
//   dv = Σ P·dOut   dk = Σ dS·q/√Dh   with P and dS as in attentionGradQuery.wgsl. Dh ≤ 64.
const BLOCK: u32 = 16u;
const STRIDE: u32 = 65u;

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
@group(0) @binding(4) var<storage, read> dOut: array<f32>;
@group(0) @binding(5) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dk: array<f32>;
@group(0) @binding(7) var<storage, read_write> dv: array<f32>;
@group(0) @binding(8) var<uniform> params: Params;

var<workgroup> tileK: array<f32, BLOCK * STRIDE>;
var<workgroup> tileV: array<f32, BLOCK * STRIDE>;
// Holds the queries, then dOut, then the queries again, to stay within 16 KiB.
var<workgroup> tile: array<f32, BLOCK * STRIDE>;
var<workgroup> rowWeights: array<f32, BLOCK * (BLOCK + 1u)>;

fn loadTile(fromOut: bool, batch: u32, head: u32, first: u32, thread: u32) {
  let width = params.headWidth;
  for (var i = thread; i < BLOCK * width; i += 64u) {
    let query = first + i / width;
    var value = 0.0;
    if (query < params.queries) {
      let at = ((batch * params.queries + query) * params.heads + head) * width + i % width;
      if (fromOut) {
        value = dOut[at];
      } else {
        value = q[at];
      }
    }
    tile[i / width * STRIDE + i % width] = value;
  }
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let width = params.headWidth;
  let kvHead = group.y;
  let batch = group.z;
  let firstKey = group.x * BLOCK;
  // Four lanes share a key: a lane scores every fourth query and holds every fourth feature of the results.
  let row = thread / 4u;
  let lane = thread % 4u;
  let key = firstKey + row;
  let offset = i32(params.keys) - i32(params.queries);
  let together = params.heads / params.kvHeads;

  for (var i = thread; i < BLOCK * width; i += 64u) {
    let r = i / width;
    var keyValue = 0.0;
    var mixValue = 0.0;
    if (firstKey + r < params.keys) {
      let at = ((batch * params.keys + firstKey + r) * params.kvHeads + kvHead) * width + i % width;
      keyValue = k[at];
      mixValue = v[at];
    }
    tileK[r * STRIDE + i % width] = keyValue;
    tileV[r * STRIDE + i % width] = mixValue;
  }
  var open = key < params.keys;
  if (params.masked != 0u) {
    open = open && keyMask[batch * params.keys + min(key, params.keys - 1u)] != 0;
  }

  var sumsK: array<f32, 16>;
  var sumsV: array<f32, 16>;
  var start = 0u;
  if (params.causal != 0u) {
    start = u32(max(0, i32(firstKey) - offset)) / BLOCK * BLOCK;
  }

  for (var member = 0u; member < together; member++) {
    let head = kvHead * together + member;
    for (var base = start; base < params.queries; base += BLOCK) {
      workgroupBarrier();
      loadTile(false, batch, head, base, thread);
      workgroupBarrier();
      var weights: array<f32, 4>;
      var known: array<f32, 4>;
      for (var e = 0u; e < 4u; e++) {
        let column = lane + 4u * e;
        let query = base + column;
        var seen = open && query < params.queries;
        if (params.causal != 0u) {
          seen = seen && i32(key) <= i32(query) + offset;
        }
        var weight = 0.0;
        if (seen) {
          var score = 0.0;
          for (var d = 0u; d < width; d++) {
            score += tile[column * STRIDE + d] * tileK[row * STRIDE + d];
          }
          let statistic = statistics[(batch * params.heads + head) * params.queries + query];
          weight = exp(min(score * params.scale - statistic.x, 80.0));
          known[e] = statistic.y;
        }
        weights[e] = weight;
        rowWeights[row * (BLOCK + 1u) + column] = weight;
      }
      workgroupBarrier();
      loadTile(true, batch, head, base, thread);
      workgroupBarrier();
      for (var j = 0u; j < BLOCK; j++) {
        let weight = rowWeights[row * (BLOCK + 1u) + j];
        for (var f = 0u; f * 4u + lane < width; f++) {
          sumsV[f] += weight * tile[j * STRIDE + f * 4u + lane];
        }
      }
      workgroupBarrier();
      for (var e = 0u; e < 4u; e++) {
        let column = lane + 4u * e;
        var sum = 0.0;
        for (var d = 0u; d < width; d++) {
          sum += tile[column * STRIDE + d] * tileV[row * STRIDE + d];
        }
        rowWeights[row * (BLOCK + 1u) + column] = weights[e] * (sum - known[e]) * params.scale;
      }
      workgroupBarrier();
      loadTile(false, batch, head, base, thread);
      workgroupBarrier();
      for (var j = 0u; j < BLOCK; j++) {
        let slope = rowWeights[row * (BLOCK + 1u) + j];
        for (var f = 0u; f * 4u + lane < width; f++) {
          sumsK[f] += slope * tile[j * STRIDE + f * 4u + lane];
        }
      }
    }
  }

  if (key >= params.keys) {
    return;
  }
  for (var f = 0u; f * 4u + lane < width; f++) {
    let at = ((batch * params.keys + key) * params.kvHeads + kvHead) * width + f * 4u + lane;
    dk[at] = sumsK[f];
    dv[at] = sumsV[f];
  }
}
