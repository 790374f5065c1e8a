// statistics[b, h, t] = (logSumExp, Σ_d dOut·out): what the backward kernels need of each query beside its row.
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  queries: u32,
  heads: u32,
  headWidth: u32,
}

@group(0) @binding(0) var<storage, read> out: array<f32>;
@group(0) @binding(1) var<storage, read> dOut: array<f32>;
@group(0) @binding(2) var<storage, read> logSumExp: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<vec2f>;
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
  let query = i % params.queries;
  let head = i / params.queries % params.heads;
  let batch = i / (params.queries * params.heads);
  let start = ((batch * params.queries + query) * params.heads + head) * params.headWidth;
  var along = 0.0;
  for (var d = 0u; d < params.headWidth; d++) {
    along += out[start + d] * dOut[start + d];
  }
  statistics[i] = vec2f(logSumExp[i], along);
}
