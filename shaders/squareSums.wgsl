// partial[g] = the sum of squares over the g-th share of x, for the global gradient norm. The number of workgroups and
// the order of all additions are fixed by the size alone.
override THREADS: u32 = 256u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

var<workgroup> sums: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  var sum = 0.0;
  for (var i = group.x * THREADS + thread; i < params.count; i += groups.x * THREADS) {
    sum += x[i] * x[i];
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (thread < reach) {
      sums[thread] += sums[thread + reach];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    partial[group.x] = sums[0];
  }
}
