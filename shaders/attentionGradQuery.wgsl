// dQ of attention: one workgroup has 16 queries of one head and walks over the keys as the forward pass does.
//   P = exp(q·k/√Dh − logSumExp)   dS = P·(dOut·v − along)   dq = Σ_s dS·k/√Dh
// Shapes as in attention.wgsl; statistics from attentionAlong.wgsl. Dh ≤ 64.
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
@group(0) @binding(6) var<storage, read_write> dq: array<f32>;
@group(0) @binding(7) var<uniform> params: Params;

var<workgroup> tileQ: array<f32, BLOCK * STRIDE>;
var<workgroup> tileOut: array<f32, BLOCK * STRIDE>;
// Holds the values first and the keys after, to stay within 16 KiB.
var<workgroup> tile: array<f32, BLOCK * STRIDE>;
var<workgroup> slopes: array<f32, BLOCK * (BLOCK + 1u)>;

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
  let offset = i32(params.keys) - i32(params.queries);

  for (var i = thread; i < BLOCK * width; i += 64u) {
    let r = i / width;
    var queryValue = 0.0;
    var outValue = 0.0;
    if (firstQuery + r < params.queries) {
      let at = ((batch * params.queries + firstQuery + r) * params.heads + head) * width + i % width;
      queryValue = q[at];
      outValue = dOut[at];
    }
    tileQ[r * STRIDE + i % width] = queryValue;
    tileOut[r * STRIDE + i % width] = outValue;
  }
  let at = (batch * params.heads + head) * params.queries + min(query, params.queries - 1u);
  let known = statistics[at];

  var sums: array<f32, 16>;
  var end = i32(params.keys);
  if (params.causal != 0u) {
    end = min(end, i32(firstQuery + BLOCK) + offset);
  }

  for (var base = 0; base < end; base += i32(BLOCK)) {
    workgroupBarrier();
    for (var i = thread; i < BLOCK * width; i += 64u) {
      let key = u32(base) + i / width;
      var value = 0.0;
      if (key < params.keys) {
        value = v[((batch * params.keys + key) * params.kvHeads + kvHead) * width + i % width];
      }
      tile[i / width * STRIDE + i % width] = value;
    }
    workgroupBarrier();
    var dWeights: array<f32, 4>;
    for (var e = 0u; e < 4u; e++) {
      var sum = 0.0;
      for (var d = 0u; d < width; d++) {
        sum += tileOut[row * STRIDE + d] * tile[(lane + 4u * e) * STRIDE + d];
      }
      dWeights[e] = sum;
    }
    workgroupBarrier();
    for (var i = thread; i < BLOCK * width; i += 64u) {
      let key = u32(base) + i / width;
      var value = 0.0;
      if (key < params.keys) {
        value = k[((batch * params.keys + key) * params.kvHeads + kvHead) * width + i % width];
      }
      tile[i / width * STRIDE + i % width] = value;
    }
    workgroupBarrier();
    for (var e = 0u; e < 4u; e++) {
      let column = lane + 4u * e;
      let key = base + i32(column);
      var seen = query < params.queries && key < i32(params.keys);
      if (params.causal != 0u) {
        seen = seen && key <= i32(query) + offset;
      }
      if (params.masked != 0u) {
        seen = seen && keyMask[batch * params.keys + min(u32(key), params.keys - 1u)] != 0;
      }
      var slope = 0.0;
      if (seen) {
        var score = 0.0;
        for (var d = 0u; d < width; d++) {
          score += tileQ[row * STRIDE + d] * tile[column * STRIDE + d];
        }
        slope = exp(min(score * params.scale - known.x, 80.0)) * (dWeights[e] - known.y) * params.scale;
      }
      slopes[row * (BLOCK + 1u) + column] = slope;
    }
    workgroupBarrier();
    for (var j = 0u; j < BLOCK; j++) {
      let slope = slopes[row * (BLOCK + 1u) + j];
      for (var f = 0u; f * 4u + lane < width; f++) {
        sums[f] += slope * tile[j * STRIDE + f * 4u + lane];
      }
    }
  }

  if (query >= params.queries) {
    return;
  }
  for (var f = 0u; f * 4u + lane < width; f++) {
    dq[((batch * params.queries + query) * params.heads + head) * width + f * 4u + lane] = sums[f];
  }
}
