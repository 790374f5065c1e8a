// exp, log and what is made of them, four numbers at a time; relative error below 3e-7, as f32 allows.

/** a·b + c; rounded once in the builds for browsers that can. */
/* inline */ export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

// Added to a number below 2²², it leaves the whole part in the lowest bits.
const SHIFT: f32 = 12582912;

/** e^x; zero is never reached: below −87 it stays at e^−87. */
export function exp4(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  const shifted = madd(clamped, f32x4.splat(1.4426950408889634), f32x4.splat(SHIFT));
  const whole = f32x4.sub(shifted, f32x4.splat(SHIFT));
  let rest = madd(whole, f32x4.splat(-0.693359375), clamped);
  rest = madd(whole, f32x4.splat(2.1219444e-4), rest);
  // Cephes' polynomial for e^r, |r| ≤ ½ ln 2.
  let sum = f32x4.splat(1.98756915e-4);
  sum = madd(sum, rest, f32x4.splat(1.3981999507e-3));
  sum = madd(sum, rest, f32x4.splat(8.3334519073e-3));
  sum = madd(sum, rest, f32x4.splat(4.1665795894e-2));
  sum = madd(sum, rest, f32x4.splat(1.6666665459e-1));
  sum = madd(sum, rest, f32x4.splat(5.0000001201e-1));
  sum = madd(sum, f32x4.mul(rest, rest), f32x4.add(rest, f32x4.splat(1)));
  const power = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000));
  return f32x4.mul(sum, power);
}

/** 1 / (1 + e^−x). */
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** ln x of a positive number, by its exponent and a series in (m − 1)/(m + 1). */
export function log(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const t = (m - 1) / (m + 1);
  const s = t * t;
  let sum: f64 = 1.0 / 17;
  sum = sum * s + 1.0 / 15;
  sum = sum * s + 1.0 / 13;
  sum = sum * s + 1.0 / 11;
  sum = sum * s + 1.0 / 9;
  sum = sum * s + 1.0 / 7;
  sum = sum * s + 1.0 / 5;
  sum = sum * s + 1.0 / 3;
  sum = sum * s + 1;
  return 2 * t * sum + <f64>exponent * 0.6931471805599453;
}

/* inline */ export function sum4(x: v128): f32 {
  const half = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1);
}

/* inline */ export function max4(x: v128): f32 {
  const half = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
}
