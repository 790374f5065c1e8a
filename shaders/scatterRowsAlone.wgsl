// scatterRows.wgsl without workgroup memory, for software adapters: one thread a row, four numbers at a time. The width is
// a multiple of four.
override THREADS: u32 = 4u;

struct Params {
  count: u32,
  /// In vectors of four.
  width: u32,
  rows: u32,
  length: u32,
  first: u32,
  second: u32,
  places: u32,
}

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(3) var<uniform> params: Params;

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
  let start = row * params.width;
  for (var i = 0u; i < params.width; i++) {
    out[start + i] = vec4f();
  }
  for (var n = 0u; n < params.count; n++) {
    if (indices[n] != i32(row)) {
      continue;
    }
    let t = n % params.length;
    if (t - params.first < params.places || t - params.second < params.places) {
      continue;
    }
    for (var i = 0u; i < params.width; i++) {
      out[start + i] += dy[n * params.width + i];
    }
  }
}
