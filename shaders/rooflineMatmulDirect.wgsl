// C = A·B for square matrices whose side is a multiple of 64, without workgroup memory or barriers: each invocation makes
// 8 × 8 numbers in registers. Measures what a software adapter can do, for which barriers are dear.
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(3) var<uniform> side: vec4u;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n4 = side.x / 4u;
  let row0 = id.y * 8u;
  let column0 = id.x * 2u;
  var sum: array<array<vec4f, 2>, 8>;
  for (var k = 0u; k < n4; k++) {
    let b0 = b[k * 4u * n4 + column0];
    let b1 = b[k * 4u * n4 + column0 + 1u];
    let b2 = b[(k * 4u + 1u) * n4 + column0];
    let b3 = b[(k * 4u + 1u) * n4 + column0 + 1u];
    let b4 = b[(k * 4u + 2u) * n4 + column0];
    let b5 = b[(k * 4u + 2u) * n4 + column0 + 1u];
    let b6 = b[(k * 4u + 3u) * n4 + column0];
    let b7 = b[(k * 4u + 3u) * n4 + column0 + 1u];
    for (var r = 0u; r < 8u; r++) {
      let x = a[(row0 + r) * n4 + k];
      sum[r][0] += x.x * b0 + x.y * b2 + x.z * b4 + x.w * b6;
      sum[r][1] += x.x * b1 + x.y * b3 + x.z * b5 + x.w * b7;
    }
  }
  for (var r = 0u; r < 8u; r++) {
    c[(row0 + r) * n4 + column0] = sum[r][0];
    c[(row0 + r) * n4 + column0 + 1u] = sum[r][1];
  }
}
