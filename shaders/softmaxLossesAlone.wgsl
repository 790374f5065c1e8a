// softmaxLosses.wgsl without workgroup memory, for software adapters: one thread a place, four classes at a time. The
// number of classes is a multiple of four.
override THREADS: u32 = 4u;

struct Params {
  rows: u32,
  /// In vectors of four.
  classes: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<vec4f>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(5) var<uniform> params: Params;

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
  let start = row * params.classes;
  var high = vec4f(-3.0e38);
  for (var i = 0u; i < params.classes; i++) {
    high = max(high, logits[start + i]);
  }
  let highest = max(max(high.x, high.y), max(high.z, high.w));
  var sum = vec4f();
  for (var i = 0u; i < params.classes; i++) {
    sum += exp(logits[start + i] - highest);
  }
  let logTotal = log(dot(sum, vec4f(1.0)));
  statistics[row] = vec2f(highest, logTotal);
  let label = labels[row];
  var chosen = 0.0;
  if (label >= 0 && u32(label) < params.classes * 4u) {
    chosen = logits[start + u32(label) / 4u][u32(label) % 4u] - highest;
  }
  let weight = weights[row];
  loss[row] = select(weight * (logTotal - chosen), 0.0, weight == 0.0);
}
