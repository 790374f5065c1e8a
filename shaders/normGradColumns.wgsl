// The weight and bias gradients of a row normalisation: dWeight = Σ rows dy·x̂, dBias = Σ rows dy.
// A workgroup has 16 columns and 16 lanes of rows; lanes are added in fixed order.
override COLUMNS: u32 = 16u;
override LANES: u32 = 16u;

struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> dWeight: array<f32>;
@group(0) @binding(4) var<storage, read_write> dBias: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

var<workgroup> partial: array<vec2f, COLUMNS * LANES>;

@compute @workgroup_size(COLUMNS, LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.x * COLUMNS + local.x;
  var sum = vec2f(0.0);
  if (column < params.width) {
    for (var row = local.y; row < params.rows; row += LANES) {
      let at = row * params.width + column;
      let normalised = (x[at] - statistics[row].x) * statistics[row].y;
      sum += vec2f(dy[at] * normalised, dy[at]);
    }
  }
  partial[local.y * COLUMNS + local.x] = sum;
  workgroupBarrier();
  if (local.y == 0u && column < params.width) {
    var total = vec2f(0.0);
    for (var lane = 0u; lane < LANES; lane++) {
      total += partial[lane * COLUMNS + local.x];
    }
    dWeight[column] = total.x;
    dBias[column] = total.y;
  }
}
