import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { paperScaling, paperWindows, paperAccuracy, paperModels } from '../../src/evaluation/paper';
import { describeFit, fitScaling, predict, type ScalingPoint } from '../../src/evaluation/scaling';

const law = (x: number): number => 90 - 45 * (x + 1) ** -0.8;
const exact = (...volumes: number[]): ScalingPoint[] => volumes.map((x) => ({ sevenths: x, accuracy: law(x) }));

describe('scaling fit', () => {
  it('needs four different volumes', () => {
    const few = fitScaling([...exact(1, 3, 7), ...exact(7, 3)], 1);
    expect(few.fit).toBeNull();
    expect(few.reason).toMatch(/at least 4 tag volumes; there are 3/);
  });

  it('recovers a power law from exact points', () => {
    const { fit } = fitScaling(exact(0, 1, 2, 4, 7, 10, 12), 1);
    expect(fit?.law.form).toBe('power');
    expect(fit?.law.a).toBeCloseTo(90, 1);
    expect(fit?.law.b).toBeCloseTo(45, 1);
    expect(fit?.law.k).toBeCloseTo(0.8, 2);
    expect(fit && predict(fit, 14)).toBeCloseTo(law(14), 2);
  });

  it('fits a line in the logarithm to four or five volumes, and says so', () => {
    const points = [1, 3, 7, 12].map((x) => ({ sevenths: x, accuracy: 50 + 10 * Math.log(x + 1) }));
    const { fit } = fitScaling(points, 1);
    expect(fit?.law).toMatchObject({ form: 'log' });
    expect(fit?.law.b).toBeCloseTo(10, 6);
    expect(fit && describeFit(fit)).toMatch(/logarithm of the volume.*resampled residuals/);
  });

  it('draws and predicts nothing past twice the largest volume', () => {
    const { fit } = fitScaling(exact(1, 2, 4, 7, 10, 12), 1);
    if (fit === null) throw new Error('six volumes are enough');
    expect(fit.curve.at(-1)?.sevenths).toBe(24);
    expect(predict(fit, 24)).not.toBeNull();
    expect(predict(fit, 24.1)).toBeNull();
    expect(predict(fit, 0.5)).toBeNull();
  });

  it('never leaves 0 to 100 % and never falls', () => {
    for (const accuracies of [
      [20, 60, 95, 99, 100, 100],
      [90, 70, 60, 50, 40, 30],
      [50, 50, 50, 50, 50, 50],
    ]) {
      const { fit } = fitScaling(
        accuracies.map((accuracy, i) => ({ sevenths: 2 * i, accuracy })),
        1,
      );
      const values = fit?.curve ?? [];
      expect(values.every((p) => p.low >= 0 && p.high <= 100 && p.low <= p.accuracy && p.accuracy <= p.high)).toBe(
        true,
      );
      expect(values.every((p, i) => i === 0 || p.accuracy >= (values[i - 1]?.accuracy ?? 0) - 1e-9)).toBe(true);
    }
  });

  it('repeats with its seed', () => {
    const points = paperScaling.map((v) => ({ sevenths: v.sevenths, accuracy: v.average.overall }));
    expect(fitScaling(points, 4)).toEqual(fitScaling(points, 4));
    expect(fitScaling(points, 4).fit?.curve).not.toEqual(fitScaling(points, 5).fit?.curve);
  });

  it('narrows its band with more episodes', () => {
    const width = (episodes: number): number => {
      const random = new Random(2, episodes);
      const points = [1, 3, 5, 7, 9, 12].map((x) => ({
        sevenths: x,
        accuracy: law(x),
        episodes: Array.from({ length: episodes }, () => ({
          right: Math.round(Math.min(20, Math.max(0, law(x) / 5 + 3 * random.normal()))),
          answers: 20,
        })),
      }));
      const { fit } = fitScaling(points, 1);
      expect(fit?.bootstrap).toBe('episodes');
      const middle = fit?.curve[10];
      return (middle?.high ?? 0) - (middle?.low ?? 0);
    };
    expect(width(100)).toBeLessThan(width(10) / 2);
  });

  it('covers the true curve about as often as its label says', () => {
    const tests = 60;
    let covered = 0;
    for (let i = 0; i < tests; i++) {
      const random = new Random(9, i);
      const points = [0, 1, 2, 3, 5, 7, 9, 12].map((x) => ({ sevenths: x, accuracy: law(x) + 1.5 * random.normal() }));
      const at = fitScaling(points, i, 120).fit?.curve[10];
      covered += Number(at !== undefined && at.low <= law(at.sevenths) && law(at.sevenths) <= at.high);
    }
    expect(covered / tests).toBeGreaterThan(0.85);
  });
});

describe('the published figures', () => {
  it('are whole: twelve windows a volume, eight a row', () => {
    expect(paperScaling.map((v) => v.sevenths)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const volume of paperScaling) {
      for (const part of [volume.forward, volume.reverse, volume.average]) expect(part.byWindow).toHaveLength(12);
      const middle = (volume.forward.overall + volume.reverse.overall) / 2;
      expect(Math.abs(volume.average.overall - middle)).toBeLessThan(0.5);
    }
    for (const row of paperAccuracy) expect(row.byWindow).toHaveLength(paperWindows.length);
    for (const model of paperModels) {
      const mean = model.forwardByWindow.reduce((a, b) => a + b) / 8;
      expect(Math.abs(mean - model.forward)).toBeLessThan(0.5);
    }
  });
});
