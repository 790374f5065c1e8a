// AdamW in place over the flat parameter vector. Every workgroup first adds the partial sums of squares (squareSums) in
// the same order, so that all clip by the same number; the bias corrections come ready from the integer step.
override THREADS: u32 = 256u;

struct Params {
  count: u32,
  partials: u32,
  /// learningRate / (1 − β₁^step)
  stepSize: f32,
  /// 1 / √(1 − β₂^step)
  inverseRoot: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  /// learningRate · weightDecay
  decayRate: f32,
  /// negative: no clipping
  clip: f32,
}

@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> decay: array<f32>;
@group(0) @binding(2) var<storage, read> partial: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> moment1: array<f32>;
@group(0) @binding(5) var<storage, read_write> moment2: array<f32>;
@group(0) @binding(6) var<storage, read_write> norm: array<f32>;
@group(0) @binding(7) var<uniform> params: Params;

var<workgroup> sums: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  var squares = 0.0;
  for (var i = thread; i < params.partials; i += THREADS) {
    squares += partial[i];
  }
  sums[thread] = squares;
  workgroupBarrier();
  for (var reach = THREADS / 2u; reach > 0u; reach /= 2u) {
    if (thread < reach) {
      sums[thread] += sums[thread + reach];
    }
    workgroupBarrier();
  }
  let globalNorm = sqrt(sums[0]);
  var share = 1.0;
  if (params.clip >= 0.0) {
    share = min(1.0, params.clip / (globalNorm + 1.0e-6));
  }
  let at = group.y * groups.x + group.x;
  if (at == 0u && thread == 0u) {
    norm[0] = globalNorm;
  }
  let i = at * THREADS + thread;
  if (i >= params.count) {
    return;
  }
  let g = gradient[i] * share;
  let m = params.beta1 * moment1[i] + (1.0 - params.beta1) * g;
  let v = params.beta2 * moment2[i] + (1.0 - params.beta2) * g * g;
  moment1[i] = m;
  moment2[i] = v;
  let change = params.stepSize * m / (sqrt(v) * params.inverseRoot + params.epsilon);
  parameters[i] = parameters[i] * (1.0 - params.decayRate * decay[i]) - change;
}
