// Rotary positions on packed rows: in the leading heads features i and i + half turn by position · frequency[i] (direction
// −1 turns back), the rest of the row is copied. x, y [places, width]; one thread a pair of turned features or two others.
override THREADS: u32 = 64u;

struct Params {
  places: u32,
  width: u32,
  /** Features of the turned heads together. */
  turned: u32,
  half: u32,
  direction: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> positions: array<i32>;
@group(0) @binding(2) var<storage, read> frequencies: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

// WGSL promises sin and cos only to 2⁻¹¹, and only near zero: the angle is brought to ±π/4 and a series gives 1e-7.
fn cosSin(angle: f32) -> vec2f {
  let quarter = round(angle * 0.6366197723675814);
  // π/2 in two parts, so that the difference stays exact for thousands of turns.
  let r = fma(quarter, -7.5497894158615964e-8, fma(quarter, -1.5707962512969971, angle));
  let q = r * r;
  let sine = r * (1.0 + q * (-0.16666667 + q * (0.008333333 + q * (-0.00019841270 + q * 2.7557319e-6))));
  let cosine = 1.0 + q * (-0.5 + q * (0.041666668 + q * (-0.0013888889 + q * 2.4801587e-5)));
  let turn = i32(quarter) & 3;
  let swapped = select(vec2f(cosine, sine), vec2f(-sine, cosine), (turn & 1) == 1);
  return select(swapped, -swapped, turn >= 2);
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let perRow = (params.width + 1u) / 2u;
  let i = (group.y * groups.x + group.x) * THREADS + thread;
  let place = i / perRow;
  if (place >= params.places) {
    return;
  }
  let pair = i % perRow;
  let row = place * params.width;
  if (pair * 2u < params.turned) {
    let feature = pair % params.half;
    let first = row + pair / params.half * params.half * 2u + feature;
    let second = first + params.half;
    let turned = cosSin(f32(positions[place]) * frequencies[feature]) * vec2f(1.0, params.direction);
    let left = x[first];
    let right = x[second];
    y[first] = left * turned.x - right * turned.y;
    y[second] = right * turned.x + left * turned.y;
    return;
  }
  let first = row + pair * 2u;
  y[first] = x[first];
  if (pair * 2u + 1u < params.width) {
    y[first + 1u] = x[first + 1u];
  }
}
