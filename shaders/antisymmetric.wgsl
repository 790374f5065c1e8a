// y[2i] = (x[2i] − x[2i+1]) / 2 and y[2i+1] = −y[2i], row by row.
override THREADS: u32 = 64u;

alias Part = vec4f;

struct Params {
  // Parts in all pairs of rows, and in one row.
  count: u32,
  width: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Part>;
@group(0) @binding(1) var<storage, read_write> y: array<Part>;
@group(0) @binding(2) var<uniform> params: Params;

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
  let first = i / params.width * 2u * params.width + i % params.width;
  let second = first + params.width;
  let difference = (x[first] - x[second]) * 0.5;
  y[first] = difference;
  y[second] = -difference;
}
