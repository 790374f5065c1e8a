// Matrix product C[M, N] = A · B (+ bias[N]), tiled through workgroup memory; every thread holds 4 × 4 results.
// The overrides say how A [M, K] and B [K, N] are stored, so that one file is all three products of a linear layer:
//   y  = x·Wᵀ   A as it is, B stored as [N, K]   (B_TRANSPOSED)
//   dX = dY·W   both as they are
//   dW = dYᵀ·X  A stored as [K, M]               (A_TRANSPOSED)
// With several splits along z, split s sums its own range of K into C[s]; the caller adds them in fixed order.
override THREADS: u32 = 8u;
override A_TRANSPOSED: bool = false;
override B_TRANSPOSED: bool = true;
override HAS_BIAS: bool = false;

const DEPTH: u32 = 16u;
const EACH: u32 = 4u;
override TILE: u32 = THREADS * EACH;
override LOADERS: u32 = THREADS * THREADS;

struct Params {
  m: u32,
  n: u32,
  k: u32,
  depthPerSplit: u32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

var<workgroup> tileA: array<f32, DEPTH * TILE>;
var<workgroup> tileB: array<f32, DEPTH * TILE>;

@compute @workgroup_size(THREADS, THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let firstRow = group.y * TILE;
  let firstColumn = group.x * TILE;
  let start = group.z * params.depthPerSplit;
  let end = min(params.k, start + params.depthPerSplit);
  var sums: array<vec4f, 4>;

  for (var base = start; base < end; base += DEPTH) {
    for (var i = index; i < DEPTH * TILE; i += LOADERS) {
      // Neighbouring threads read neighbouring numbers, whichever way the matrix is stored.
      var row = i / DEPTH;
      var depth = i % DEPTH;
      if (A_TRANSPOSED) {
        row = i % TILE;
        depth = i / TILE;
      }
      var value = 0.0;
      if (firstRow + row < params.m && base + depth < end) {
        if (A_TRANSPOSED) {
          value = a[(base + depth) * params.m + firstRow + row];
        } else {
          value = a[(firstRow + row) * params.k + base + depth];
        }
      }
      tileA[depth * TILE + row] = value;

      var column = i % TILE;
      depth = i / TILE;
      if (B_TRANSPOSED) {
        column = i / DEPTH;
        depth = i % DEPTH;
      }
      value = 0.0;
      if (firstColumn + column < params.n && base + depth < end) {
        if (B_TRANSPOSED) {
          value = b[(firstColumn + column) * params.k + base + depth];
        } else {
          value = b[(base + depth) * params.n + firstColumn + column];
        }
      }
      tileB[depth * TILE + column] = value;
    }
    workgroupBarrier();

    for (var depth = 0u; depth < DEPTH; depth++) {
      let atA = depth * TILE + local.y * EACH;
      let atB = depth * TILE + local.x * EACH;
      let columns = vec4f(tileB[atB], tileB[atB + 1u], tileB[atB + 2u], tileB[atB + 3u]);
      sums[0] += tileA[atA] * columns;
      sums[1] += tileA[atA + 1u] * columns;
      sums[2] += tileA[atA + 2u] * columns;
      sums[3] += tileA[atA + 3u] * columns;
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < EACH; i++) {
    let row = firstRow + local.y * EACH + i;
    if (row >= params.m) {
      continue;
    }
    for (var j = 0u; j < EACH; j++) {
      let column = firstColumn + local.x * EACH + j;
      if (column >= params.n) {
        continue;
      }
      var value = sums[i][j];
      if (HAS_BIAS) {
        value += bias[column];
      }
      c[(group.z * params.m + row) * params.n + column] = value;
    }
  }
}
