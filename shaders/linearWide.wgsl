// Matrix product C[M, N] = A · B, tiled through workgroup memory; every thread holds 8 × 8 results, the form for products
// that fill a graphics card. Memory is read in fours: K and N must be multiples of four, for A stored as [K, M] M and N.
// Blocks of 4 × 4 are turned in registers on the way into the tile, so that both tiles are read along M and N. Stored forms
// and epilogues as in linear.wgsl. linearHalf.wgsl is this file with halves in the tiles.
override THREADS_X: u32 = 8u;
override THREADS_Y: u32 = 8u;
override DEPTH: u32 = 16u;
override A_TRANSPOSED: bool = false;
override B_TRANSPOSED: bool = true;
override EPILOGUE: u32 = 0u;
override GATED: bool = EPILOGUE == 3u;

override THREADS: u32 = THREADS_X * THREADS_Y;
// A thread has four rows in each half of the tile, and four columns; with gate and up the right half is up.
override HALF_ROWS: u32 = THREADS_Y * 4u;
override HALF_COLUMNS: u32 = THREADS_X * 4u;
// In fours, with one more against bank conflicts.
override STRIDE_A: u32 = THREADS_Y * 2u + 1u;
override STRIDE_B: u32 = THREADS_X * 2u + 1u;

struct Params {
  m: u32,
  n: u32,
  k: u32,
  depthPerSplit: u32,
}

@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read> extra: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
@group(0) @binding(4) var<storage, read_write> d: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

var<workgroup> tileA: array<vec4f, DEPTH * STRIDE_A>;
var<workgroup> tileB: array<vec4f, DEPTH * STRIDE_B>;

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

// One row of a thread: four columns in the left half of the tile and four in the right half.
fn putRow(split: u32, row: u32, column: u32, left: vec4f, right: vec4f) {
  if (row >= params.m) {
    return;
  }
  for (var j = 0u; j < 4u; j++) {
    if (GATED) {
      putGated(row, column + j, left[j], right[j]);
    } else {
      put(split * params.m + row, column + j, left[j]);
      put(split * params.m + row, column + HALF_COLUMNS + j, right[j]);
    }
  }
}

@compute @workgroup_size(THREADS_X, THREADS_Y)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let firstRow = group.y * 2u * HALF_ROWS;
  let firstColumn = group.x * select(2u * HALF_COLUMNS, HALF_COLUMNS, GATED);
  let start = group.z * params.depthPerSplit;
  let end = min(params.k, start + params.depthPerSplit);
  let deepFours = DEPTH / 4u;
  var s0 = vec4f();
  var t0 = vec4f();
  var s1 = vec4f();
  var t1 = vec4f();
  var s2 = vec4f();
  var t2 = vec4f();
  var s3 = vec4f();
  var t3 = vec4f();
  var s4 = vec4f();
  var t4 = vec4f();
  var s5 = vec4f();
  var t5 = vec4f();
  var s6 = vec4f();
  var t6 = vec4f();
  var s7 = vec4f();
  var t7 = vec4f();
  var upperSums = vec4f();
  var lowerSums = vec4f();

  for (var base = start; base < end; base += DEPTH) {
    for (var i = index; i < 2u * THREADS_Y * deepFours; i += THREADS) {
      var block = mat4x4f();
      var four = i / deepFours;
      var deep = i % deepFours * 4u;
      if (A_TRANSPOSED) {
        four = i % (2u * THREADS_Y);
        deep = i / (2u * THREADS_Y) * 4u;
        let row = firstRow + four * 4u;
        for (var e = 0u; e < 4u; e++) {
          if (row < params.m && base + deep + e < end) {
            block[e] = a[((base + deep + e) * params.m + row) / 4u];
          }
        }
      } else {
        let row = firstRow + four * 4u;
        for (var e = 0u; e < 4u; e++) {
          if (row + e < params.m && base + deep < end) {
            block[e] = a[((row + e) * params.k + base + deep) / 4u];
          }
        }
        block = transpose(block);
      }
      for (var e = 0u; e < 4u; e++) {
        tileA[(deep + e) * STRIDE_A + four] = vec4f(block[e]);
      }
    }
    for (var i = index; i < 2u * THREADS_X * deepFours; i += THREADS) {
      var block = mat4x4f();
      var four = i / deepFours;
      var deep = i % deepFours * 4u;
      if (!B_TRANSPOSED) {
        four = i % (2u * THREADS_X);
        deep = i / (2u * THREADS_X) * 4u;
      }
      var column = firstColumn + four * 4u;
      // Columns that are there; up's follow the gate's.
      var limit = params.n;
      if (GATED && four >= THREADS_X) {
        column += params.n - HALF_COLUMNS;
        limit = 2u * params.n;
      }
      for (var e = 0u; e < 4u; e++) {
        if (B_TRANSPOSED) {
          if (column + e < limit && base + deep < end) {
            block[e] = b[((column + e) * params.k + base + deep) / 4u];
          }
        } else if (column < limit && base + deep + e < end) {
          block[e] = b[((base + deep + e) * params.n + column) / 4u];
        }
      }
      if (B_TRANSPOSED) {
        block = transpose(block);
      }
      for (var e = 0u; e < 4u; e++) {
        tileB[(deep + e) * STRIDE_B + four] = vec4f(block[e]);
      }
    }
    workgroupBarrier();

    for (var depth = 0u; depth < DEPTH; depth++) {
      let upper = vec4f(tileA[depth * STRIDE_A + local.y]);
      let lower = vec4f(tileA[depth * STRIDE_A + local.y + THREADS_Y]);
      let left = vec4f(tileB[depth * STRIDE_B + local.x]);
      let right = vec4f(tileB[depth * STRIDE_B + local.x + THREADS_X]);
      s0 += upper.x * left;
      t0 += upper.x * right;
      s1 += upper.y * left;
      t1 += upper.y * right;
      s2 += upper.z * left;
      t2 += upper.z * right;
      s3 += upper.w * left;
      t3 += upper.w * right;
      s4 += lower.x * left;
      t4 += lower.x * right;
      s5 += lower.y * left;
      t5 += lower.y * right;
      s6 += lower.z * left;
      t6 += lower.z * right;
      s7 += lower.w * left;
      t7 += lower.w * right;
      if (EPILOGUE == 6u) {
        upperSums += upper;
        lowerSums += lower;
      }
    }
    workgroupBarrier();
  }

  let row = firstRow + local.y * 4u;
  let column = firstColumn + local.x * 4u;
  putRow(group.z, row + 0u, column, s0, t0);
  putRow(group.z, row + 1u, column, s1, t1);
  putRow(group.z, row + 2u, column, s2, t2);
  putRow(group.z, row + 3u, column, s3, t3);
  putRow(group.z, row + HALF_ROWS + 0u, column, s4, t4);
  putRow(group.z, row + HALF_ROWS + 1u, column, s5, t5);
  putRow(group.z, row + HALF_ROWS + 2u, column, s6, t6);
  putRow(group.z, row + HALF_ROWS + 3u, column, s7, t7);
  if (EPILOGUE == 6u && group.x == 0u && local.x == 0u) {
    for (var i = 0u; i < 4u; i++) {
      if (row + i < params.m) {
        d[group.z * params.m + row + i] = upperSums[i];
      }
      if (row + HALF_ROWS + i < params.m) {
        d[group.z * params.m + row + HALF_ROWS + i] = lowerSums[i];
      }
    }
  }
}
