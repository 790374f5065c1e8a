// dPlaces[p] = Σ over the images of dy[u·P + p], image after image, part by part.
alias Part = vec4f;
override THREADS: u32 = 64u;

struct Params {
  /// Parts of one image.
  count: u32,
  images: u32,
}

@group(0) @binding(0) var<storage, read> dy: array<Part>;
@group(0) @binding(1) var<storage, read_write> dPlaces: array<Part>;
@group(0) @binding(2) var<uniform> params: Params;

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
  var total = Part();
  for (var image = 0u; image < params.images; image++) {
    total += dy[image * params.count + i];
  }
  dPlaces[i] = total;
}
