// squareSums.wgsl without workgroup memory, for software adapters: every thread has a sum of its own. The count is a
// multiple of four.
override THREADS: u32 = 16u;

struct Params {
  /// In vectors of four.
  count: u32,
}

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var total = vec4f();
  for (var i = id.x; i < params.count; i += groups.x * THREADS) {
    total += x[i] * x[i];
  }
  partial[id.x] = dot(total, vec4f(1.0));
}
