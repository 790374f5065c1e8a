// scatterRows.wgsl without workgroup memory, for software adapters: a thread sums one part of one row along its chain
// (rowChains.wgsl).
alias Part = vec4f;
override THREADS: u32 = 16u;

struct Params {
  count: u32,
  /// Parts of a row.
  width: u32,
}

@group(0) @binding(0) var<storage, read> dy: array<Part>;
@group(0) @binding(1) var<storage, read> heads: array<i32>;
@group(0) @binding(2) var<storage, read> next: array<i32>;
@group(0) @binding(3) var<storage, read_write> out: array<Part>;
@group(0) @binding(4) var<uniform> params: Params;

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
  let part = i % params.width;
  var total = Part();
  var n = heads[i / params.width];
  while (n >= 0) {
    total += dy[u32(n) * params.width + part];
    n = next[n];
  }
  out[i] = total;
}
