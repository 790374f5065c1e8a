// Strategies side by side: for each the share of pairs right in both orders, every training seed as a dot, the mean as a
// stroke and its interval over episodes as a bar. A published figure stands beside ours under the paper's name.
import * as m from '../../words/messages';
import { percent } from '../../evaluation/words';
import { defaultSize, textWidth, type Drawing, type Mark, type Size } from './drawing';
import {
  barMark,
  bottomAxis,
  chanceLine,
  hairline,
  legend,
  legendRows,
  pointMark,
  scaleOf,
  stroke,
  text,
  type LegendItem,
} from './frame';
import { svgText } from './svg';
import type { Table } from './table';

/** One strategy, in percent. */
export interface StrategyDots {
  readonly name: string;
  readonly mean: number;
  readonly seeds: readonly { readonly seed: number; readonly value: number }[];
  readonly low: number | null;
  readonly high: number | null;
  /** Average accuracy after swap-averaging or another cure without training, where there is one: both-right of it. */
  readonly baseline: number | null;
}

const ROW = 30;

export function ablationSummary(strategies: readonly StrategyDots[]): string {
  const best = strategies.reduce<StrategyDots | null>((a, b) => (a === null || b.mean > a.mean ? b : a), null);
  const last = strategies.reduce<StrategyDots | null>((a, b) => (a === null || b.mean < a.mean ? b : a), null);
  if (best === null || last === null) return m.plots_ablation_none();
  if (best === last) return m.plots_ablation_one({ name: best.name, share: percent(best.mean) });
  const [bestShare, lastShare] = [percent(best.mean), percent(last.mean)];
  return m.plots_ablation_summary({ best: best.name, bestShare, last: last.name, lastShare });
}

export function ablationTable(strategies: readonly StrategyDots[]): Table {
  return {
    columns: [m.plots_ablation_strategy(), m.plots_seed(), m.plots_col_both()],
    rows: strategies.flatMap(({ name, seeds }) => seeds.map(({ seed, value }) => [name, seed, value])),
  };
}

/** As high as its lines need, whatever the size asks. */
export function ablationDrawing(strategies: readonly StrategyDots[], size: Size = defaultSize): Drawing {
  const items: LegendItem[] = [
    { label: m.plots_ablation_seed(), style: { ink: 'ink', width: 1, shape: 'round' }, sample: 'mark' },
    { label: m.plots_ablation_mean(), style: { ink: 'neutral', width: 2 }, sample: 'bar', opacity: 0.3 },
    ...(strategies.some(({ baseline }) => baseline !== null)
      ? [
          {
            label: m.plots_ablation_swap(),
            style: { ink: 'neutral', width: 1, shape: 'hollow' },
            sample: 'mark',
          } as const,
        ]
      : []),
  ];
  const top = 10 + legendRows(items, size.width) * 20;
  const names = Math.max(60, ...strategies.map(({ name }) => textWidth(name)));
  const left = Math.min(names + 16, size.width * 0.6);
  const panel = { left, right: size.width - 20, top, bottom: top + strategies.length * ROW + 6 };
  const x = scaleOf(0, 100, panel.left, panel.right);
  const ticks = [0, 25, 50, 75, 100];
  const rows = strategies.flatMap((strategy, i): Mark[] => {
    const y = panel.top + (i + 0.5) * ROW + 3;
    const { name, mean, seeds, low, high, baseline } = strategy;
    const bar =
      low === null || high === null
        ? []
        : [
            barMark(
              x(low),
              y - 7,
              x(high),
              y + 7,
              'neutral',
              0.3,
              m.plots_ablation_bar({ name, low: percent(low), high: percent(high) }),
            ),
          ];
    return [
      text(panel.left - 8, y + 4, name, 'end', 'ink'),
      ...bar,
      stroke(`M${x(mean)} ${y - 9}L${x(mean)} ${y + 9}`, { ink: 'ink', width: 2 }),
      ...(baseline === null
        ? []
        : [
            pointMark(
              { x: x(baseline), y, label: m.plots_ablation_swap_point({ name, share: percent(baseline) }) },
              'neutral',
              'hollow',
              4,
            ),
          ]),
      ...seeds.map(({ seed, value }, place) => {
        const shift = seeds.length === 1 ? 0 : (place / (seeds.length - 1) - 0.5) * 10;
        return pointMark(
          { x: x(value), y: y + shift, label: m.plots_ablation_point({ name, seed, share: percent(value) }) },
          'ink',
          'round',
          3,
        );
      }),
    ];
  });
  return {
    width: size.width,
    height: panel.bottom + 46,
    title: m.plots_ablation_title(),
    summary: ablationSummary(strategies),
    marks: [
      ...legend(items, size.width),
      ...ticks.map((tick) => hairline(x(tick), panel.top, x(tick), panel.bottom)),
      // Whoever guesses each answer for itself is right in both orders once in four.
      chanceLine(x(25), panel.top, x(25), panel.bottom),
      text(x(25) + 4, panel.top + 8, m.plots_chance(), 'start'),
      ...bottomAxis(panel, x, ticks, m.plots_ablation_axis(), (tick) => `${tick} %`),
      ...rows,
    ],
  };
}

/** The figure as the text of an SVG file. */
export function ablationSvg(strategies: readonly StrategyDots[], size: Size = defaultSize): string {
  return svgText(ablationDrawing(strategies, size));
}
