// y[W] = Σ over rows of x[N, W]. A workgroup has 16 columns and 16 lanes of rows; lanes are added in fixed order.
override COLUMNS: u32 = 16u;
override LANES: u32 = 16u;

struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

var<workgroup> partial: array<f32, COLUMNS * LANES>;

@compute @workgroup_size(COLUMNS, LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let column = (group.y * groups.x + group.x) * COLUMNS + local.x;
  var sum = 0.0;
  if (column < params.width) {
    for (var row = local.y; row < params.rows; row += LANES) {
      sum += x[row * params.width + column];
    }
  }
  partial[local.y * COLUMNS + local.x] = sum;
  workgroupBarrier();
  if (local.y == 0u && column < params.width) {
    var total = 0.0;
    for (var lane = 0u; lane < LANES; lane++) {
      total += partial[lane * COLUMNS + local.x];
    }
    y[column] = total;
  }
}
