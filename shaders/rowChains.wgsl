// Chains the places that name the same row, in their order, by one thread: heads[r] is the first n with indices[n] = r, and
// next[n] the following one; −1 ends a chain. For software adapters; a graphics card is slow with one thread.
// Indices stand in sequences of `length`; those at the places of two images (first …, second …) do not count.
struct Params {
  count: u32,
  rows: u32,
  length: u32,
  first: u32,
  second: u32,
  places: u32,
}

@group(0) @binding(0) var<storage, read> indices: array<i32>;
@group(0) @binding(1) var<storage, read_write> heads: array<i32>;
@group(0) @binding(2) var<storage, read_write> next: array<i32>;
@group(0) @binding(3) var<uniform> params: Params;

@compute @workgroup_size(1)
fn main() {
  for (var r = 0u; r < params.rows; r++) {
    heads[r] = -1;
  }
  for (var n = params.count; n > 0u; n--) {
    let row = indices[n - 1u];
    let t = (n - 1u) % params.length;
    // A place before an image wraps to a huge number.
    let shows = t - params.first < params.places || t - params.second < params.places;
    if (!shows && row >= 0 && u32(row) < params.rows) {
      next[n - 1u] = heads[row];
      heads[row] = i32(n - 1u);
    }
  }
}
