// Row by row of the logits, one workgroup a place: statistics = (highest, log Σ exp(logit − highest)) and
// loss = weight · (highest + log Σ − logit of the label), exactly zero where the weight is zero.
override THREADS: u32 = 128u;

struct Params {
  rows: u32,
  classes: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;
@group(0) @binding(4) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(5) var<uniform> params: Params;

var<workgroup> partial: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) {
    return;
  }
  let start = row * params.classes;
  var highest = -3.0e38;
  for (var i = thread; i < params.classes; i += THREADS) {
    highest = max(highest, logits[start + i]);
  }
  partial[thread] = highest;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (thread < reach) {
      partial[thread] = max(partial[thread], partial[thread + reach]);
    }
    workgroupBarrier();
  }
  highest = partial[0];
  workgroupBarrier();

  var sum = 0.0;
  for (var i = thread; i < params.classes; i += THREADS) {
    sum += exp(logits[start + i] - highest);
  }
  partial[thread] = sum;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (thread < reach) {
      partial[thread] += partial[thread + reach];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    let logTotal = log(partial[0]);
    statistics[row] = vec2f(highest, logTotal);
    let label = labels[row];
    var chosen = 0.0;
    if (label >= 0 && u32(label) < params.classes) {
      chosen = logits[start + u32(label)] - highest;
    }
    let weight = weights[row];
    loss[row] = select(weight * (logTotal - chosen), 0.0, weight == 0.0);
  }
}
