// cache[b, first + t] = the last `columns` features of qkv[b, t]; rows outside the cache are dropped. One thread a number.
override THREADS: u32 = 64u;

struct Params {
  batch: u32,
  tokens: u32,
  width: u32,
  rows: u32,
  columns: u32,
}

@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read> first: array<i32>;
@group(0) @binding(2) var<storage, read_write> cache: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = (group.y * groups.x + group.x) * THREADS + thread;
  let place = i / params.columns;
  if (place >= params.batch * params.tokens) {
    return;
  }
  let column = i % params.columns;
  let row = first[0] + i32(place % params.tokens);
  if (row < 0 || row >= i32(params.rows)) {
    return;
  }
  let at = (place / params.tokens * params.rows + u32(row)) * params.columns + column;
  cache[at] = qkv[(place + 1u) * params.width - params.columns + column];
}
