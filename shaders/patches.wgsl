// Pictures [U, S, S, 3] of values 0…255 → rows of normalised patches [U·(S/p)², 3·p·p], channel-first inside a patch:
// out = (v/255 − ½)/½. INTEGER says that the input holds int32, not f32.
override THREADS: u32 = 256u;
override INTEGER: bool = true;

struct Params {
  count: u32,
  side: u32,
  patchSide: u32,
}

@group(0) @binding(0) var<storage, read> bytes: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
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
  let p = params.patchSide;
  let grid = params.side / p;
  let x = i % p;
  let y = i / p % p;
  let channel = i / (p * p) % 3u;
  let patchAt = i / (p * p * 3u);
  let row = patchAt / grid % grid * p + y;
  let column = patchAt % grid * p + x;
  let picture = patchAt / (grid * grid);
  let raw = bytes[((picture * params.side + row) * params.side + column) * 3u + channel];
  var value = bitcast<f32>(raw);
  if (INTEGER) {
    value = f32(bitcast<i32>(raw));
  }
  out[i] = value * (2.0 / 255.0) - 1.0;
}
