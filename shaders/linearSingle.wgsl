// Matrix product C[M, N] = A · B, one result an invocation: the plainest form. It fits all sizes, compiles fast everywhere
// and is what the other variants are checked against on a device. Stored forms and epilogues as in linear.wgsl.
override A_TRANSPOSED: bool = false;
override B_TRANSPOSED: bool = true;
override EPILOGUE: u32 = 0u;

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

@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let column = id.x;
  let row = id.y;
  if (row >= params.m || column >= params.n) {
    return;
  }
  let width = select(params.n, 2u * params.n, EPILOGUE == 3u);
  let end = min(params.k, (group.z + 1u) * params.depthPerSplit);
  let stepA = select(1u, params.m, A_TRANSPOSED);
  let stepB = select(width, 1u, B_TRANSPOSED);
  var sum = 0.0;
  var up = 0.0;
  var rowSum = 0.0;
  for (var k = group.z * params.depthPerSplit; k < end; k++) {
    let left = a[select(row * params.k, row, A_TRANSPOSED) + k * stepA];
    sum += left * b[select(column, column * params.k, B_TRANSPOSED) + k * stepB];
    if (EPILOGUE == 3u) {
      up += left * b[select(column + params.n, (column + params.n) * params.k, B_TRANSPOSED) + k * stepB];
    }
    if (EPILOGUE == 6u) {
      rowSum += left;
    }
  }
  if (EPILOGUE == 3u) {
    putGated(row, column, sum, up);
    return;
  }
  put(group.z * params.m + row, column, sum);
  if (EPILOGUE == 6u && column == 0u) {
    d[group.z * params.m + row] = rowSum;
  }
}
