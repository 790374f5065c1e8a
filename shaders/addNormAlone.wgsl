// addNorm.wgsl without workgroup memory, for software adapters, where barriers are dear: one thread a row, four numbers at
// a time. The width is a multiple of four.
override THREADS: u32 = 16u;
override CENTRED: bool = true;
override ADDS: bool = true;

struct Params {
  rows: u32,
  /// In vectors of four.
  width: u32,
  epsilon: f32,
}

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> delta: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> sum: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> normed: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(7) var<uniform> params: Params;

fn added(i: u32) -> vec4f {
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
  let row = (group.y * groups.x + group.x) * THREADS + thread;
  if (row >= params.rows) {
    return;
  }
  let width = params.width;
  let start = row * width;
  let count = f32(width * 4u);
  var mean = 0.0;
  if (CENTRED) {
    var level = vec4f();
    for (var i = 0u; i < width; i++) {
      level += added(start + i);
    }
    mean = dot(level, vec4f(1.0)) / count;
  }
  var squares = vec4f();
  for (var i = 0u; i < width; i++) {
    let centred = added(start + i) - mean;
    squares += centred * centred;
  }
  let inverse = inverseSqrt(dot(squares, vec4f(1.0)) / count + params.epsilon);
  for (var i = 0u; i < width; i++) {
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
  statistics[row] = vec2f(mean, inverse);
}
