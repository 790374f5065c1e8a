// Policies while they learn: success or progress over steps, a line for each reward. The mean over seeds is thick, single
// seeds are thin, and single rollouts are faint points.
import type { RewardKind } from '../../reward/policy/trainPolicy';
import * as m from '../../words/messages';
import { whole } from '../reading';
import { textWidth, type Drawing, type Mark, type PathMark, type Size } from './drawing';
import {
  bottomAxis,
  legend,
  legendRows,
  lineMarks,
  panelOf,
  percentAxis,
  pointMark,
  scaleOf,
  spread,
  text,
  ticksOf,
} from './frame';
import type { LegendItem, LineStyle, Place, Scale } from './frame';
import { courseLine, meanLine, policySentence, type Line, type PolicyCurve, type PolicyMeasure } from './policyCurves';
import type { Table } from './table';

const STYLES = {
  preference: { ink: 'forward', width: 2.5, shape: 'round' },
  sparse: { ink: 'reverse', width: 2.5, dash: [7, 4], shape: 'triangle' },
  progress: { ink: 'neutral', width: 2, dash: [2, 3], shape: 'square' },
} as const satisfies Readonly<Record<RewardKind, LineStyle>>;

export const REWARD_LABELS: Readonly<Record<RewardKind, () => string>> = {
  preference: m.policy_reward_preference,
  sparse: m.policy_reward_sparse,
  progress: m.policy_reward_progress,
};

const END_LABELS: Readonly<Record<RewardKind, () => string>> = {
  preference: m.policy_end_preference,
  sparse: m.policy_end_sparse,
  progress: m.policy_end_progress,
};

export interface PolicyPlot {
  readonly curves: readonly PolicyCurve[];
  readonly measure: PolicyMeasure;
  /** Steps that a training will have had at its end, where more are to come. */
  readonly planned: number;
}

export const policyTitle = (measure: PolicyMeasure): string =>
  measure === 'success' ? m.policy_plot_success() : m.policy_plot_progress();

/** A row for each number of steps: where each reward's line is. */
export function policyTable({ curves, measure }: PolicyPlot): Table {
  const lines = curves.map((curve) => meanLine(curve, measure));
  const steps = [...new Set(lines.flatMap((line) => line?.steps ?? []))].sort((a, b) => a - b);
  return {
    columns: [m.policy_col_steps(), ...curves.map(({ kind }) => m.policy_col_line({ reward: REWARD_LABELS[kind]() }))],
    rows: steps.map((step) => [step, ...lines.map((line) => tenths(line?.values[line.steps.indexOf(step)]))]),
  };
}

/** A row for each rollout of each training. */
export function rolloutTable(curves: readonly PolicyCurve[]): Table {
  return {
    columns: [
      m.policy_col_reward(),
      m.policy_col_seed(),
      m.policy_col_steps(),
      m.policy_col_success(),
      m.policy_col_progress(),
    ],
    rows: curves.flatMap(({ kind, courses }) =>
      courses.flatMap(({ seed, steps, success, progress }) =>
        steps.map((step, i) => [
          REWARD_LABELS[kind](),
          seed,
          step,
          100 * (success[i] ?? NaN),
          100 * (progress[i] ?? NaN),
        ]),
      ),
    ),
  };
}

const tenths = (value = NaN): number | null => (Number.isFinite(value) ? Math.round(10 * value) / 10 : null);

export function policyDrawing(data: PolicyPlot, size: Size): Drawing {
  const { curves, measure, planned } = data;
  const items: LegendItem[] = curves.map(({ kind }) => ({ label: REWARD_LABELS[kind](), style: STYLES[kind] }));
  const room = Math.max(0, ...curves.map(({ kind }) => textWidth(END_LABELS[kind]())));
  const panel = panelOf(size, legendRows(items, size.width), room + 20);
  const last = Math.max(1, planned, ...curves.flatMap(({ courses }) => courses.flatMap(({ steps }) => steps)));
  const x = scaleOf(0, last, panel.left, panel.right);
  const y = scaleOf(0, 100, panel.bottom, panel.top);
  return {
    ...size,
    title: policyTitle(measure),
    summary: policySentence(curves, measure),
    marks: [
      ...legend(items, size.width),
      ...percentAxis(panel, y, []),
      ...bottomAxis(panel, x, ticksOf(0, last, 5), m.policy_axis_steps(), whole),
      ...curves.flatMap((curve) => singleMarks(curve, measure, x, y)),
      ...curves.flatMap((curve) => {
        const line = meanLine(curve, measure);
        return line ? lineMarks(placesOf(line, x, y), withoutMarks(curve.kind)) : [];
      }),
      ...endMarks(curves, measure, x, y, panel),
    ],
  };
}

/** Rollouts are too many for a mark each. */
function withoutMarks(kind: RewardKind): LineStyle {
  const style = STYLES[kind];
  return { ink: style.ink, width: style.width, ...('dash' in style && { dash: style.dash }) };
}

/** Every rollout as a faint point, and where there are several seeds each of them as a thin line. */
function singleMarks({ kind, courses }: PolicyCurve, measure: PolicyMeasure, x: Scale, y: Scale): Mark[] {
  const style = withoutMarks(kind);
  const { ink } = style;
  return courses.flatMap((course): Mark[] => {
    const points = placesOf({ steps: course.steps, values: course[measure].map((share) => 100 * share) }, x, y);
    const d = points.map((place) => place && pointMark(place, ink, 'round', 1.75).d).join('');
    const faint: PathMark[] = d === '' ? [] : [{ kind: 'path', d, fill: ink, opacity: 0.3 }];
    if (courses.length < 2) return faint;
    const thin = lineMarks(placesOf(courseLine(course, measure), x, y), { ...style, width: 1 });
    return [...faint, ...thin.map((mark) => ({ ...mark, opacity: 0.55 }))];
  });
}

/** Where each line ends, and which it is. */
function endMarks(
  curves: readonly PolicyCurve[],
  measure: PolicyMeasure,
  x: Scale,
  y: Scale,
  panel: { readonly top: number; readonly bottom: number },
): Mark[] {
  const ends = curves.flatMap((curve) => {
    const line = meanLine(curve, measure);
    const place = line && placesOf(line, x, y).findLast((one) => one !== null);
    return place ? [{ kind: curve.kind, place }] : [];
  });
  const heights = spread(
    ends.map(({ place }) => place.y),
    panel.top,
    panel.bottom,
  );
  return ends.flatMap(({ kind, place }, i): Mark[] => {
    const { ink, shape } = STYLES[kind];
    const words = text(place.x + 8, (heights[i] ?? place.y) + 4, END_LABELS[kind](), 'start', ink);
    return [pointMark(place, ink, shape, 4), { ...words, haloed: true }];
  });
}

function placesOf({ steps, values }: Line, x: Scale, y: Scale): (Place | null)[] {
  return steps.map((step, i) => {
    const value = values[i] ?? NaN;
    return Number.isFinite(value) ? { x: x(step), y: y(value) } : null;
  });
}
