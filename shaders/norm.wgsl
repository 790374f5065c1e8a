// Row normalisation of x[N, D], one workgroup a row.
// CENTRED (layer norm): y = (x − mean) / √(variance + ε) · weight + bias
// otherwise (RMS norm): y = x / √(mean(x²) + ε) · weight
override THREADS: u32 = 64u;
override CENTRED: bool = true;

struct Params {
  rows: u32,
  width: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

var<workgroup> partial: array<f32, THREADS>;

fn sumOver(thread: u32, value: f32) -> f32 {
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
  var mean = 0.0;
  if (CENTRED) {
    var sum = 0.0;
    for (var i = thread; i < params.width; i += THREADS) {
      sum += x[start + i];
    }
    mean = sumOver(thread, sum) / f32(params.width);
  }
  var squares = 0.0;
  for (var i = thread; i < params.width; i += THREADS) {
    let centred = x[start + i] - mean;
    squares += centred * centred;
  }
  let inverse = inverseSqrt(sumOver(thread, squares) / f32(params.width) + params.epsilon);
  for (var i = thread; i < params.width; i += THREADS) {
    var value = (x[start + i] - mean) * inverse * weight[i];
    if (CENTRED) {
      value += bias[i];
    }
    y[start + i] = value;
  }
}
