// losses = (Σ loss, Σ loss · judgement) over the places, by one workgroup in fixed order.
override THREADS: u32 = 256u;

struct Params {
  rows: u32,
}

@group(0) @binding(0) var<storage, read> loss: array<f32>;
@group(0) @binding(1) var<storage, read> judgement: array<f32>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

var<workgroup> partial: array<vec2f, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32) {
  var sum = vec2f();
  for (var i = thread; i < params.rows; i += THREADS) {
    sum += vec2f(loss[i], loss[i] * judgement[i]);
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
    losses[0] = partial[0].x;
    losses[1] = partial[0].y;
  }
}
