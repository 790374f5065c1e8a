// Reports as pages for people: of one evaluation, and of a whole run with its recipe, its curves and all that was measured.
import type { Interval } from '../../evaluation/intervals';
import type { Summary } from '../../evaluation/metrics';
import type { EvaluationReport, Span } from '../../evaluation/report';
import type { MetricsRow, RunReport, ValidationRow } from '../../workers/gpuApi';
import * as m from '../../words/messages';
import { accuracyDrawing } from '../plots/accuracyPlot';
import { lossDrawing } from '../plots/lossPlot';
import { symmetryDrawing } from '../plots/symmetryPlot';
import { windowDrawing, windowPoints } from '../plots/windowPlot';
import { duration, percent, significant, whole } from '../reading';
import { fieldsOf } from '../recipes/recipeDifference';
import { controlGroups, type Answers } from '../state/controlAnswers';
import { outcomeWord, shareText } from '../state/controlReading';
import { dataOf, wayOf, type Measured } from '../state/evaluation/measurement';
import { factsOf, judgedEpisodes } from '../state/evaluation/measurementFacts';
import { symmetryPoints } from '../state/figures';
import { HtmlPage } from './report/htmlPage';

const size = { width: 760, height: 420 };

/** What the report of a run tells beside its evaluations. */
export interface ReportedRun {
  name: string;
  report: RunReport;
  rows: readonly MetricsRow[];
  validation: readonly ValidationRow[];
}

/** One measurement of one model, with where it comes from. @param answers to controls about the same, where some were asked */
export function reportPage(measured: Measured, answers: Answers | null): string {
  const { model, report } = measured;
  const page = new HtmlPage(m.runs_page_title({ name: model }));
  page.add('h1', model);
  page.add('p', `${dataOf(report)}, ${wayOf(report)}`, undefined, 'soft');
  addEvaluation(page, model, report);
  if (answers) addControls(page, answers);
  page.add('h2', m.evaluate_page_about());
  page.table('', [m.runs_page_setting(), m.runs_page_value()], factsOf(measured), 'words');
  page.folded(m.evaluate_page_episodes(), judgedEpisodes(report).join('\n'));
  if (report.about) {
    page.folded(m.evaluate_page_recipe(), JSON.stringify(report.about.model.recipe, null, 2));
    page.folded(m.evaluate_page_measured_by(), JSON.stringify(report.about.recipe, null, 2));
  }
  addMethod(page);
  return page.text();
}

function addControls(page: HtmlPage, answers: Answers): void {
  page.add('h2', m.evaluate_page_controls());
  const [both, average] = [m.runs_figure_both_right(), m.runs_figure_average()];
  for (const { title, rows } of controlGroups(answers)) {
    page.table(
      title,
      [m.evaluate_controls_question(), m.evaluate_controls_meaning(), both, average],
      rows.map(({ question, report, reading }) => {
        const rated = question.hasRightAnswer ? report : null;
        const shares = rated ? [shareText(rated.intervals.bothRight), shareText(rated.intervals.average)] : ['', ''];
        return [question.title, `${outcomeWord(reading.outcome)}. ${reading.text}`, ...shares];
      }),
      'words',
    );
  }
}

export function runReportPage({ name, report, rows, validation }: ReportedRun): string {
  const page = new HtmlPage(m.runs_page_title({ name }));
  const { recipe, evaluations } = report;
  page.add('h1', name);
  // The last forced choice by label is the headline; everything else stands below it.
  const main = evaluations.findLast(({ judging }) => judging === 'tag') ?? evaluations.at(-1);
  if (main) page.add('p', main.verdict, undefined, 'verdict');
  else page.add('p', m.runs_page_unmeasured());
  page.add(
    'p',
    m.runs_page_run({ model: recipe.model, parameters: whole(report.parameters), backend: report.backend.label }),
    undefined,
    'soft',
  );
  page.table(
    m.runs_page_stages(),
    [m.runs_page_stage(), m.runs_page_steps(), m.runs_page_samples(), m.runs_page_time(), m.runs_page_loss()],
    report.stages.map((stage) => [
      stage.name,
      whole(stage.steps),
      whole(stage.samples),
      duration(stage.seconds),
      significant(stage.finalLoss),
    ]),
  );

  for (const evaluation of evaluations) {
    page.add('h2', headingOf(evaluation));
    addEvaluation(page, name, evaluation);
  }
  if (rows.length > 0 || validation.length > 0) {
    page.add('h2', m.runs_page_training());
    if (rows.length > 0) page.figure(lossDrawing(rows, size));
    if (validation.length > 0) {
      page.figure(accuracyDrawing(validation, size));
      page.figure(symmetryDrawing([{ name, points: symmetryPoints(validation) }], { width: 520, height: 520 }));
    }
  }
  page.add('h2', m.runs_page_recipe());
  page.table('', [m.runs_page_setting(), m.runs_page_value()], [...fieldsOf(recipe)], 'words');
  page.folded(m.runs_page_recipe_json(), JSON.stringify(recipe, null, 2));
  addMethod(page);
  page.add('p', m.runs_page_data({ hash: report.data.hash, tokenizer: report.data.tokenizerHash }), undefined, 'soft');
  return page.text();
}

function headingOf({ after, step, split, judging, question }: EvaluationReport): string {
  const where = split === 'test' ? m.runs_page_test() : m.runs_page_validation();
  const how = {
    tag: m.runs_page_by_label,
    'tag-generated': m.runs_page_by_label_written,
    cot: m.runs_page_in_words,
    'cot-generated': m.runs_page_in_words_written,
  }[judging]();
  const heading = m.runs_page_after({ stage: after, step: whole(step), where, how });
  return question === undefined ? heading : `${heading} (${question})`;
}

function addEvaluation(page: HtmlPage, name: string, report: EvaluationReport): void {
  const { overall, intervals, byWindow, byTemplate, spans } = report;
  page.add('p', report.verdict, undefined, 'verdict');
  page.add(
    'p',
    m.runs_page_pairs({
      pairs: whole(overall.pairs),
      episodes: whole(overall.episodes),
      where: report.split === 'test' ? m.runs_page_test() : m.runs_page_validation(),
    }),
    undefined,
    'soft',
  );
  const figure = (label: string, value: number | null, interval: Interval | undefined) => [
    label,
    percent(value, 1),
    interval ? rangeText([interval.low, interval.high]) : '',
  ];
  page.table(
    m.runs_page_figures(),
    [m.runs_page_figure(), m.runs_page_share(), m.runs_page_interval()],
    [
      figure(m.runs_figure_both_right(), overall.bothRight, intervals.bothRight),
      figure(m.runs_figure_forward(), overall.forward, intervals.forward),
      figure(m.runs_figure_reverse(), overall.reverse, intervals.reverse),
      figure(m.runs_figure_average(), overall.average, intervals.average),
      [
        m.runs_figure_gap(),
        m.runs_points({ points: overall.gap.toFixed(1) }),
        intervals.gap ? rangeText([intervals.gap.low, intervals.gap.high], '') : '',
      ],
      figure(m.runs_page_flips(), overall.flipRate, intervals.flipRate),
    ],
  );
  if (intervals.bothRight.reason) page.add('p', m.runs_page_no_interval({ why: intervals.bothRight.reason }));

  const { cells } = overall;
  const share = (count: number) => percent((100 * count) / Math.max(1, overall.pairs), 1);
  const cell = (label: string, count: number) => [label, whole(count), share(count)];
  page.table(
    m.runs_page_cells(),
    [m.runs_page_answer(), m.runs_page_count(), m.runs_page_share()],
    [
      cell(m.runs_page_both_right(), cells.bothRight),
      cell(m.runs_page_both_wrong(), cells.bothWrong),
      cell(m.runs_page_always_first(), cells.alwaysFirst),
      cell(m.runs_page_always_second(), cells.alwaysSecond),
      cell(m.runs_page_unreadable(), cells.invalid),
    ],
  );
  page.figure(windowDrawing(windowPoints(byWindow), size));
  page.figure(
    symmetryDrawing([{ name, points: [{ forward: overall.forward, reverse: overall.reverse }] }], {
      width: 520,
      height: 520,
    }),
  );
  addLines(page, m.runs_page_by_window(), m.runs_page_window(), byWindow, spans?.byWindow);
  addLines(page, m.runs_page_by_task(), m.runs_page_task(), byTemplate, spans?.byTemplate);
  addBaselines(page, report);
}

type Lines = Record<string, Summary | null>;
type LineSpans = Record<string, { bothRight: Span | null }> | undefined;

function addLines(page: HtmlPage, caption: string, first: string, lines: Lines, spans: LineSpans): void {
  const head = [
    first,
    m.runs_page_count(),
    m.runs_figure_forward(),
    m.runs_figure_reverse(),
    m.runs_figure_gap(),
    m.runs_figure_both_right(),
    ...(spans ? [m.runs_page_interval()] : []),
  ];
  const rows = Object.entries(lines).flatMap(([name, line]) => {
    if (!line) return [];
    const span = spans?.[name]?.bothRight;
    return [
      [
        name,
        whole(line.pairs),
        percent(line.forward, 1),
        percent(line.reverse, 1),
        line.gap.toFixed(1),
        percent(line.bothRight, 1),
        ...(spans ? [span ? rangeText(span) : ''] : []),
      ],
    ];
  });
  if (rows.length > 0) page.table(caption, head, rows);
}

/** What cures without training reach on the same answers: a method must beat them. */
function addBaselines(page: HtmlPage, { overall, baselines, calibration }: EvaluationReport): void {
  const row = (label: string, summary: Summary | undefined) =>
    summary ? [[label, percent(summary.bothRight, 1), percent(summary.average, 1), summary.gap.toFixed(1)]] : [];
  if (baselines) {
    page.table(
      m.runs_page_controls(),
      ['', m.runs_figure_both_right(), m.runs_figure_average(), m.runs_figure_gap()],
      [
        ...row(m.runs_page_itself(), overall),
        ...row(m.runs_page_swapped(), baselines.swapAveraged?.summary),
        ...row(m.runs_page_recalibrated(), baselines.recalibrated?.summary),
      ],
    );
  }
  if (calibration) page.add('p', m.runs_page_brier({ brier: significant(calibration.brier.mean) }));
}

function addMethod(page: HtmlPage): void {
  page.add('h2', m.runs_page_how());
  page.add('p', m.runs_page_how_orders());
  page.add('p', m.runs_page_how_intervals());
  page.add('p', m.runs_page_how_own());
}

function rangeText([low, high]: readonly [number | null, number | null], unit = '\u00a0%'): string {
  if (low === null || high === null) return '';
  return m.runs_range({ low: low.toFixed(1), high: `${high.toFixed(1)}${unit}` });
}
