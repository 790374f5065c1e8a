import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracySummary, accuracySvg } from '../../src/app/plots/accuracyPlot';
import { spread, ticksOf } from '../../src/app/plots/frame';
import { lossSummary, lossSvg, lossTable, lossTop } from '../../src/app/plots/lossPlot';
import { scalingDrawing, scalingSummary, scalingSvg } from '../../src/app/plots/scalingPlot';
import { escaped } from '../../src/app/plots/svg';
import { symmetrySummary, symmetrySvg, symmetryTable } from '../../src/app/plots/symmetryPlot';
import { cellText, csvText, rowText } from '../../src/app/plots/table';
import { thinned } from '../../src/app/plots/thin';
import { windowDrawing, windowPoints, windowSummary, windowSvg, windowTable } from '../../src/app/plots/windowPlot';
import { byWindow, type Judgement } from '../../src/evaluation/metrics';
import { paperScaling, paperStrategies } from '../../src/evaluation/paper';
import { fitScaling } from '../../src/evaluation/scaling';

const rows: Judgement[] = Array.from({ length: 240 }, (_, i) => ({
  episode: `${i % 10}`,
  template: 't',
  category: 'c',
  window: 5 + (i % 12),
  forward: 'img2',
  reverse: i % 12 > 3 ? 'img1' : 'img2',
  scoreForward: 1,
  scoreReverse: -1,
}));
const windows = windowPoints(byWindow(rows));
const losses = Array.from({ length: 50 }, (_, i) => ({
  step: i * 10,
  loss: 3 / (1 + i),
  judgementLoss: i % 2 === 0 ? 0.7 : null,
  learningRate: 1e-3 * (1 - i / 50),
}));
const accuracies = [
  { step: 100, forward: 100, reverse: 0, gap: 100 },
  { step: 200, forward: 84.25, reverse: 80, gap: 4.25, bothRight: 78 },
];
const runs = [{ name: 'bias to tags', points: accuracies }];
const volumes = paperScaling.map((v) => ({
  sevenths: v.sevenths,
  forward: v.forward.overall,
  reverse: v.reverse.overall,
  average: v.average.overall,
}));
const fitted = fitScaling(
  volumes.map((v) => ({ sevenths: v.sevenths, accuracy: v.average })),
  1,
  50,
);

/** Whether tags nest and close, attributes are quoted, and no stray `<` or `&` is left: enough XML for our own output. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-z-]+="[^"<]*"| [a-zA-Z]+="[^"<]*")*)(\/?)>/g,
    (_, end, tag, __, own) => {
      if (end === '/') return open.pop() === tag ? '' : '<';
      if (own !== '/') open.push(String(tag));
      return '';
    },
  );
  return open.length === 0 && !/[<>]/.test(rest) && !/&(?!(amp|lt|gt|quot);)/.test(svg);
}

describe('figures as SVG text', () => {
  it.each([
    ['loss', lossSvg(losses)],
    ['accuracy', accuracySvg(accuracies)],
    ['window', windowSvg(windows)],
    ['symmetry', symmetrySvg(runs, undefined, paperStrategies)],
    ['scaling', scalingSvg(volumes, fitted)],
    ['narrow symmetry', symmetrySvg(runs, { width: 320, height: 280 })],
    ['loss without data', lossSvg([])],
    ['accuracy without data', accuracySvg([])],
    ['window without data', windowSvg([])],
    ['symmetry without data', symmetrySvg([])],
    ['scaling without data', scalingSvg([], fitScaling([], 1))],
    ['loss of one step', lossSvg(losses.slice(0, 1))],
  ])('%s is well-formed, describes itself and holds no broken number', (_, svg) => {
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).toMatch(/<title>.+<\/title>\n<desc>.+<\/desc>/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(svg).not.toMatch(/href|url\(|<script/);
  });

  it('draws forward solid blue with discs and reverse dashed vermillion with triangles', () => {
    const svg = windowSvg(windows);
    const lines = svg.split('\n').filter((line) => line.includes('stroke-width="2"'));
    expect(lines.some((line) => line.includes('stroke="#0072B2"') && !line.includes('dasharray'))).toBe(true);
    expect(lines.some((line) => line.includes('stroke="#D55E00"') && line.includes('dasharray'))).toBe(true);
    expect(lines.some((line) => line.includes('stroke="#D55E00"') && !line.includes('dasharray'))).toBe(false);
  });

  it('marks chance and the whole range from 0 to 100 %', () => {
    for (const svg of [windowSvg(windows), accuracySvg(accuracies), scalingSvg(volumes, fitted), symmetrySvg(runs)]) {
      for (const words of ['>0 %<', '>50 %<', '>100 %<', '>chance']) expect(svg).toContain(words);
    }
  });

  it('puts chance at a quarter for pairs right in both orders', () => {
    const svg = windowSvg(windows);
    const heightOf = (words: string) => Number(new RegExp(`y="([\\d.]+)"[^>]*>${words}<`).exec(svg)?.[1]) || NaN;
    const [top, bottom] = [heightOf('100 %'), heightOf('0 %')];
    const share = (words: string) => (100 * (bottom - heightOf(words) - 8)) / (bottom - top);
    expect(share('chance, each order')).toBeCloseTo(50, 0);
    expect(share('chance, both orders')).toBeCloseTo(25, 0);
  });

  it('keeps all marks inside the figure, at 320 pixels too', () => {
    for (const size of [
      { width: 320, height: 260 },
      { width: 900, height: 400 },
    ]) {
      const drawings = [windowDrawing(windows, size), scalingDrawing(volumes, fitted, size)];
      for (const { marks } of drawings) {
        for (const mark of marks) {
          if (mark.kind !== 'text') continue;
          expect(mark.x).toBeGreaterThanOrEqual(0);
          expect(mark.x).toBeLessThanOrEqual(size.width);
          expect(mark.y).toBeLessThanOrEqual(size.height);
        }
      }
    }
  });

  it('shows published points under the paper’s name only when asked', () => {
    expect(symmetrySvg(runs)).not.toContain('paper');
    expect(symmetrySvg(runs, undefined, paperStrategies)).toContain('paper: CoT-only');
  });

  it('never lets a name become markup', () => {
    const hostile = '</title><script>alert(1)</script>&"';
    const svg = symmetrySvg([{ name: hostile, points: accuracies }]);
    expect(svg).not.toContain('<script');
    expect(isWellFormed(svg)).toBe(true);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"]/.test(escaped(text))));
    expect(escaped('a\u0000b\u0008c\ttab')).toBe('abc\ttab');
  });
});

describe('summaries', () => {
  it('say what the figure shows', () => {
    expect(accuracySummary(accuracies)).toBe(
      'At step 200: forward 84.3 %, reverse 80 %, gap 4.3 points, right in both orders 78 %.',
    );
    expect(lossSummary(losses)).toMatch(
      /^Loss 0\.06 \(3 at step 0\), of the judgement alone 0\.7 at step 490; learning rate/,
    );
    expect(windowSummary(windows)).toBe(
      'Right in both orders 0 % at window 5 and 100 % at window 16; the gap between the orders is widest at window 5 (100 points).',
    );
    expect(symmetrySummary(runs)).toBe(
      'bias to tags: forward 84.3 %, reverse 80 % (from 100 % and 0 %), 4.3 points apart.',
    );
    expect(scalingSummary(volumes, fitted)).toMatch(/^Average accuracy 55\.8 % with 1\/7, 87\.1 % with 12\/7 of/);
    expect(scalingSummary(volumes.slice(0, 2), fitScaling([], 1))).toMatch(/No line is drawn: a fit needs at least 4/);
  });

  it('say so where there is nothing yet', () => {
    for (const words of [lossSummary([]), accuracySummary([]), windowSummary([]), symmetrySummary([])]) {
      expect(words).toMatch(/yet\.$/);
    }
  });
});

describe('tables', () => {
  it('hold all digits in CSV and readable ones on the page', () => {
    const table = {
      columns: ['a', 'b'],
      rows: [
        [84.123456, null],
        [0.000123456, 12],
      ],
    };
    expect(csvText(table)).toBe('a,b\r\n84.123456,\r\n0.000123456,12\r\n');
    expect(table.rows.flat().map(cellText)).toEqual(['84.1', '–', '0.000123', '12']);
    expect(rowText(table, 0)).toBe('a 84.1');
    expect(rowText({ columns: ['step', 'forward %'], rows: [[5, 84.25]] }, 0)).toBe('step 5, forward 84.3\u00a0%');
  });

  it('quote what needs it and never hand a spreadsheet a formula', () => {
    expect(csvText({ columns: ['name'], rows: [['a "b", c'], ['=HYPERLINK("x")'], ['-5 deg'], [-5]] })).toBe(
      'name\r\n"a ""b"", c"\r\n"\'=HYPERLINK(""x"")"\r\n\'-5 deg\r\n-5\r\n',
    );
  });

  it('have a cell for every column', () => {
    for (const table of [windowTable(windows), lossTable(losses), symmetryTable(runs, paperStrategies)]) {
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    }
    expect(windowTable(windows).rows).toHaveLength(12);
  });
});

describe('scales', () => {
  it('have round ticks inside their range', () => {
    expect(ticksOf(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (from, span) => {
        const ticks = ticksOf(from, from + span, 6);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks.every((tick) => tick >= from - 1e-6 && tick <= from + span * 1.000001)).toBe(true);
      }),
    );
  });

  it('do not let one spike flatten the loss', () => {
    const spiked = losses.map((point, i) => (i === 40 ? { ...point, loss: 900 } : point));
    expect(lossTop(spiked)).toBeLessThan(10);
    expect(lossTop([])).toBe(1);
  });

  it('keep labels apart and inside', () => {
    const heights = spread([10, 11, 12, 200], 5, 205, 14);
    expect(heights.slice(0, 3)).toEqual([10, 24, 38]);
    expect(spread([200, 201], 0, 205, 14)).toEqual([191, 205]);
  });
});

describe('thinning', () => {
  it('keeps the ends and every extreme, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 50, maxLength: 400 }), (values) => {
        const kept = thinned(
          values.map((_, i) => i),
          values,
          10,
        );
        expect(kept.length).toBeLessThanOrEqual(4 * 11);
        expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1]);
        expect(kept.every((index, i) => i === 0 || index > (kept[i - 1] ?? 0))).toBe(true);
        const drawn = kept.map((i) => values[i] ?? NaN);
        expect(Math.max(...drawn)).toBe(Math.max(...values));
        expect(Math.min(...drawn)).toBe(Math.min(...values));
      }),
    );
  });

  it('draws a hundred thousand steps as no more marks than there are pixels', () => {
    const long = Array.from({ length: 100_000 }, (_, i) => ({
      step: i,
      loss: 2 + Math.sin(i),
      judgementLoss: null,
      learningRate: 1e-3,
    }));
    expect(lossSvg(long).length).toBeLessThan(120_000);
  });
});
