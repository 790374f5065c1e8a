// What a measurement of the device is made into: a recommendation by a stated rule, times of recipes, a roofline figure,
// and a JSON that the benchmarks' readers understand.
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  limitAt,
  rooflineDrawing,
  rooflineSummary,
  rooflineSvg,
  rooflineTable,
} from '../../src/app/plots/rooflinePlot';
import { paceOf, recommend, sensibleSeconds, timeText, type PresetPace } from '../../src/app/recipes/recommendation';
import { modelConfig } from '../../src/model/config';
import { trainingCost } from '../../src/model/cost';
import { PRESETS } from '../../src/training/presets';
import { recipeFlops } from '../../src/training/recipeCost';
import { batchShape, madeBatch, TOKENS, VOCABULARY } from '../../src/training/workload';
import { deviceReportSchema, type DeviceReport, type PresetFigures } from '../../src/workers/deviceReport';
import type { BenchReport } from '../bench/bench';

const figures: PresetFigures = {
  msPerStep: 50,
  fastestMs: 45,
  steps: 40,
  firstStepMs: 400,
  samplesPerSecond: 320,
  tokensPerSecond: 30_000,
  dispatches: 280,
  bindGroups: null,
  submits: 1,
  encodeMs: null,
  peakBytes: 1e8,
  gflops: 40,
  rooflineShare: 0.4,
  judgedPairsPerSecond: 200,
  firstLoss: 6.9,
  loss: 1.2,
  kernels: null,
};
const work = {
  parameters: 1000,
  shape: { images: 16, samples: 16, tokens: 94, supervised: 48 },
  accumulation: 1,
  flops: 2e9,
  bytes: 1e8,
  floorMs: 20,
  judging: { flops: 6e8, bytes: 4e7 },
  recipeFlops: { smoke: 4e10, class: 4e12, paper: 5e13 },
};
const report: DeviceReport = {
  device: 'WebGPU · test',
  environment: 'test',
  when: '2026-01-02T03:04:05.000Z',
  matmulPeakGflops: 100,
  bandwidthGBs: 50,
  matmul: 'tiled 1024³',
  threads: null,
  workloads: { nano: work, micro: work, mini: work },
  presets: {
    nano: { palindrome: figures },
    micro: { palindrome: { problem: 'micro was not measured.', estimatedMsPerStep: 800 } },
    mini: { palindrome: { problem: 'The graphics memory is full.', estimatedMsPerStep: null } },
  },
  variants: [{ operation: 'product', variant: 'lanes' }],
  switchedOff: [],
};

describe('the report', () => {
  it('has the form of the benchmarks’ own and survives storage', () => {
    const forReaders: BenchReport = report;
    expect(v.parse(deviceReportSchema, JSON.parse(JSON.stringify(forReaders)))).toEqual(report);
  });

  it('is not taken from storage when a figure is missing or negative', () => {
    const broken = [{ ...report, bandwidthGBs: -1 }, { ...report, presets: {} }, { ...report, when: 3 }, null];
    for (const value of broken) expect(v.safeParse(deviceReportSchema, value).success).toBe(false);
  });
});

describe('a preset’s pace', () => {
  it('follows from its steps, or from an estimate that is marked as one', () => {
    const nano = paceOf(report, 'nano');
    expect(nano).toMatchObject({ stepsPerSecond: 20, estimated: false });
    // 4e12 operations at 2e9 operations in 50 ms.
    expect(nano?.seconds.class).toBeCloseTo(100, 6);
    expect(paceOf(report, 'micro')).toMatchObject({ stepsPerSecond: 1.25, estimated: true });
    expect(paceOf(report, 'mini')).toBeNull();
  });

  it('counts CoT steps, batch sizes and chronological stages as what they are', () => {
    const config = modelConfig('nano', VOCABULARY, TOKENS, 'language');
    const step = (kind: 'cot' | 'tag', pairs: number, orders: 1 | 2) =>
      trainingCost(config, batchShape(config, kind, pairs, orders), 1).flops;
    const smoke = 20 * step('tag', 4, 1) + 20 * step('cot', 4, 2) + 20 * step('tag', 4, 2);
    expect(recipeFlops(PRESETS.smoke, 'nano')).toBeCloseTo(smoke, -3);
    expect(recipeFlops(PRESETS.class, 'micro')).toBeGreaterThan(recipeFlops(PRESETS.class, 'nano'));
    const batch = madeBatch(config, 'cot', 2, 1);
    const shape = { images: 4, samples: 4, tokens: batch.tokens.length / 4, supervised: batch.positions.length };
    expect(batchShape(config, 'cot', 2)).toEqual(shape);
  });
});

const pace = (size: PresetPace['size'], stepsPerSecond: number, own: number, estimated = false): PresetPace => ({
  size,
  stepsPerSecond,
  estimated,
  seconds: { smoke: own / 40, class: size === 'nano' ? own : own / 3, paper: size === 'nano' ? own * 12 : own },
});

describe('the recommendation', () => {
  it('is the largest preset whose own recipe ends within half an hour', () => {
    const paces = [pace('nano', 200, 20), pace('micro', 12, 840), pace('mini', 0.9, 11_000)];
    const found = recommend(paces);
    expect(found).toMatchObject({ size: 'micro', recipe: 'paper' });
    expect(found?.sentence).toBe(
      'This device trains micro at 12 steps a second. We recommend it: its recipe, “The paper”, ends in about 14\u00a0min. ' +
        'The next larger, mini, would take about 3\u00a0h 3\u00a0min.',
    );
    expect(recommend([pace('nano', 200, 20), null, pace('mini', 9, 1100)])).toMatchObject({ size: 'mini' });
  });

  it('is the shortest recipe of the smallest preset where none ends in time', () => {
    const found = recommend([pace('nano', 0.2, 9000, true), pace('micro', 0.01, 1e6, true), null]);
    expect(found).toMatchObject({ size: 'nano', recipe: 'smoke' });
    expect(found?.sentence).toMatch(
      /estimated 0\.2 steps a second.*“A minute”, about 4\u00a0min.*would take about 2\u00a0h 30\u00a0min/,
    );
  });

  it('keeps to its rule on any device', () => {
    expect(recommend([null, null, null])).toBeNull();
    const seconds = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, seconds, (nano, micro, mini) => {
        const own = { nano, micro, mini };
        const found = recommend([pace('nano', 1, nano), pace('micro', 1, micro), pace('mini', 1, mini)]);
        const inTime = (['mini', 'micro', 'nano'] as const).find((size) => own[size] <= sensibleSeconds);
        expect(found?.size).toBe(inTime ?? 'nano');
        expect(found?.recipe === 'smoke').toBe(inTime === undefined);
      }),
    );
  });

  it('gives long times without digits that nobody can promise', () => {
    expect([40, 200, 8000, 54_000, 610_000].map(timeText)).toEqual([
      '40\u00a0s',
      '3\u00a0min',
      '2\u00a0h 13\u00a0min',
      '15\u00a0h',
      '7 days',
    ]);
  });
});

describe('the roofline', () => {
  const points = [
    { name: 'nano', flopsPerByte: 12, gflops: 40, estimated: false },
    { name: 'micro', flopsPerByte: 31, gflops: 60, estimated: false },
    { name: 'mini', flopsPerByte: 67, gflops: 60, estimated: true },
  ];

  it('is limited by memory first and by arithmetic after the bend', () => {
    expect(limitAt(report, 0.5)).toBe(25);
    expect(limitAt(report, 2)).toBe(100);
    expect(limitAt(report, 500)).toBe(100);
  });

  it('says in a sentence and in a table what is reached, and of estimates only what they are', () => {
    expect(rooflineSummary(report, points)).toBe(
      'At its best this device does 100 billion operations a second and moves 50 GB a second. ' +
        'Training reaches 40 % of that with nano and 60 % of that with micro.',
    );
    expect(rooflineTable(report, points).rows).toEqual([
      ['nano', 12, 40, 100, 40, 'measured'],
      ['micro', 31, 60, 100, 60, 'measured'],
      ['mini', 67, 60, 100, null, 'estimated'],
    ]);
    expect(rooflineSummary(report, [])).toMatch(/No preset has been measured/);
  });

  it('draws every point below the roof and inside the figure, whatever the device', () => {
    const rate = fc.double({ min: 0.01, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.constantFrom(300, 640), (matmulPeakGflops, bandwidthGBs, width) => {
        const rates = { matmulPeakGflops, bandwidthGBs };
        const reached = points.map((p) => ({ ...p, gflops: 0.5 * limitAt(rates, p.flopsPerByte) }));
        const { marks } = rooflineDrawing(rates, reached, { width, height: 240 });
        const dots = marks.filter((m) => m.kind === 'path' && /^(nano|micro|mini): /.test(m.label ?? ''));
        expect(dots).toHaveLength(3);
        for (const mark of marks) {
          const numbers = mark.kind === 'text' ? [mark.x, mark.y] : (mark.d.match(/-?[\d.]+/g) ?? []).map(Number);
          expect(numbers.every(Number.isFinite)).toBe(true);
          if (mark.kind === 'text') expect(mark.x >= 0 && mark.x <= width && mark.y >= 0 && mark.y <= 240).toBe(true);
        }
      }),
    );
    expect(rooflineSvg(report, points)).toMatch(/^<svg [\s\S]*<title>Roofline[\s\S]*<\/svg>\n$/);
  });
});
