// How accuracy grows with the volume of tag samples, in sevenths of the CoT volume. From six volumes on a saturating
// power law a − b·(x + 1)^−k is fitted, with four or five a straight line in log(x + 1), below that nothing: three
// parameters through four points would fit anything. The band comes from a bootstrap, over the episodes of each volume
// where their counts are known and over the fit's residuals otherwise. Nothing is drawn past twice the largest volume.
import { Random } from '../base/random';
import * as m from '../words/messages';

/** Right answers of one episode at one volume. */
export interface EpisodeCount {
  readonly right: number;
  readonly answers: number;
}

/** Accuracy at one tag volume. Several points (seeds) may share a volume. */
export interface ScalingPoint {
  /** Tag volume in sevenths of the CoT volume; 7 is as many tags as CoT samples. */
  readonly sevenths: number;
  /** Percent. */
  readonly accuracy: number;
  readonly episodes?: readonly EpisodeCount[];
}

export type ScalingForm = 'power' | 'log';

/** `power`: a − b·(x + 1)^−k; `log`: a + b·ln(x + 1), k unused. x in sevenths, result in percent, held to 0 … 100. */
export interface ScalingLaw {
  readonly form: ScalingForm;
  readonly a: number;
  readonly b: number;
  readonly k: number;
}

export interface CurvePoint {
  readonly sevenths: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

export interface ScalingFit {
  readonly law: ScalingLaw;
  /** What was resampled for the band. */
  readonly bootstrap: 'episodes' | 'residuals';
  /** Smallest and largest volume measured; the curve ends at twice the largest. */
  readonly from: number;
  readonly to: number;
  readonly rootMeanSquare: number;
  readonly curve: readonly CurvePoint[];
  readonly confidence: number;
}

export type ScalingResult = { readonly fit: ScalingFit; readonly reason: null } | { fit: null; reason: string };

export const fewestVolumes = 4;
const fewestForPower = 6;

/** Fits the points; without enough different volumes the reason in words. `seed` fixes the bootstrap. */
export function fitScaling(points: readonly ScalingPoint[], seed: number, draws = 300): ScalingResult {
  const volumes = new Set(points.map((point) => point.sevenths)).size;
  if (volumes < fewestVolumes) {
    return { fit: null, reason: m.engine_few_volumes({ fewest: fewestVolumes, volumes }) };
  }
  const form: ScalingForm = volumes < fewestForPower ? 'log' : 'power';
  const law = leastSquares(points, form);
  const from = Math.min(...points.map((point) => point.sevenths));
  const to = Math.max(...points.map((point) => point.sevenths));
  const byEpisodes = points.every((point) => (point.episodes?.length ?? 0) > 1);
  const random = new Random(seed, points.length);
  const laws = Array.from({ length: draws }, () => {
    const again = byEpisodes ? episodesResampled(points, random) : residualsResampled(points, law, random);
    return leastSquares(again, form);
  });
  const steps = 40;
  const curve = Array.from({ length: steps + 1 }, (_, i) => {
    const sevenths = from + ((2 * to - from) * i) / steps;
    const values = laws.map((other) => valueOf(other, sevenths)).sort((a, b) => a - b);
    const accuracy = valueOf(law, sevenths);
    const low = Math.min(accuracy, atShare(values, 0.025));
    return { sevenths, accuracy, low, high: Math.max(accuracy, atShare(values, 0.975)) };
  });
  const squares = points.reduce((sum, point) => sum + (point.accuracy - valueOf(law, point.sevenths)) ** 2, 0);
  const rootMeanSquare = Math.sqrt(squares / points.length);
  const bootstrap = byEpisodes ? 'episodes' : 'residuals';
  return { fit: { law, bootstrap, from, to, rootMeanSquare, curve, confidence: 0.95 }, reason: null };
}

/** What the fit expects at a volume, in percent; null outside the measured range and its double. */
export function predict(fit: ScalingFit, sevenths: number): number | null {
  return sevenths < fit.from || sevenths > 2 * fit.to ? null : valueOf(fit.law, sevenths);
}

/** Which law was fitted and how, for a caption. */
export function describeFit(fit: ScalingFit): string {
  const law = fit.law.form === 'power' ? m.engine_law_power() : m.engine_law_log();
  const band = fit.bootstrap === 'episodes' ? m.engine_band_episodes() : m.engine_band_residuals();
  return m.engine_fit({ law, band });
}

function valueOf(law: ScalingLaw, sevenths: number): number {
  const value = law.form === 'power' ? law.a - law.b * (sevenths + 1) ** -law.k : law.a + law.b * Math.log1p(sevenths);
  return Math.min(100, Math.max(0, value));
}

function leastSquares(points: readonly ScalingPoint[], form: ScalingForm): ScalingLaw {
  if (form === 'log') {
    const { intercept, slope } = line(points, (x) => Math.log1p(x));
    return { form, a: intercept, b: slope, k: 0 };
  }
  // For a given exponent the law is a line in (x + 1)^−k, so only the exponent is searched: a grid, then its best cell.
  const error = (logK: number): number => power(points, Math.exp(logK)).error;
  const [low, high, cells] = [Math.log(0.05), Math.log(5), 24];
  let best = low;
  for (let i = 1; i <= cells; i++) {
    const candidate = low + ((high - low) * i) / cells;
    if (error(candidate) < error(best)) best = candidate;
  }
  let [left, right] = [best - (high - low) / cells, best + (high - low) / cells];
  for (let i = 0; i < 20; i++) {
    const third = (right - left) / 3;
    if (error(left + third) < error(right - third)) right -= third;
    else left += third;
  }
  const k = Math.exp((left + right) / 2);
  return { form, k, ...power(points, k).law };
}

/** Best a and b at an exponent, with a ceiling of 100 % on the limit and no fall with volume. */
function power(points: readonly ScalingPoint[], k: number): { law: { a: number; b: number }; error: number } {
  const basis = (x: number): number => (x + 1) ** -k;
  const { intercept, slope } = line(points, basis);
  let law = { a: intercept, b: -slope };
  if (law.b < 0) law = { a: points.reduce((sum, point) => sum + point.accuracy, 0) / points.length, b: 0 };
  if (law.a > 100) {
    let [top, bottom] = [0, 0];
    for (const point of points) {
      top += (100 - point.accuracy) * basis(point.sevenths);
      bottom += basis(point.sevenths) ** 2;
    }
    law = { a: 100, b: Math.max(0, top / bottom) };
  }
  const error = points.reduce((sum, p) => sum + (law.a - law.b * basis(p.sevenths) - p.accuracy) ** 2, 0);
  return { law, error };
}

function line(points: readonly ScalingPoint[], basis: (x: number) => number): { intercept: number; slope: number } {
  const n = points.length;
  const meanX = points.reduce((sum, point) => sum + basis(point.sevenths), 0) / n;
  const meanY = points.reduce((sum, point) => sum + point.accuracy, 0) / n;
  let [top, bottom] = [0, 0];
  for (const point of points) {
    const away = basis(point.sevenths) - meanX;
    top += away * (point.accuracy - meanY);
    bottom += away * away;
  }
  const slope = bottom === 0 ? 0 : top / bottom;
  return { intercept: meanY - slope * meanX, slope };
}

function episodesResampled(points: readonly ScalingPoint[], random: Random): ScalingPoint[] {
  return points.map((point) => {
    const episodes = point.episodes ?? [];
    let [right, answers] = [0, 0];
    for (let i = 0; i < episodes.length; i++) {
      const episode = random.pick(episodes);
      right += episode.right;
      answers += episode.answers;
    }
    return { sevenths: point.sevenths, accuracy: answers === 0 ? point.accuracy : (100 * right) / answers };
  });
}

function residualsResampled(points: readonly ScalingPoint[], law: ScalingLaw, random: Random): ScalingPoint[] {
  const residuals = points.map((point) => point.accuracy - valueOf(law, point.sevenths));
  // A fit passes closer to its points than the truth does; the residuals are widened by the parameters it used up.
  const free = law.form === 'power' ? 3 : 2;
  const widen = Math.sqrt(points.length / Math.max(1, points.length - free));
  return points.map((point) => ({
    sevenths: point.sevenths,
    accuracy: valueOf(law, point.sevenths) + widen * random.pick(residuals),
  }));
}

function atShare(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
