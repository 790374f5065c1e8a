// dx = dy · ½·(1 + t)·(1 + inner·(1 − t)) with t = tanh(…) of gelu.wgsl and inner = √(2/π)·(x + 3·0.044715·x³).
override THREADS: u32 = 256u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

const SCALE = 0.7978845608;
const CUBIC = 0.044715;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * THREADS + thread;
  if (i >= params.count) {
    return;
  }
  let value = x[i];
  let square = value * value;
  let t = tanh(clamp(value * SCALE * (1.0 + CUBIC * square), -10.0, 10.0));
  let inner = value * SCALE * (1.0 + 3.0 * CUBIC * square);
  dx[i] = dy[i] * 0.5 * (1.0 + t) * (1.0 + inner * (1.0 - t));
}
