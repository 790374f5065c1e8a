// The two distributions that intervals and sensitivity need: the normal and Student's t, as distribution functions and
// quantiles. Quantiles are found by bisection on the distribution function: slower than a rational approximation, but
// right to about twelve digits everywhere, and called only a few hundred times in an evaluation.

/** Natural logarithm of the gamma function for x > 0 (Lanczos, g = 7, nine terms). */
export function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = 0.9999999999998099;
  terms.forEach((term, i) => (sum += term / (z + i + 1)));
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Share of the standard normal distribution below z. */
export function normalCdf(z: number): number {
  const upper = 0.5 * upperGammaHalf((z * z) / 2);
  return z < 0 ? upper : 1 - upper;
}

/** Value below which the share p of the standard normal distribution lies; infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  return quantile(p, normalCdf);
}

/** Share of Student's t distribution with `freedom` degrees of freedom below t. */
export function tCdf(t: number, freedom: number): number {
  const upper = 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t < 0 ? upper : 1 - upper;
}

/** Value below which the share p of Student's t distribution with `freedom` > 0 degrees of freedom lies. */
export function tQuantile(p: number, freedom: number): number {
  if (!(freedom > 0)) throw new RangeError(`Student's t needs positive degrees of freedom, not ${freedom}`);
  return quantile(p, (t) => tCdf(t, freedom));
}

/** Regularised incomplete beta function I_x(a, b) (continued fraction after Lentz). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only below this point; above it the mirrored function does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Regularised upper incomplete gamma function Q(1/2, x), the two-sided tail of a normal at z² = 2x. */
function upperGammaHalf(x: number): number {
  if (x === 0) return 1;
  if (x < 1.5) {
    let term = 2;
    let sum = term;
    for (let n = 1; n < 200 && term > sum * 1e-17; n++) {
      term *= x / (0.5 + n);
      sum += term;
    }
    return 1 - (sum * Math.sqrt(x) * Math.exp(-x)) / Math.sqrt(Math.PI);
  }
  let b = x + 0.5;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 500; n++) {
    const a = -n * (n - 0.5);
    b += 2;
    d = 1 / guarded(a * d + b);
    c = guarded(b + a / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return (Math.sqrt(x) * Math.exp(-x) * fraction) / Math.sqrt(Math.PI);
}

function guarded(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

function quantile(p: number, cdf: (x: number) => number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a share lies between 0 and 1, not at ${p}`);
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  // The lower tail keeps its digits where 1 − p would lose them, and both distributions are symmetric.
  if (p > 0.5) return -quantile(1 - p, cdf);
  let low = -1;
  while (cdf(low) > p) low *= 2;
  let high = 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
