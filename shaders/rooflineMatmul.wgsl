// C = A·B for square matrices whose side is a multiple of 128: each workgroup makes a 128 × 128 tile from slices in
// workgroup memory (exactly 16 KiB), each invocation 8 × 8 of it in registers. Measures what a graphics card can do.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(3) var<uniform> side: vec4u;

const TILE = 128u;
const DEPTH = 16u;

// Columns of A's slice (so that eight rows of one depth lie together), rows of B's.
var<workgroup> sliceA: array<f32, TILE * DEPTH>;
var<workgroup> sliceB: array<vec4f, DEPTH * TILE / 4u>;

@compute @workgroup_size(16, 16)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u) {
  let n4 = side.x / 4u;
  let index = local.y * 16u + local.x;
  let row0 = group.y * TILE;
  let column0 = group.x * TILE / 4u;
  var sum: array<array<vec4f, 2>, 8>;
  for (var k = 0u; k < side.x; k += DEPTH) {
    for (var i = 0u; i < 2u; i++) {
      // 512 vectors of each slice, two an invocation.
      let at = index + i * 256u;
      let row = at / 4u;
      let part = at % 4u;
      let fromA = a[(row0 + row) * n4 + k / 4u + part];
      for (var j = 0u; j < 4u; j++) {
        sliceA[(part * 4u + j) * TILE + row] = fromA[j];
      }
      sliceB[at] = b[(k + at / 32u) * n4 + column0 + at % 32u];
    }
    workgroupBarrier();
    for (var d = 0u; d < DEPTH; d++) {
      let left = sliceB[d * 32u + local.x];
      let right = sliceB[d * 32u + 16u + local.x];
      for (var r = 0u; r < 8u; r++) {
        let x = sliceA[d * TILE + local.y * 8u + r];
        sum[r][0] = fma(vec4f(x), left, sum[r][0]);
        sum[r][1] = fma(vec4f(x), right, sum[r][1]);
      }
    }
    workgroupBarrier();
  }
  for (var r = 0u; r < 8u; r++) {
    let at = (row0 + local.y * 8u + r) * n4 + column0 + local.x;
    c[at] = sum[r][0];
    c[at + 16u] = sum[r][1];
  }
}
