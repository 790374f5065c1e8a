// Runs an evaluation: every pair in both orders, by one way of asking, into judgement rows and a report.
import type { Batch } from '../batches/batch';
import type { ReadAnswer } from '../samples/prompt';
import { composeReport, type ReportFacts } from './composeReport';
import type { EvaluationReport } from './report';
import { forcedChoice, writtenAnswers, type Judge } from './judge';
import type { Answer, Judgement } from './metrics';
import { worstPairs, type WorstPair } from './worstPairs';

/** What is known of a pair besides its pictures. */
export interface PairFacts {
  episode: string;
  template: string;
  category: string;
  window: number;
  /** Where somebody may want to look at it again. */
  name?: string;
  task?: string;
  frames?: readonly [number, number];
}

export type Judging = EvaluationReport['judging'];

export interface EvaluationSource {
  pairs: readonly PairFacts[];
  /** Pairs `from`…`from + count`, forward then reverse for each. */
  batch(from: number, count: number, form: { kind: 'cot' | 'tag'; end: 'judgement' | 'prompt' }): Promise<Batch>;
  /** What each written target says. */
  read(written: number[][]): Promise<ReadAnswer[]>;
  /** Most tokens an answer of a kind may take. */
  most(kind: 'cot' | 'tag'): number;
  /** What stands before a judgement and which tokens decide it, where it is not asked in the standard format. */
  wording?: Pick<Judge, 'cue' | 'alsoCue' | 'answers'>;
}

/** Pairs judged in one go; both orders of each share a batch. */
export const PAIRS_AT_ONCE = 12;

/**
 * Judges all pairs, `PAIRS_AT_ONCE` at a time. CoT judging writes its description first; its forced choice reads the
 * judgement that follows the description.
 * @param cancelled asked between batches; a true answer ends early with the rows so far
 */
export async function judgePairs(
  judge: Judge,
  source: EvaluationSource,
  judging: Judging,
  onProgress: (share: number) => void = () => undefined,
  cancelled: () => boolean = () => false,
): Promise<Judged> {
  const rows: Judgement[] = [];
  const asWritten: Judgement[] = [];
  let described = 0;
  for (let from = 0; from < source.pairs.length && !cancelled(); from += PAIRS_AT_ONCE) {
    const count = Math.min(PAIRS_AT_ONCE, source.pairs.length - from);
    const answers = await ask(judge, source, judging, from, count);
    described += answers.filter((a) => a.described).length;
    for (let i = 0; i < count; i++) {
      const pair = source.pairs[from + i] as PairFacts;
      const [forward, reverse] = [answers[2 * i], answers[2 * i + 1]] as [Asked, Asked];
      const row = {
        episode: pair.episode,
        template: pair.template,
        category: pair.category,
        window: pair.window,
        forward: forward.answer,
        reverse: reverse.answer,
        scoreForward: forward.score,
        scoreReverse: reverse.score,
      };
      rows.push(row);
      if (judging === 'cot') asWritten.push({ ...row, forward: forward.written, reverse: reverse.written });
    }
    onProgress((from + count) / source.pairs.length);
  }
  const isCot = judging === 'cot' || judging === 'cot-generated';
  const share = isCot && rows.length > 0 ? (100 * described) / (2 * rows.length) : null;
  const shown = source.pairs.map(({ episode, window, name, task, frames }) =>
    name === undefined || task === undefined || !frames ? null : { episode, name, task, frames, window },
  );
  const worst = worstPairs(rows, shown);
  const pairs = source.pairs.slice(0, rows.length);
  return { rows, pairs, described: share, worst, ...(judging === 'cot' && { asWritten }) };
}

/** Rows of an evaluation, and the percentage of CoT answers with a description. */
export interface Judged {
  rows: Judgement[];
  /** What the rows are about, in their order. */
  pairs?: readonly PairFacts[];
  described: number | null;
  /** To be looked at again; none where nothing is known of the pairs. */
  worst?: WorstPair[];
  /** Of CoT judging: the rows that judging by the answers as written would have given. */
  asWritten?: Judgement[];
}

interface Asked {
  described: boolean;
  answer: Answer;
  /** What stands written; a forced choice writes what it chooses. */
  written: Answer;
  /** Logit of img2 minus logit of img1. */
  score: number;
}

async function ask(
  model: Judge,
  source: EvaluationSource,
  judging: Judging,
  from: number,
  count: number,
): Promise<Asked[]> {
  const judge = { ...model, ...source.wording };
  const choose = ([first, second]: readonly [number, number], described: boolean): Asked => {
    const answer = second > first ? 'img2' : 'img1';
    return { answer, written: answer, score: second - first, described };
  };
  if (judging === 'tag') {
    const batch = await source.batch(from, count, { kind: 'tag', end: 'judgement' });
    return (await forcedChoice(judge, batch)).map((logits) => choose(logits, false));
  }
  const kind = judging === 'tag-generated' ? 'tag' : 'cot';
  const batch = await source.batch(from, count, { kind, end: 'prompt' });
  const written = await writtenAnswers(judge, batch, source.most(kind));
  const read = await source.read(written.map(({ ids }) => ids));
  return written.map(({ ended, logits }, b) => {
    const asked = choose(logits, read[b]?.described ?? false);
    const said = (ended ? read[b]?.answer : null) ?? 'invalid';
    return { ...asked, answer: judging === 'cot' ? asked.answer : said, written: said };
  });
}

/**
 * Puts rows into the form that reports hold; null without rows.
 * @param seed fixes the permutation tests
 * @param validation judgements of validation pairs by the same model, for the constant of recalibration; without any it
 *   is chosen on other episodes of the same rows
 */
export function reportOf(
  { rows, described, worst = [] }: Judged,
  facts: Omit<ReportFacts, 'described'>,
  seed: number,
  validation: readonly Judgement[] = [],
): EvaluationReport | null {
  const report = composeReport(rows, { ...facts, described }, seed, validation);
  return report && worst.length > 0 ? { ...report, worstPairs: worst } : report;
}
