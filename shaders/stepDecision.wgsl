// What a step does with its gradient, decided by one workgroup from the partial sums of squares: the norm with the loss
// scale undone, whether it is finite (told by its bits: comparisons may be compiled as if there were no NaN), what a
// gradient then counts (loss scale undone, clipped), and the next loss scale.
override THREADS: u32 = 256u;
// Places in the control tensor.
override CLIP: u32 = 6u;
override GROWTH_INTERVAL: u32 = 9u;
override LARGEST_SCALE: u32 = 10u;

struct Params {
  partials: u32,
}

@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read> control: array<f32>;
/// loss scale, 0, finite steps since it changed, skipped steps
@group(0) @binding(2) var<storage, read_write> scaling: array<f32>;
/// what a gradient counts, and 1 where the step is taken
@group(0) @binding(3) var<storage, read_write> decision: array<f32>;
@group(0) @binding(4) var<storage, read_write> norm: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

var<workgroup> sums: array<f32, THREADS>;

const EXPONENT = 0x7f800000u;

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32) {
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
  if (thread > 0u) {
    return;
  }
  let total = sums[0];
  let finite = (bitcast<u32>(total) & EXPONENT) != EXPONENT;
  let scale = scaling[0];
  let interval = control[GROWTH_INTERVAL];
  if (!finite) {
    norm[0] = total;
    decision[0] = 0.0;
    decision[1] = 0.0;
    if (interval > 0.0) {
      scaling[0] = min(scale, max(1.0, scale * 0.5));
    }
    scaling[2] = 0.0;
    scaling[3] += 1.0;
    return;
  }
  let globalNorm = sqrt(total) / scale;
  let clip = control[CLIP];
  var share = 1.0;
  if (clip >= 0.0) {
    share = min(1.0, clip / (globalNorm + 1.0e-6));
  }
  norm[0] = globalNorm;
  decision[0] = share / scale;
  decision[1] = 1.0;
  var good = scaling[2] + 1.0;
  if (interval > 0.0 && good >= interval) {
    scaling[0] = max(scale, min(scale * 2.0, control[LARGEST_SCALE]));
    good = 0.0;
  }
  scaling[2] = good;
}
