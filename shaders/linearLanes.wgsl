// Matrix product C[M, N] = A · B for adapters that are software: no workgroup memory and no barrier, which are dear there.
// A quad of four invocations holds ROWS × 64 results, a lane every fourth column. What such an adapter pays for is the
// load (some 30 multiplications each, for bounds and lane checks), so a load fetches four numbers for the quad, and those
// are handed round in registers: rows of A by broadcast, columns of a transposed B by a 4 × 4 transposition.
// The sides that are read in fours must be multiples of four: K and N, or for A stored as [K, M]: M and N.
//   y  = x·Wᵀ   A as it is, B stored as [N, K]   (B_TRANSPOSED)
//   dX = dY·W   both as they are
//   dW = dYᵀ·X  A stored as [K, M]               (A_TRANSPOSED; the row sums of A are db)
enable subgroups;
diagnostic(off, subgroup_uniformity);

override A_TRANSPOSED: bool = false;
override B_TRANSPOSED: bool = true;
// 32 rows instead of 16: fewer loads, twice the code.
override TALL: bool = false;
override ROWS: u32 = select(16u, 32u, TALL);
// What happens to a sum before it is stored; see linear.wgsl.
override EPILOGUE: u32 = 0u;
override GATED: bool = EPILOGUE == 3u;
// Gate and up are both among a quad's columns, so half as many of each fit.
override COLUMNS: u32 = select(64u, 32u, GATED);

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

// The four numbers that the lanes hold, in every lane.
fn shared4(x: f32) -> vec4f {
  return vec4f(quadBroadcast(x, 0u), quadBroadcast(x, 1u), quadBroadcast(x, 2u), quadBroadcast(x, 3u));
}

// Component i of lane j becomes component j of lane i.
fn turned(x: vec4f, lane: u32) -> vec4f {
  let beside = quadSwapX(x.yxwz);
  let pairs = select(vec4f(x.x, beside.y, x.z, beside.w), vec4f(beside.x, x.y, beside.z, x.w), (lane & 1u) == 1u);
  let below = quadSwapY(pairs.zwxy);
  return select(vec4f(pairs.xy, below.zw), vec4f(below.xy, pairs.zw), lane > 1u);
}

fn lanesOf(at: u32, stride: u32, lane: u32) -> vec4f {
  return vec4f(b[at][lane], b[at + stride][lane], b[at + 2u * stride][lane], b[at + 3u * stride][lane]);
}

// Columns `column`…+15 of B at four depths: component j of row u is column `column` + 4·j + lane at depth k + u.
fn columns(column: u32, k: u32, lane: u32) -> mat4x4f {
  if (B_TRANSPOSED) {
    let fours = params.k / 4u;
    let at = column * fours + k / 4u;
    return transpose(mat4x4f(
      turned(lanesOf(at, fours, lane), lane),
      turned(lanesOf(at + 4u * fours, fours, lane), lane),
      turned(lanesOf(at + 8u * fours, fours, lane), lane),
      turned(lanesOf(at + 12u * fours, fours, lane), lane),
    ));
  }
  let fours = params.n / 4u;
  let at = k * fours + column / 4u;
  return mat4x4f(
    lanesOf(at, 1u, lane),
    lanesOf(at + fours, 1u, lane),
    lanesOf(at + 2u * fours, 1u, lane),
    lanesOf(at + 3u * fours, 1u, lane),
  );
}

// Column i holds the four depths from k of the i-th row of a group of four; `at` is where A's rows of the quad begin.
fn rows(at: u32, group: u32, k: u32, lane: u32) -> mat4x4f {
  if (A_TRANSPOSED) {
    let fours = params.m / 4u;
    let first = at + group;
    let inside = vec4u(0u, 1u, 2u, 3u) + k < vec4u(params.k);
    let x = select(
      vec4f(),
      vec4f(a[first][lane], a[first + fours][lane], a[first + 2u * fours][lane], a[first + 3u * fours][lane]),
      inside,
    );
    return mat4x4f(quadBroadcast(x, 0u), quadBroadcast(x, 1u), quadBroadcast(x, 2u), quadBroadcast(x, 3u));
  }
  let fours = params.k / 4u;
  let first = at + 4u * group * fours;
  return mat4x4f(
    shared4(a[first][lane]),
    shared4(a[first + fours][lane]),
    shared4(a[first + 2u * fours][lane]),
    shared4(a[first + 3u * fours][lane]),
  );
}

// The sums begin with the bias, of every fourth column from this one.
fn biasOf(column: u32) -> vec4f {
  if (EPILOGUE == 1u || EPILOGUE == 2u) {
    return vec4f(extra[column], extra[column + 4u], extra[column + 8u], extra[column + 12u]);
  }
  return vec4f();
}

// A row of A, four depths of it, times those depths of the quad's columns: sixteen columns to a column of the result.
fn times(first: mat4x4f, second: mat4x4f, third: mat4x4f, fourth: mat4x4f, row: vec4f) -> mat4x4f {
  return mat4x4f(first * row, second * row, third * row, fourth * row);
}

fn put(row: u32, column: u32, sum: f32) {
  if (column >= params.n) {
    return;
  }
  let at = row * params.n + column;
  if (EPILOGUE == 2u) {
    d[at] = sum;
    c[at] = gelu(sum);
  } else if (EPILOGUE == 4u) {
    c[at] = sum * geluSlope(extra[at]);
  } else if (EPILOGUE == 5u) {
    let gateAt = at + row * params.n;
    let gate = extra[gateAt];
    let s = sigmoid(gate);
    c[gateAt] = sum * extra[gateAt + params.n] * s * (1.0 + gate * (1.0 - s));
    c[gateAt + params.n] = sum * gate * s;
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

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * COLUMNS;
  let row = group.y * ROWS;
  // With gate and up the third and fourth sixteen columns are up's.
  var thirdColumn = column + 32u;
  if (GATED) {
    thirdColumn = column + params.n;
  }
  let bias = mat4x4f(
    biasOf(column + lane),
    biasOf(column + lane + 16u),
    biasOf(column + lane + 32u),
    biasOf(column + lane + 48u),
  );
  let ones = vec4f(1.0);
  var r0 = bias;
  var r1 = bias;
  var r2 = bias;
  var r3 = bias;
  var r4 = bias;
  var r5 = bias;
  var r6 = bias;
  var r7 = bias;
  var r8 = bias;
  var r9 = bias;
  var r10 = bias;
  var r11 = bias;
  var r12 = bias;
  var r13 = bias;
  var r14 = bias;
  var r15 = bias;
  var r16 = bias;
  var r17 = bias;
  var r18 = bias;
  var r19 = bias;
  var r20 = bias;
  var r21 = bias;
  var r22 = bias;
  var r23 = bias;
  var r24 = bias;
  var r25 = bias;
  var r26 = bias;
  var r27 = bias;
  var r28 = bias;
  var r29 = bias;
  var r30 = bias;
  var r31 = bias;
  var z0 = vec4f();
  var z1 = vec4f();
  var z2 = vec4f();
  var z3 = vec4f();
  var z4 = vec4f();
  var z5 = vec4f();
  var z6 = vec4f();
  var z7 = vec4f();

  var atA = row * (params.k / 4u);
  if (A_TRANSPOSED) {
    atA = row / 4u;
  }
  for (var k = 0u; k < params.k; k += 4u) {
    let first = columns(column, k, lane);
    let second = columns(column + 16u, k, lane);
    let third = columns(thirdColumn, k, lane);
    let fourth = columns(thirdColumn + 16u, k, lane);
    let m0 = rows(atA, 0u, k, lane);
    r0 += times(first, second, third, fourth, m0[0]);
    r1 += times(first, second, third, fourth, m0[1]);
    r2 += times(first, second, third, fourth, m0[2]);
    r3 += times(first, second, third, fourth, m0[3]);
    z0 += ones * m0;
    let m1 = rows(atA, 1u, k, lane);
    r4 += times(first, second, third, fourth, m1[0]);
    r5 += times(first, second, third, fourth, m1[1]);
    r6 += times(first, second, third, fourth, m1[2]);
    r7 += times(first, second, third, fourth, m1[3]);
    z1 += ones * m1;
    let m2 = rows(atA, 2u, k, lane);
    r8 += times(first, second, third, fourth, m2[0]);
    r9 += times(first, second, third, fourth, m2[1]);
    r10 += times(first, second, third, fourth, m2[2]);
    r11 += times(first, second, third, fourth, m2[3]);
    z2 += ones * m2;
    let m3 = rows(atA, 3u, k, lane);
    r12 += times(first, second, third, fourth, m3[0]);
    r13 += times(first, second, third, fourth, m3[1]);
    r14 += times(first, second, third, fourth, m3[2]);
    r15 += times(first, second, third, fourth, m3[3]);
    z3 += ones * m3;
    if (TALL) {
      let m4 = rows(atA, 4u, k, lane);
      r16 += times(first, second, third, fourth, m4[0]);
      r17 += times(first, second, third, fourth, m4[1]);
      r18 += times(first, second, third, fourth, m4[2]);
      r19 += times(first, second, third, fourth, m4[3]);
      z4 += ones * m4;
      let m5 = rows(atA, 5u, k, lane);
      r20 += times(first, second, third, fourth, m5[0]);
      r21 += times(first, second, third, fourth, m5[1]);
      r22 += times(first, second, third, fourth, m5[2]);
      r23 += times(first, second, third, fourth, m5[3]);
      z5 += ones * m5;
      let m6 = rows(atA, 6u, k, lane);
      r24 += times(first, second, third, fourth, m6[0]);
      r25 += times(first, second, third, fourth, m6[1]);
      r26 += times(first, second, third, fourth, m6[2]);
      r27 += times(first, second, third, fourth, m6[3]);
      z6 += ones * m6;
      let m7 = rows(atA, 7u, k, lane);
      r28 += times(first, second, third, fourth, m7[0]);
      r29 += times(first, second, third, fourth, m7[1]);
      r30 += times(first, second, third, fourth, m7[2]);
      r31 += times(first, second, third, fourth, m7[3]);
      z7 += ones * m7;
    }
    atA += select(1u, params.m, A_TRANSPOSED);
  }

  if (A_TRANSPOSED && EPILOGUE == 6u && column == 0u) {
    let sums = array<vec4f, 8>(z0, z1, z2, z3, z4, z5, z6, z7);
    for (var i = 0u; i < ROWS / 4u; i++) {
      if (row + 4u * i < params.m) {
        d[row + 4u * i + lane] = sums[i][lane];
      }
    }
  }
  var kept = array<mat4x4f, 32>(
    r0, r1, r2, r3, r4, r5, r6, r7,
    r8, r9, r10, r11, r12, r13, r14, r15,
    r16, r17, r18, r19, r20, r21, r22, r23,
    r24, r25, r26, r27, r28, r29, r30, r31,
  );
  for (var i = 0u; i < ROWS && row + i < params.m; i++) {
    for (var j = 0u; j < 4u; j++) {
      let at = column + 4u * j + lane;
      let one = kept[i][0][j];
      let two = kept[i][1][j];
      let three = kept[i][2][j];
      let four = kept[i][3][j];
      if (GATED) {
        putGated(row + i, at, one, three);
        putGated(row + i, at + 16u, two, four);
      } else {
        put(row + i, at, one);
        put(row + i, at + 16u, two);
        put(row + i, at + 32u, three);
        put(row + i, at + 48u, four);
      }
    }
  }
}
