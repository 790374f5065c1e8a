// Runs an evaluation: every pair in both orders, by one way of asking, into judgement rows and a report.
import type { Batch } from '../batches/batch';
import type { EvaluationReport } from './report';
import { forcedChoice, writtenAnswers, type Judge } from './judge';
import { byTemplate, byWindow, summarise, type Answer, type Judgement } from './metrics';
import { summaryIntervals } from './intervals';
import { verdict } from './verdict';

/** What is known of a pair besides its pictures. */
export interface PairFacts {
  episode: string;
  template: string;
  category: string;
  window: number;
}

export type Judging = EvaluationReport['judging'];

export interface EvaluationSource {
  pairs: readonly PairFacts[];
  /** Pairs `from`…`from + count`, forward then reverse for each. */
  batch(from: number, count: number, form: { kind: 'cot' | 'tag'; end: 'judgement' | 'prompt' }): Promise<Batch>;
  /** The answer at the end of each written target; null where there is none. */
  read(written: number[][]): Promise<('img1' | 'img2' | null)[]>;
  /** Most tokens an answer of a kind may take. */
  most(kind: 'cot' | 'tag'): number;
}

/** Pairs judged in one go; both orders of each share a batch. */
const PAIRS_AT_ONCE = 12;

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
): Promise<Judgement[]> {
  const rows: Judgement[] = [];
  for (let from = 0; from < source.pairs.length && !cancelled(); from += PAIRS_AT_ONCE) {
    const count = Math.min(PAIRS_AT_ONCE, source.pairs.length - from);
    const answers = await ask(judge, source, judging, from, count);
    for (let i = 0; i < count; i++) {
      const pair = source.pairs[from + i] as PairFacts;
      const [forward, reverse] = [answers[2 * i], answers[2 * i + 1]] as [Asked, Asked];
      rows.push({
        episode: pair.episode,
        template: pair.template,
        category: pair.category,
        window: pair.window,
        forward: forward.answer,
        reverse: reverse.answer,
        scoreForward: forward.score,
        scoreReverse: reverse.score,
      });
    }
    onProgress((from + count) / source.pairs.length);
  }
  return rows;
}

interface Asked {
  answer: Answer;
  /** Logit of img2 minus logit of img1. */
  score: number;
}

async function ask(
  judge: Judge,
  source: EvaluationSource,
  judging: Judging,
  from: number,
  count: number,
): Promise<Asked[]> {
  const choose = ([first, second]: readonly [number, number]): Asked => ({
    answer: second > first ? 'img2' : 'img1',
    score: second - first,
  });
  if (judging === 'tag') {
    const batch = await source.batch(from, count, { kind: 'tag', end: 'judgement' });
    return (await forcedChoice(judge, batch)).map(choose);
  }
  const kind = judging === 'tag-generated' ? 'tag' : 'cot';
  const batch = await source.batch(from, count, { kind, end: 'prompt' });
  const written = await writtenAnswers(judge, batch, source.most(kind));
  if (judging === 'cot') return written.map(({ logits }) => choose(logits));
  const answers = await source.read(written.map(({ ids }) => ids));
  return written.map(({ ended, logits }, b) => ({
    answer: (ended ? answers[b] : null) ?? 'invalid',
    score: logits[1] - logits[0],
  }));
}

/** Puts rows into the form that reports hold; null without rows. @param seed fixes the permutation test */
export function reportOf(
  rows: readonly Judgement[],
  facts: Pick<EvaluationReport, 'after' | 'step' | 'split' | 'judging'>,
  seed: number,
): EvaluationReport | null {
  const overall = summarise(rows);
  if (!overall) return null;
  return {
    ...facts,
    overall,
    byWindow: byWindow(rows),
    byTemplate: byTemplate(rows),
    intervals: summaryIntervals(rows),
    verdict: verdict(rows, seed).sentence,
  };
}
