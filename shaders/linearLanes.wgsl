// Matrix product C[M, N] = A · B for adapters that are software: no workgroup memory and no barrier, which are dear there.
// A quad of four invocations holds ROWS × 32 results, a lane every fourth column. What such an adapter pays for is the
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
// Gate and up are neighbours in a quad's columns, so half as many of each fit.
override COLUMNS: u32 = select(32u, 16u, GATED);

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

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * COLUMNS;
  let row = group.y * ROWS;
  var secondColumn = column + 16u;
  if (GATED) {
    secondColumn = column + params.n;
  }
  let ones = vec4f(1.0);
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
  var s8 = vec4f();
  var t8 = vec4f();
  var s9 = vec4f();
  var t9 = vec4f();
  var s10 = vec4f();
  var t10 = vec4f();
  var s11 = vec4f();
  var t11 = vec4f();
  var s12 = vec4f();
  var t12 = vec4f();
  var s13 = vec4f();
  var t13 = vec4f();
  var s14 = vec4f();
  var t14 = vec4f();
  var s15 = vec4f();
  var t15 = vec4f();
  var s16 = vec4f();
  var t16 = vec4f();
  var s17 = vec4f();
  var t17 = vec4f();
  var s18 = vec4f();
  var t18 = vec4f();
  var s19 = vec4f();
  var t19 = vec4f();
  var s20 = vec4f();
  var t20 = vec4f();
  var s21 = vec4f();
  var t21 = vec4f();
  var s22 = vec4f();
  var t22 = vec4f();
  var s23 = vec4f();
  var t23 = vec4f();
  var s24 = vec4f();
  var t24 = vec4f();
  var s25 = vec4f();
  var t25 = vec4f();
  var s26 = vec4f();
  var t26 = vec4f();
  var s27 = vec4f();
  var t27 = vec4f();
  var s28 = vec4f();
  var t28 = vec4f();
  var s29 = vec4f();
  var t29 = vec4f();
  var s30 = vec4f();
  var t30 = vec4f();
  var s31 = vec4f();
  var t31 = vec4f();
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
    let left = columns(column, k, lane);
    let right = columns(secondColumn, k, lane);
    let m0 = rows(atA, 0u, k, lane);
    s0 += left * m0[0];
    t0 += right * m0[0];
    s1 += left * m0[1];
    t1 += right * m0[1];
    s2 += left * m0[2];
    t2 += right * m0[2];
    s3 += left * m0[3];
    t3 += right * m0[3];
    z0 += ones * m0;
    let m1 = rows(atA, 1u, k, lane);
    s4 += left * m1[0];
    t4 += right * m1[0];
    s5 += left * m1[1];
    t5 += right * m1[1];
    s6 += left * m1[2];
    t6 += right * m1[2];
    s7 += left * m1[3];
    t7 += right * m1[3];
    z1 += ones * m1;
    let m2 = rows(atA, 2u, k, lane);
    s8 += left * m2[0];
    t8 += right * m2[0];
    s9 += left * m2[1];
    t9 += right * m2[1];
    s10 += left * m2[2];
    t10 += right * m2[2];
    s11 += left * m2[3];
    t11 += right * m2[3];
    z2 += ones * m2;
    let m3 = rows(atA, 3u, k, lane);
    s12 += left * m3[0];
    t12 += right * m3[0];
    s13 += left * m3[1];
    t13 += right * m3[1];
    s14 += left * m3[2];
    t14 += right * m3[2];
    s15 += left * m3[3];
    t15 += right * m3[3];
    z3 += ones * m3;
    if (TALL) {
      let m4 = rows(atA, 4u, k, lane);
      s16 += left * m4[0];
      t16 += right * m4[0];
      s17 += left * m4[1];
      t17 += right * m4[1];
      s18 += left * m4[2];
      t18 += right * m4[2];
      s19 += left * m4[3];
      t19 += right * m4[3];
      z4 += ones * m4;
      let m5 = rows(atA, 5u, k, lane);
      s20 += left * m5[0];
      t20 += right * m5[0];
      s21 += left * m5[1];
      t21 += right * m5[1];
      s22 += left * m5[2];
      t22 += right * m5[2];
      s23 += left * m5[3];
      t23 += right * m5[3];
      z5 += ones * m5;
      let m6 = rows(atA, 6u, k, lane);
      s24 += left * m6[0];
      t24 += right * m6[0];
      s25 += left * m6[1];
      t25 += right * m6[1];
      s26 += left * m6[2];
      t26 += right * m6[2];
      s27 += left * m6[3];
      t27 += right * m6[3];
      z6 += ones * m6;
      let m7 = rows(atA, 7u, k, lane);
      s28 += left * m7[0];
      t28 += right * m7[0];
      s29 += left * m7[1];
      t29 += right * m7[1];
      s30 += left * m7[2];
      t30 += right * m7[2];
      s31 += left * m7[3];
      t31 += right * m7[3];
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
  var kept = array<vec4f, 64>(s0, t0, s1, t1, s2, t2, s3, t3, s4, t4, s5, t5, s6, t6, s7, t7, s8, t8, s9, t9, s10, t10, s11, t11, s12, t12, s13, t13, s14, t14, s15, t15, s16, t16, s17, t17, s18, t18, s19, t19, s20, t20, s21, t21, s22, t22, s23, t23, s24, t24, s25, t25, s26, t26, s27, t27, s28, t28, s29, t29, s30, t30, s31, t31);
  for (var i = 0u; i < ROWS && row + i < params.m; i++) {
    for (var j = 0u; j < 4u; j++) {
      let at = column + 4u * j + lane;
      if (GATED) {
        putGated(row + i, at, kept[2u * i][j], kept[2u * i + 1u][j]);
      } else {
        put(row + i, at, kept[2u * i][j]);
        put(row + i, at + 16u, kept[2u * i + 1u][j]);
      }
    }
  }
}
