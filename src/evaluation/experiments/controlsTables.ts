// The controls as tables: a line a question, a column a strategy, each cell the mean over seeds with its interval.
import type { ControlLine } from './controls';
import { each, figure, table, withEnds } from './markdown';
import { meanOf } from './rows';
import type { Titles } from './tables';

/** A question in words. */
export interface QuestionWords {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

export function controlsTables(
  lines: readonly ControlLine[],
  questions: readonly QuestionWords[],
  titles: Titles,
): string {
  const [answered, leaning] = [lines.filter(hasRightAnswer), lines.filter((line) => !hasRightAnswer(line))];
  const crossed = lines.filter(({ instructions }) => instructions !== undefined);
  return [
    answered.length === 0 ? '' : '\nRight in both orders, percent [95 % over episodes], mean over seeds:\n',
    matrix(answered, questions, titles, (line) => withEnds(meanOf(line.values), line.ends ?? null)),
    answered.length === 0 ? '' : '\nAverage accuracy (gap in brackets):\n',
    matrix(answered, questions, titles, (line) => `${figure(line.average)} (${figure(line.gap)})`),
    leaning.length === 0 ? '' : '\nNo answer is right: P(second) in percent, which should be 50:\n',
    matrix(leaning, questions, titles, (line) => withEnds(meanOf(line.values), line.ends ?? null)),
    crossed.length === 0 ? '' : '\nThe same frames under both instructions, percent of showings:\n',
    table(
      ['strategy', 'right under both', 'same picture under both, whatever the task says'],
      crossed.map(({ strategy, instructions }) => [
        titles(strategy),
        figure(instructions?.rightUnderBoth),
        figure(instructions?.ignoring),
      ]),
    ),
    lines.some(({ seeds }) => seeds.length > 1) ? '\nEvery seed:\n' : '',
    lines.some(({ seeds }) => seeds.length > 1) ? matrix(lines, questions, titles, ({ values }) => each(values)) : '',
    whatTheyAsk(lines, questions),
  ].join('');
}

const hasRightAnswer = ({ average }: ControlLine) => average !== undefined;

function matrix(
  lines: readonly ControlLine[],
  questions: readonly QuestionWords[],
  titles: Titles,
  cell: (line: ControlLine) => string,
): string {
  const names = [...new Set(lines.map(({ question }) => question))];
  const strategies = [...new Set(lines.map(({ strategy }) => strategy))];
  const rows = names.map((name) => {
    const own = lines.filter(({ question }) => question === name);
    const pairs = Math.min(...own.map((line) => line.pairs));
    const cells = strategies.map((strategy) => {
      const line = own.find((each) => each.strategy === strategy);
      return line ? cell(line) : '–';
    });
    return [questions.find((question) => question.name === name)?.title ?? name, `${pairs}`, ...cells];
  });
  return table(['question', 'pairs', ...strategies.map(titles)], rows);
}

function whatTheyAsk(lines: readonly ControlLine[], questions: readonly QuestionWords[]): string {
  const asked = new Set(lines.map(({ question }) => question));
  const words = questions.filter(({ name }) => asked.has(name)).map(({ title, about }) => `- **${title}.** ${about}\n`);
  return words.length === 0 ? '' : `\nWhat each asks:\n\n${words.join('')}`;
}
