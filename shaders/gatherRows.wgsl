// out[n] = table[indices[n]] for rows of `width` parts; a row outside the table reads as zeros.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  width: u32,
  rows: u32,
}

@group(0) @binding(0) var<storage, read> table: array<Part>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
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
  let row = indices[i / params.width];
  var value = Part();
  if (row >= 0 && u32(row) < params.rows) {
    value = table[u32(row) * params.width + i % params.width];
  }
  out[i] = value;
}
