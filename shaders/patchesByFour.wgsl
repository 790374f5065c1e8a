// patches.wgsl for patches whose side is a multiple of four: a thread turns three words, which are four neighbouring
// pixels, into four numbers of each channel.
override THREADS: u32 = 64u;

struct Params {
  /// Groups of four pixels.
  count: u32,
  /// In pixels; patchSide too.
  side: u32,
  patchSide: u32,
}

@group(0) @binding(0) var<storage, read> store: array<u32>;
@group(0) @binding(1) var<storage, read> index: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
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
  let p = params.patchSide / 4u;
  let grid = params.side / params.patchSide;
  let x = i % p;
  let y = i / p % params.patchSide;
  let place = i / (p * params.patchSide);
  let row = place / grid % grid * params.patchSide + y;
  let column = place % grid * p + x;
  let picture = u32(index[place / (grid * grid)]);
  let word = ((picture * params.side + row) * (params.side / 4u) + column) * 3u;
  let first = unpack4x8unorm(store[word]);
  let second = unpack4x8unorm(store[word + 1u]);
  let third = unpack4x8unorm(store[word + 2u]);
  let channel = p * params.patchSide;
  let at = place * channel * 3u + y * p + x;
  out[at] = vec4f(first.x, first.w, second.z, third.y) * 2.0 - 1.0;
  out[at + channel] = vec4f(first.y, second.x, second.w, third.z) * 2.0 - 1.0;
  out[at + 2u * channel] = vec4f(first.z, second.y, third.x, third.w) * 2.0 - 1.0;
}
