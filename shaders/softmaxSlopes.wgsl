// The gradient of the two losses by the logits, element by element: slope · (softmax − one-hot of the label), with
// slope = weight · (dLosses[0] + judgement · dLosses[1]); exactly zero where that is zero. The logits may be a stretch of
// the vocabulary that starts at class `first`.
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  classes: u32,
  first: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> judgement: array<f32>;
@group(0) @binding(4) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(5) var<storage, read> dLosses: array<f32>;
@group(0) @binding(6) var<storage, read_write> dLogits: array<f32>;
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
    dLogits[i] = 0.0;
    return;
  }
  var difference = exp(logits[i] - statistics[row].x - statistics[row].y);
  if (i32(i % params.classes + params.first) == labels[row]) {
    difference -= 1.0;
  }
  dLogits[i] = slope * difference;
}
