// Pictures of a store, four bytes a word, → rows of normalised patches [U·(S/p)², 3·p·p], channel-first inside a patch:
// out = (v/255 − ½)/½. One thread a number; patchesByFour.wgsl is for patches whose side is a multiple of four.
override THREADS: u32 = 64u;

struct Params {
  count: u32,
  side: u32,
  patchSide: u32,
}

@group(0) @binding(0) var<storage, read> store: array<u32>;
@group(0) @binding(1) var<storage, read> index: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
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
  let p = params.patchSide;
  let grid = params.side / p;
  let x = i % p;
  let y = i / p % p;
  let channel = i / (p * p) % 3u;
  let place = i / (p * p * 3u);
  let row = place / grid % grid * p + y;
  let column = place % grid * p + x;
  let picture = u32(index[place / (grid * grid)]);
  let byte = ((picture * params.side + row) * params.side + column) * 3u + channel;
  let value = (store[byte / 4u] >> (byte % 4u * 8u)) & 0xffu;
  out[i] = f32(value) * (2.0 / 255.0) - 1.0;
}
