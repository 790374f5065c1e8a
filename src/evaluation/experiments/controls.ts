// The robustness controls: what each strategy's models answered to each question, every seed. Where a question has a right
// answer its figure is both-right (with the average beside it), else P(second), which an unbiased judge has at one half.
import { meanOf, endsOf, type Ends } from './rows';
import type { ExperimentRun, KeptEvaluation } from './runFile';

export interface ControlLine {
  readonly question: string;
  readonly strategy: string;
  readonly seeds: readonly number[];
  /** Pairs judged by each seed's model. */
  readonly pairs: number;
  /** One a seed, in percent: both-right, or P(second) where no answer is right. */
  readonly values: readonly number[];
  /** Mean over seeds of the ends of each one's 95 % interval over episodes; absent where none is honest. */
  readonly ends?: Ends;
  /** Means over seeds; absent where no answer is right. */
  readonly average?: number;
  readonly gap?: number;
  /** Of the counter-task: percent of showings right under both instructions, and of those that ignore it. */
  readonly instructions?: { readonly rightUnderBoth: number; readonly ignoring: number };
}

/** @param questions names in the order in which they are shown; others that were asked come after them */
export function controlLines(
  runs: readonly ExperimentRun[],
  strategies: readonly string[],
  questions: readonly string[],
): ControlLine[] {
  const asked = runs.flatMap((run) => run.questions.map(({ question }) => question ?? ''));
  const names = [...new Set([...questions.filter((name) => asked.includes(name)), ...asked.toSorted()])];
  return names.flatMap((question) =>
    strategies.flatMap((strategy) => {
      const found = runs
        .filter((run) => run.strategy === strategy)
        .sort((a, b) => a.seed - b.seed)
        .flatMap((run) => {
          const answer = run.questions.find((each) => each.question === question);
          return answer ? [{ seed: run.seed, answer }] : [];
        });
      return found.length === 0 ? [] : [lineOf(question, strategy, found)];
    }),
  );
}

function lineOf(
  question: string,
  strategy: string,
  found: readonly { seed: number; answer: KeptEvaluation }[],
): ControlLine {
  const answers = found.map(({ answer }) => answer);
  const hasRightAnswer = answers.every(({ answerLean, overall }) => answerLean === undefined && overall !== undefined);
  const values = answers.map(({ answerLean, overall }) =>
    hasRightAnswer ? overall.bothRight : (answerLean?.pSecond.mean ?? overall.pSecond ?? Number.NaN),
  );
  const ranges = answers.map(({ answerLean, intervals }) =>
    endsOf(hasRightAnswer ? intervals['bothRight'] : answerLean?.pSecond),
  );
  const crossed = answers.flatMap(({ instructions }) => (instructions ? [instructions] : []));
  return {
    question,
    strategy,
    seeds: found.map(({ seed }) => seed),
    pairs: Math.min(...answers.map(({ overall }) => overall.pairs)),
    values,
    ends: meanEnds(ranges),
    ...(hasRightAnswer && {
      average: meanOf(answers.map(({ overall }) => overall.average)),
      gap: meanOf(answers.map(({ overall }) => overall.gap)),
    }),
    ...(crossed.length > 0 && {
      instructions: {
        rightUnderBoth: meanOf(crossed.map(({ rightUnderBoth }) => rightUnderBoth)),
        ignoring: meanOf(crossed.map(({ ownOnly, counterOnly }) => ownOnly + counterOnly)),
      },
    }),
  };
}

/** Null where one of them is. */
function meanEnds(ranges: readonly Ends[]): Ends {
  const known = ranges.filter((ends) => ends !== null);
  if (known.length === 0 || known.length < ranges.length) return null;
  return [meanOf(known.map(([low]) => low)), meanOf(known.map(([, high]) => high))];
}
