// softmaxSlopes.wgsl, four classes at a time. The number of classes and `first` are multiples of four.
override THREADS: u32 = 64u;

struct Params {
  /// In vectors of four; classes too.
  count: u32,
  classes: u32,
  first: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<vec4f>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> judgement: array<f32>;
@group(0) @binding(4) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(5) var<storage, read> dLosses: array<f32>;
@group(0) @binding(6) var<storage, read_write> dLogits: array<vec4f>;
@group(0) @binding(7) var<uniform> params: Params;

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
  let row = i / params.classes;
  let slope = weights[row] * (dLosses[0] + judgement[row] * dLosses[1]);
  if (slope == 0.0) {
    dLogits[i] = vec4f();
    return;
  }
  let softmax = exp(logits[i] - statistics[row].x - statistics[row].y);
  let class0 = i32(i % params.classes * 4u + params.first);
  let hit = vec4i(class0, class0 + 1, class0 + 2, class0 + 3) == vec4i(labels[row]);
  dLogits[i] = slope * (softmax - select(vec4f(), vec4f(1.0), hit));
}
