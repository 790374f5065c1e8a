// out[b, t] = table[tokens[b, t]], but at the places of the two images their features, part by part.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  /// Parts of a row.
  width: u32,
  length: u32,
  /// First place of the first and of the second image, and places an image.
  first: u32,
  second: u32,
  places: u32,
}

@group(0) @binding(0) var<storage, read> table: array<Part>;
@group(0) @binding(1) var<storage, read> tokens: array<i32>;
@group(0) @binding(2) var<storage, read> features: array<Part>;
@group(0) @binding(3) var<storage, read> shown: array<i32>;
@group(0) @binding(4) var<storage, read_write> out: array<Part>;
@group(0) @binding(5) var<uniform> params: Params;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * THREADS + thread;
  if (i >= params.count) {
    return;
  }
  let place = i / params.width;
  let part = i % params.width;
  let t = place % params.length;
  let b = place / params.length;
  // A place before an image wraps to a huge number.
  if (t - params.first < params.places) {
    let image = u32(shown[2u * b]);
    out[i] = features[(image * params.places + t - params.first) * params.width + part];
  } else if (t - params.second < params.places) {
    let image = u32(shown[2u * b + 1u]);
    out[i] = features[(image * params.places + t - params.second) * params.width + part];
  } else {
    out[i] = table[u32(tokens[place]) * params.width + part];
  }
}
