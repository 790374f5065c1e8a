// out[u·P + p] = x[u·P + p] + places[p], part by part.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  /// Parts of one image.
  image: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Part>;
@group(0) @binding(1) var<storage, read> places: array<Part>;
@group(0) @binding(2) var<storage, read_write> out: array<Part>;
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
  out[i] = x[i] + places[i % params.image];
}
