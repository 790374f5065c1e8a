// y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), element by element.
override THREADS: u32 = 256u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

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
  // Beyond ±10 tanh is ±1 in f32, and some drivers overflow inside it.
  let t = tanh(clamp(value * SCALE * (1.0 + CUBIC * value * value), -10.0, 10.0));
  y[i] = 0.5 * value * (1.0 + t);
}
