// Adds the parts of a product that was cut along K, in fixed order: C[i] = Σ parts[s, i], and the row sums that came with it.
struct Params {
  parts: u32,
  width: u32,
  rows: u32,
}

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read> partSums: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  var total = 0.0;
  if (i < params.width) {
    for (var part = 0u; part < params.parts; part++) {
      total += parts[part * params.width + i];
    }
    c[i] = total;
  } else if (i - params.width < params.rows) {
    for (var part = 0u; part < params.parts; part++) {
      total += partSums[part * params.rows + i - params.width];
    }
    sums[i - params.width] = total;
  }
}
