// wide[u, (h, w), (dh, dw, d)] = narrow[u, (h·scale + dh, w·scale + dw), d], part by part; BACK copies from wide to narrow.
alias Part = vec4f;
override THREADS: u32 = 64u;
override BACK: bool = false;

struct Params {
  count: u32,
  /// Parts of a narrow row.
  width: u32,
  scale: u32,
  /// Wide rows along one side of the image.
  side: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Part>;
@group(0) @binding(1) var<storage, read_write> out: array<Part>;
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
  // Both run over the places of the wide form.
  let part = i % params.width;
  let dw = i / params.width % params.scale;
  let dh = i / (params.width * params.scale) % params.scale;
  let place = i / (params.width * params.scale * params.scale);
  let w = place % params.side;
  // The image's number and the wide row's height together.
  let h = place / params.side;
  let narrow = (((h * params.scale + dh) * params.side + w) * params.scale + dw) * params.width + part;
  if (BACK) {
    out[narrow] = x[i];
  } else {
    out[i] = x[narrow];
  }
}
