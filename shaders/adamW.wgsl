// AdamW in place over the flat parameter vector, part by part, with what stepDecision made of the gradient. A step that is
// not taken writes nothing.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  count: u32,
}

/// The first of the control tensor's numbers, in its order.
struct Control {
  /// learningRate / (1 − β₁^step)
  stepSize: f32,
  /// 1 / √(1 − β₂^step)
  inverseRoot: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  /// learningRate · weightDecay
  decayRate: f32,
}

@group(0) @binding(0) var<storage, read> gradient: array<Part>;
@group(0) @binding(1) var<storage, read> decay: array<Part>;
@group(0) @binding(2) var<storage, read> decision: array<f32>;
@group(0) @binding(3) var<storage, read> control: Control;
@group(0) @binding(4) var<storage, read_write> parameters: array<Part>;
@group(0) @binding(5) var<storage, read_write> moment1: array<Part>;
@group(0) @binding(6) var<storage, read_write> moment2: array<Part>;
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
  if (decision[1] == 0.0) {
    return;
  }
  let g = gradient[i] * decision[0];
  let m = control.beta1 * moment1[i] + (1.0 - control.beta1) * g;
  let v = control.beta2 * moment2[i] + (1.0 - control.beta2) * g * g;
  moment1[i] = m;
  moment2[i] = v;
  let change = control.stepSize * m / (sqrt(v) * control.inverseRoot + control.epsilon);
  parameters[i] = parameters[i] * (1.0 - control.decayRate * decay[i]) - change;
}
