// y = gate · sigmoid(gate) · up, element by element.
override THREADS: u32 = 256u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<storage, read> gate: array<f32>;
@group(0) @binding(1) var<storage, read> up: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

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
  // exp stays finite: WGSL need not carry infinities.
  y[i] = gate[i] / (1.0 + exp(-clamp(gate[i], -80.0, 80.0))) * up[i];
}
