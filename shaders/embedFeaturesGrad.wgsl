// dFeatures[u, n] = Σ of dy over the samples that show image u, at the n-th of its places there; sample after sample, first
// before second image, part by part.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  /// Parts of a row.
  width: u32,
  length: u32,
  first: u32,
  second: u32,
  places: u32,
  batch: u32,
}

@group(0) @binding(0) var<storage, read> dy: array<Part>;
@group(0) @binding(1) var<storage, read> shown: array<i32>;
@group(0) @binding(2) var<storage, read_write> dFeatures: array<Part>;
@group(0) @binding(3) var<uniform> params: Params;

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
  let part = i % params.width;
  let place = i / params.width % params.places;
  let image = i32(i / (params.width * params.places));
  var total = Part();
  for (var b = 0u; b < params.batch; b++) {
    if (shown[2u * b] == image) {
      total += dy[(b * params.length + params.first + place) * params.width + part];
    }
    if (shown[2u * b + 1u] == image) {
      total += dy[(b * params.length + params.second + place) * params.width + part];
    }
  }
  dFeatures[i] = total;
}
