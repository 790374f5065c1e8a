// Up to four numbers at the end of a row.

/** Loads four numbers of which `left` exist; the others are zero. */
/* inline */ export function loadSome(at: usize, left: i32): v128 {
  return left >= 4 ? v128.load(at) : loadFew(at, left);
}

/* inline */ export function storeSome(at: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(at, x);
  else storeFew(at, x, left);
}

function loadFew(at: usize, left: i32): v128 {
  let x = v128.load32_zero(at);
  if (left > 1) x = v128.load_lane<f32>(at + 4, x, 1);
  if (left > 2) x = v128.load_lane<f32>(at + 8, x, 2);
  return x;
}

function storeFew(at: usize, x: v128, left: i32): void {
  v128.store_lane<f32>(at, x, 0);
  if (left > 1) v128.store_lane<f32>(at + 4, x, 1);
  if (left > 2) v128.store_lane<f32>(at + 8, x, 2);
}
