// The figures of a sampling say the same in pictures, words and tables.
import { describe, expect, it } from 'vitest';
import {
  categoryDrawing,
  categoryTable,
  orderDrawing,
  orderSummary,
  orderTable,
  windowCountDrawing,
  windowCountSummary,
  windowCountTable,
} from '../../src/app/plots/samplingPlots';
import { svgText } from '../../src/app/plots/svg';
import { textWidth } from '../../src/app/plots/drawing';
import { cellText, csvText } from '../../src/app/plots/table';
import type { SamplingSummary } from '../../src/workers/dataApi';

const line = (window: number, pairs: number, pauses: number) => ({
  window,
  drawn: 50,
  pairs,
  pauses,
  notAhead: 1,
  failures: 0,
  tooShort: 0,
});
const summary = {
  episodes: { train: 8, validation: 1, test: 1 },
  keptFrames: 900,
  byWindow: [line(5, 300, 99), line(16, 100, 0)],
  byCategory: [
    { category: 'cooking and food preparation', episodes: 2, pairs: 100 },
    { category: 'pick and place', episodes: 6, pairs: 300 },
  ],
  forwardShare: 50,
} as unknown as SamplingSummary;

describe('the figures of a sampling', () => {
  it('count two samples for each pair, half in each order', () => {
    expect(orderTable(summary).rows).toEqual([
      ['forward', 400, 50],
      ['reverse', 400, 50],
    ]);
    expect(orderSummary(summary)).toMatch(/800 samples .* exactly half/);
  });

  it('give shares of kinds of task beside the paper’s, the largest first', () => {
    expect(categoryTable(summary).rows).toEqual([
      ['pick and place', 6, 300, 75, 25.7],
      ['cooking and food preparation', 2, 100, 25, 9],
    ]);
  });

  it('tell by window what is left out and why', () => {
    expect(windowCountTable(summary).rows[0]).toEqual([5, 300, 50, 99, 1, 0, 0]);
    expect(windowCountSummary(summary).replaceAll('\u00a0', ' ')).toBe(
      '400 pairs at windows 5 to 16; 20.2 % of those possible are left out. ' +
        'Of those drawn, 50 % have window 5 and 50 % window 16.',
    );
  });

  it('draw every bar with its words, and nothing that is not a number', () => {
    for (const drawing of [orderDrawing(summary), categoryDrawing(summary), windowCountDrawing(summary)]) {
      const svg = svgText(drawing);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(drawing.marks.some((mark) => mark.kind === 'path' && mark.label)).toBe(true);
    }
    const labels = windowCountDrawing(summary).marks.flatMap((mark) =>
      mark.kind === 'path' ? [mark.label ?? ''] : [],
    );
    expect(labels).toContain('window 5: 99, nothing visible changes');
    expect(csvText(windowCountTable(summary)).split('\r\n')[2]).toBe('16,100,50,0,1,0,0');
  });

  it('keep every word in a narrow column, and names of kinds whole on two lines', () => {
    const narrow = { width: 260, height: 280 };
    const kinds = [{ category: 'appliance and object manipulation', episodes: 1, pairs: 9 }];
    const wide = { ...summary, byCategory: kinds } as unknown as SamplingSummary;
    for (const drawing of [windowCountDrawing(wide, narrow), categoryDrawing(wide, narrow)]) {
      for (const mark of drawing.marks) {
        if (mark.kind !== 'text') continue;
        const room = textWidth(mark.text);
        const left = mark.anchor === 'start' ? mark.x : mark.x - (mark.anchor === 'end' ? room : room / 2);
        expect(mark.text).not.toContain('…');
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + room).toBeLessThanOrEqual(narrow.width);
      }
    }
  });

  it('write large numbers one way on the page and plainly in files', () => {
    const large = { ...summary, byWindow: [line(5, 477_020, 0)] };
    expect(windowCountSummary(large)).toContain('477,020 pairs');
    expect(cellText(477_020)).toBe('477,020');
    expect(csvText(windowCountTable(large))).toContain('5,477020,');
  });

  it('stand where there is nothing yet', () => {
    const empty = { ...summary, byWindow: [], byCategory: [] };
    for (const draw of [orderDrawing, categoryDrawing, windowCountDrawing]) {
      expect(svgText(draw(empty))).not.toMatch(/NaN|Infinity/);
    }
  });
});
