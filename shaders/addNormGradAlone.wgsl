// addNormGrad.wgsl without workgroup memory, for software adapters: one thread a row, four numbers at a time. The width is
// a multiple of four.
override THREADS: u32 = 16u;
override CENTRED: bool = true;
override ADDS: bool = true;

struct Params {
  rows: u32,
  /// In vectors of four.
  width: u32,
}

@group(0) @binding(0) var<storage, read> sum: array<vec4f>;
@group(0) @binding(1) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> dSum: array<vec4f>;
@group(0) @binding(4) var<storage, read> dNormed: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(6) var<uniform> params: Params;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = (group.y * groups.x + group.x) * THREADS + thread;
  if (row >= params.rows) {
    return;
  }
  let width = params.width;
  let start = row * width;
  let mean = statistics[row].x;
  let inverse = statistics[row].y;
  var slopes = vec4f();
  var alongs = vec4f();
  for (var i = 0u; i < width; i++) {
    let slope = dNormed[start + i] * weight[i];
    slopes += slope;
    alongs += slope * (sum[start + i] - mean);
  }
  let count = f32(width * 4u);
  let level = select(0.0, dot(slopes, vec4f(1.0)) / count, CENTRED);
  let along = dot(alongs, vec4f(1.0)) / count * inverse;
  for (var i = 0u; i < width; i++) {
    let normalised = (sum[start + i] - mean) * inverse;
    var result = (dNormed[start + i] * weight[i] - level - normalised * along) * inverse;
    if (ADDS) {
      result += dSum[start + i];
    }
    dx[start + i] = result;
  }
}
