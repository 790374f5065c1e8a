// The weight and bias gradients of a row normalisation: dWeight = Σ rows dNormed·x̂, dBias = Σ rows dNormed.
// A workgroup has a few columns and many lanes of rows; lanes are added in fixed order.
override COLUMNS: u32 = 8u;
override LANES: u32 = 32u;

struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<storage, read> sum: array<f32>;
@group(0) @binding(1) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(2) var<storage, read> dNormed: array<f32>;
@group(0) @binding(3) var<storage, read_write> dWeight: array<f32>;
@group(0) @binding(4) var<storage, read_write> dBias: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

var<workgroup> partial: array<vec2f, COLUMNS * LANES>;

@compute @workgroup_size(COLUMNS, LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.x * COLUMNS + local.x;
  var total = vec2f();
  if (column < params.width) {
    for (var row = local.y; row < params.rows; row += LANES) {
      let at = row * params.width + column;
      let slope = dNormed[at];
      let normalised = (sum[at] - statistics[row].x) * statistics[row].y;
      total += vec2f(slope * normalised, slope);
    }
  }
  partial[local.y * COLUMNS + local.x] = total;
  workgroupBarrier();
  for (var reach = LANES / 2u; reach > 0u; reach /= 2u) {
    if (local.y < reach) {
      partial[local.y * COLUMNS + local.x] += partial[(local.y + reach) * COLUMNS + local.x];
    }
    workgroupBarrier();
  }
  if (local.y == 0u && column < params.width) {
    dWeight[column] = partial[local.x].x;
    dBias[column] = partial[local.x].y;
  }
}
