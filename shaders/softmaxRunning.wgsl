// One chunk of the vocabulary added to each place's running (highest, Σ exp(logit − highest), logit of the label), one
// workgroup a place. FIRST starts anew; LAST turns them into the statistics and the loss of softmaxLosses.
override THREADS: u32 = 128u;
override FIRST: bool = true;
override LAST: bool = true;

struct Params {
  rows: u32,
  /// Classes of this chunk, and the first one's number.
  classes: u32,
  first: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> running: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>;
@group(0) @binding(6) var<uniform> params: Params;

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
  var before = vec4f(-3.0e38, 0.0, 0.0, 0.0);
  if (!FIRST) {
    before = running[row];
  }
  var highest = before.x;
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
  if (thread > 0u) {
    return;
  }
  let total = before.y * exp(before.x - highest) + partial[0];
  var chosen = before.z;
  let label = labels[row] - i32(params.first);
  if (label >= 0 && u32(label) < params.classes) {
    chosen = logits[start + u32(label)];
  }
  running[row] = vec4f(highest, total, chosen, 0.0);
  if (LAST) {
    let logTotal = log(total);
    statistics[row] = vec2f(highest, logTotal);
    let weight = weights[row];
    loss[row] = select(weight * (logTotal - (chosen - highest)), 0.0, weight == 0.0);
  }
}
