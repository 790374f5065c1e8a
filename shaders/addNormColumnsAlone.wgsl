// addNormColumns.wgsl without workgroup memory, for software adapters: one thread has four columns and walks all rows. The
// width is a multiple of four.
override THREADS: u32 = 4u;

struct Params {
  rows: u32,
  /// In vectors of four.
  width: u32,
}

@group(0) @binding(0) var<storage, read> sum: array<vec4f>;
@group(0) @binding(1) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(2) var<storage, read> dNormed: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dWeight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dBias: array<vec4f>;
@group(0) @binding(5) var<uniform> params: Params;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= params.width) {
    return;
  }
  var weights = vec4f();
  var biases = vec4f();
  for (var row = 0u; row < params.rows; row++) {
    let at = row * params.width + column;
    let slope = dNormed[at];
    weights += slope * (sum[at] - statistics[row].x) * statistics[row].y;
    biases += slope;
  }
  dWeight[column] = weights;
  dBias[column] = biases;
}
