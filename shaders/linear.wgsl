// Matrix product C[M, N] = A · B, tiled through workgroup memory; every thread holds 4 × 4 results. Fits all sizes.
// The overrides say how A [M, K] and B [K, N] are stored, so that one file is all three products of a linear layer:
//   y  = x·Wᵀ   A as it is, B stored as [N, K]   (B_TRANSPOSED)
//   dX = dY·W   both as they are
//   dW = dYᵀ·X  A stored as [K, M]               (A_TRANSPOSED)
// With several splits along z, split s sums its own range of K into C[s]; the caller adds them in fixed order.
// EPILOGUE says what happens to a sum before it is stored (`extra` and `d` are not touched where they are not named):
//   0  c = sum
//   1  c = sum + extra[column]
//   2  d = sum + extra[column], c = gelu(d)
//   3  B has 2N columns, gate beside up: d [M, 2N] = the sums, c [M, N] = silu(gate) · up
//   4  c = sum · gelu'(extra [M, N])
//   5  c [M, 2N] = the gradient of 3 at extra [M, 2N], for the sums as upstream gradient
//   6  c = sum, d [M] = the row sums of A, for A stored as [K, M]
override THREADS: u32 = 8u;
override A_TRANSPOSED: bool = false;
override B_TRANSPOSED: bool = true;
override EPILOGUE: u32 = 0u;
override GATED: bool = EPILOGUE == 3u;

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
@group(0) @binding(2) var<storage, read> extra: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@group(0) @binding(4) var<storage, read_write> d: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

var<workgroup> tileA: array<f32, DEPTH * TILE>;
var<workgroup> tileB: array<f32, DEPTH * TILE>;

const SCALE = 1.5957691216057308; // 2·√(2/π)
const CUBIC = 0.044715;

fn sigmoid(x: f32) -> f32 {
  return 1.0 / (1.0 + exp(-x));
}

fn gelu(x: f32) -> f32 {
  return x * sigmoid(SCALE * (x + CUBIC * x * x * x));
}

fn geluSlope(x: f32) -> f32 {
  let s = sigmoid(SCALE * (x + CUBIC * x * x * x));
  return s * (1.0 + SCALE * (x + 3.0 * CUBIC * x * x * x) * (1.0 - s));
}

// The column of B, as stored, that a column of the tile stands for. Where B holds gate and up, a thread has two of each.
fn columnOf(firstColumn: u32, inTile: u32) -> u32 {
  if (GATED) {
    let column = firstColumn + inTile / EACH * 2u + (inTile & 1u);
    // A column that is not there is marked by a number past all columns.
    return select(2u * params.n, column + select(0u, params.n, (inTile & 2u) != 0u), column < params.n);
  }
  return firstColumn + inTile;
}

fn put(row: u32, column: u32, sum: f32) {
  if (column >= params.n) {
    return;
  }
  let at = row * params.n + column;
  if (EPILOGUE == 2u) {
    let before = sum + extra[column];
    d[at] = before;
    c[at] = gelu(before);
  } else if (EPILOGUE == 4u) {
    c[at] = sum * geluSlope(extra[at]);
  } else if (EPILOGUE == 5u) {
    let gateAt = at + row * params.n;
    let gate = extra[gateAt];
    let s = sigmoid(gate);
    c[gateAt] = sum * extra[gateAt + params.n] * s * (1.0 + gate * (1.0 - s));
    c[gateAt + params.n] = sum * gate * s;
  } else if (EPILOGUE == 1u) {
    c[at] = sum + extra[column];
  } else {
    c[at] = sum;
  }
}

fn putGated(row: u32, column: u32, gate: f32, up: f32) {
  if (column >= params.n) {
    return;
  }
  let at = row * params.n + column;
  let gateAt = at + row * params.n;
  d[gateAt] = gate;
  d[gateAt + params.n] = up;
  c[at] = gate * sigmoid(gate) * up;
}

@compute @workgroup_size(THREADS, THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let firstRow = group.y * TILE;
  let firstColumn = group.x * select(TILE, TILE / 2u, GATED);
  let width = select(params.n, 2u * params.n, GATED);
  let start = group.z * params.depthPerSplit;
  let end = min(params.k, start + params.depthPerSplit);
  var sums: array<vec4f, 4>;
  var rowSums = vec4f();

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
      let source = columnOf(firstColumn, column);
      value = 0.0;
      if (source < width && base + depth < end) {
        if (B_TRANSPOSED) {
          value = b[source * params.k + base + depth];
        } else {
          value = b[(base + depth) * params.n + source];
        }
      }
      tileB[depth * TILE + column] = value;
    }
    workgroupBarrier();

    for (var depth = 0u; depth < DEPTH; depth++) {
      let atA = depth * TILE + local.y * EACH;
      let atB = depth * TILE + local.x * EACH;
      let columns = vec4f(tileB[atB], tileB[atB + 1u], tileB[atB + 2u], tileB[atB + 3u]);
      let rows = vec4f(tileA[atA], tileA[atA + 1u], tileA[atA + 2u], tileA[atA + 3u]);
      sums[0] += rows.x * columns;
      sums[1] += rows.y * columns;
      sums[2] += rows.z * columns;
      sums[3] += rows.w * columns;
      if (EPILOGUE == 6u) {
        rowSums += rows;
      }
    }
    workgroupBarrier();
  }

  for (var i = 0u; i < EACH; i++) {
    let row = firstRow + local.y * EACH + i;
    if (row >= params.m) {
      continue;
    }
    if (EPILOGUE == 6u && group.x == 0u && local.x == 0u) {
      d[group.z * params.m + row] = rowSums[i];
    }
    let column = firstColumn + local.x * select(EACH, EACH / 2u, GATED);
    if (GATED) {
      putGated(row, column, sums[i].x, sums[i].z);
      putGated(row, column + 1u, sums[i].y, sums[i].w);
    } else {
      for (var j = 0u; j < EACH; j++) {
        put(group.z * params.m + row, column + j, sums[i][j]);
      }
    }
  }
}
