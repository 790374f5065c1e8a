// dLogits[m] = weights[m] · dy[m] · (softmax(logits[m]) − one-hot(labels[m])), one workgroup a place; exactly zero where
// the weight is zero.
override THREADS: u32 = 128u;

struct Params {
  rows: u32,
  classes: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dLogits: array<f32>;
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
  let slope = weights[row] * dy[row];
  if (slope == 0.0) {
    for (var i = thread; i < params.classes; i += THREADS) {
      dLogits[start + i] = 0.0;
    }
    return;
  }
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
  let total = partial[0];
  let label = labels[row];
  for (var i = thread; i < params.classes; i += THREADS) {
    var difference = exp(logits[start + i] - highest) / total;
    if (i32(i) == label) {
      difference -= 1.0;
    }
    dLogits[start + i] = slope * difference;
  }
}
