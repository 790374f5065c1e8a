// out[r] = Σ dy[n] over the n with indices[n] = r, in the order of n. A workgroup has one row and 64 of its columns; its
// threads look at 64 indices at a time together and then add the rows that hit, so no float is ever added atomically.
// Indices stand in sequences of `length`; those at the places of two images (first …, second …) do not count.
const THREADS: u32 = 64u;

struct Params {
  count: u32,
  width: u32,
  rows: u32,
  length: u32,
  first: u32,
  second: u32,
  places: u32,
}

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

var<workgroup> hits: array<atomic<u32>, 2>;

fn counts(n: u32) -> bool {
  let t = n % params.length;
  // A place before an image wraps to a huge number.
  return t - params.first >= params.places && t - params.second >= params.places;
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) {
    return;
  }
  let column = group.z * THREADS + thread;
  var sum = 0.0;
  for (var base = 0u; base < params.count; base += THREADS) {
    if (thread < 2u) {
      atomicStore(&hits[thread], 0u);
    }
    workgroupBarrier();
    let n = base + thread;
    if (n < params.count && indices[n] == i32(row) && counts(n)) {
      atomicOr(&hits[thread / 32u], 1u << (thread % 32u));
    }
    workgroupBarrier();
    for (var word = 0u; word < 2u; word++) {
      var left = atomicLoad(&hits[word]);
      while (left != 0u) {
        let hit = base + word * 32u + firstTrailingBit(left);
        if (column < params.width) {
          sum += dy[hit * params.width + column];
        }
        left &= left - 1u;
      }
    }
    workgroupBarrier();
  }
  if (column < params.width) {
    out[row * params.width + column] = sum;
  }
}
