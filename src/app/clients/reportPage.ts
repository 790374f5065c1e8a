// A report as a page that can be read, printed and kept: plain HTML without scripts or addresses. It is built as a
// document and then written out, so that names and tasks stay text whatever they contain.
import type { EvaluationReport } from '../../evaluation/report';
import { percent } from '../reading';

const style =
  'body{font:17px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1c1b19;background:#fbfaf7}' +
  'table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #dcd8ce}' +
  'td+td,th+th{text-align:right;font-variant-numeric:tabular-nums}';

export function reportPage(model: string, report: EvaluationReport): string {
  const page = document.implementation.createHTMLDocument(`Report: ${model}`);
  const add = (tag: string, text: string, parent: Element = page.body) => {
    const element = page.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  page.documentElement.lang = 'en';
  const charset = page.createElement('meta');
  charset.setAttribute('charset', 'utf-8');
  page.head.prepend(charset);
  add('style', style, page.head);

  const { overall } = report;
  add('h1', model);
  add('p', report.verdict);
  add(
    'p',
    `${overall.pairs} pairs of ${overall.episodes} episodes, ${report.split} split, each judged in both orders.`,
  );
  const table = (title: string, head: string[], rows: string[][]) => {
    add('h2', title);
    const element = add('table', '');
    const top = add('tr', '', add('thead', '', element));
    for (const cell of head) add('th', cell, top);
    const body = add('tbody', '', element);
    for (const row of rows) {
      const line = add('tr', '', body);
      for (const cell of row) add('td', cell, line);
    }
  };
  const { cells } = overall;
  table(
    'Four cells',
    ['answer', 'pairs'],
    [
      ['right in both orders', `${cells.bothRight}`],
      ['wrong in both orders', `${cells.bothWrong}`],
      ['always the first', `${cells.alwaysFirst}`],
      ['always the second', `${cells.alwaysSecond}`],
      ['not readable', `${cells.invalid}`],
    ],
  );
  const head = ['', 'pairs', 'forward', 'reverse', 'gap', 'both right'];
  const rows = (lines: EvaluationReport['byWindow']) =>
    Object.entries(lines).flatMap(([name, s]) =>
      s
        ? [
            [
              name,
              `${s.pairs}`,
              percent(s.forward, 1),
              percent(s.reverse, 1),
              s.gap.toFixed(1),
              percent(s.bothRight, 1),
            ],
          ]
        : [],
    );
  table('By window', head, rows({ all: overall, ...report.byWindow }));
  table('By task', head, rows(report.byTemplate));
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}
