// y = x, one vector of four an invocation: as many bytes read as written, and nothing else. Measures the bandwidth.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) i: u32) {
  let at = (group.y * groups.x + group.x) * 256u + i;
  if (at < arrayLength(&x)) {
    y[at] = x[at];
  }
}
