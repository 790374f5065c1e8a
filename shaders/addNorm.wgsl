// sum = x + delta (ADDS), normed = the row normalisation of sum, one workgroup a row; and the row's statistics.
// CENTRED (layer norm): normed = (sum − mean) / √(variance + ε) · weight + bias
// otherwise (RMS norm): normed = sum / √(mean(sum²) + ε) · weight
override THREADS: u32 = 64u;
override CENTRED: bool = true;
override ADDS: bool = true;

struct Params {
  rows: u32,
  width: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> delta: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum: array<f32>;
@group(0) @binding(5) var<storage, read_write> normed: array<f32>;
@group(0) @binding(6) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(7) var<uniform> params: Params;

var<workgroup> partial: array<f32, THREADS>;

fn totalOver(thread: u32, value: f32) -> f32 {
  partial[thread] = value;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (thread < reach) {
      partial[thread] += partial[thread + reach];
    }
    workgroupBarrier();
  }
  let total = partial[0];
  workgroupBarrier();
  return total;
}

fn added(i: u32) -> f32 {
  if (ADDS) {
    return x[i] + delta[i];
  }
  return x[i];
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) {
    return;
  }
  let start = row * params.width;
  let count = f32(params.width);
  var mean = 0.0;
  if (CENTRED) {
    var level = 0.0;
    for (var i = thread; i < params.width; i += THREADS) {
      level += added(start + i);
    }
    mean = totalOver(thread, level) / count;
  }
  var squares = 0.0;
  for (var i = thread; i < params.width; i += THREADS) {
    let centred = added(start + i) - mean;
    squares += centred * centred;
  }
  let inverse = inverseSqrt(totalOver(thread, squares) / count + params.epsilon);
  for (var i = thread; i < params.width; i += THREADS) {
    let value = added(start + i);
    if (ADDS) {
      sum[start + i] = value;
    }
    var result = (value - mean) * inverse * weight[i];
    if (CENTRED) {
      result += bias[i];
    }
    normed[start + i] = result;
  }
  if (thread == 0u) {
    statistics[row] = vec2f(mean, inverse);
  }
}
