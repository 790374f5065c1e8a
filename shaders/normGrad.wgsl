// The input gradient of a row normalisation, one workgroup a row, and the row's mean and inverse deviation for the
// column sums (normGradColumns). With g = dy·weight and x̂ the normalised row:
//   dx = (g − mean(g) − x̂·mean(g·x̂)) / deviation     (RMS norm: without mean(g))
override THREADS: u32 = 64u;
override CENTRED: bool = true;

struct Params {
  rows: u32,
  width: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
@group(0) @binding(4) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(5) var<uniform> params: Params;

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
  let count = f32(params.width);
  var mean = 0.0;
  if (CENTRED) {
    var sum = 0.0;
    for (var i = thread; i < params.width; i += THREADS) {
      sum += x[start + i];
    }
    mean = sumOver(thread, sum) / count;
  }
  var squares = 0.0;
  var slopes = 0.0;
  var along = 0.0;
  for (var i = thread; i < params.width; i += THREADS) {
    let centred = x[start + i] - mean;
    let slope = dy[start + i] * weight[i];
    squares += centred * centred;
    slopes += slope;
    along += slope * centred;
  }
  let inverse = inverseSqrt(sumOver(thread, squares) / count + params.epsilon);
  let meanAlong = sumOver(thread, along) * inverse / count;
  var meanSlope = 0.0;
  if (CENTRED) {
    meanSlope = sumOver(thread, slopes) / count;
  }
  for (var i = thread; i < params.width; i += THREADS) {
    let normalised = (x[start + i] - mean) * inverse;
    dx[start + i] = (dy[start + i] * weight[i] - meanSlope - normalised * meanAlong) * inverse;
  }
  if (thread == 0u) {
    statistics[row] = vec2f(mean, inverse);
  }
}
