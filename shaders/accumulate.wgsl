// sum = keep · sum + share · gradient in place, part by part; keep is 0 or 1, and 0 forgets whatever the sum holds.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  /// Where `share` and `keep` stand in the control tensor.
  share: u32,
  keep: u32,
}

@group(0) @binding(0) var<storage, read> gradient: array<Part>;
@group(0) @binding(1) var<storage, read> control: array<f32>;
@group(0) @binding(2) var<storage, read_write> sum: array<Part>;
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
  let part = gradient[i] * control[params.share];
  if (control[params.keep] == 0.0) {
    sum[i] = part;
  } else {
    sum[i] += part;
  }
}
