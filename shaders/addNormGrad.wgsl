// The gradient of addNorm by its inputs, one workgroup a row. With g = dNormed·weight and x̂ the normalised row:
//   dx = (g − mean(g) − x̂·mean(g·x̂)) / deviation + dSum     (RMS norm: without mean(g); dSum only where ADDS)
override THREADS: u32 = 64u;
override CENTRED: bool = true;
override ADDS: bool = true;

struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<storage, read> sum: array<f32>;
@group(0) @binding(1) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> dSum: array<f32>;
@group(0) @binding(4) var<storage, read> dNormed: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;
@group(0) @binding(6) var<uniform> params: Params;

var<workgroup> partial: array<vec2f, THREADS>;

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
  let mean = statistics[row].x;
  let inverse = statistics[row].y;
  var slopes = vec2f();
  for (var i = thread; i < params.width; i += THREADS) {
    let slope = dNormed[start + i] * weight[i];
    slopes += vec2f(slope, slope * (sum[start + i] - mean));
  }
  partial[thread] = slopes;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (thread < reach) {
      partial[thread] += partial[thread + reach];
    }
    workgroupBarrier();
  }
  let means = partial[0] / f32(params.width);
  let level = select(0.0, means.x, CENTRED);
  let along = means.y * inverse;
  for (var i = thread; i < params.width; i += THREADS) {
    let normalised = (sum[start + i] - mean) * inverse;
    var result = (dNormed[start + i] * weight[i] - level - normalised * along) * inverse;
    if (ADDS) {
      result += dSum[start + i];
    }
    dx[start + i] = result;
  }
}
