// Made-up judges for tests of measures: rows of judgements with known truth behind them.
import type { Random } from '../../src/base/random';
import type { Answer, Judgement } from '../../src/evaluation/metrics';

export function answerOf(score: number): Answer {
  return score > 0 ? 'img2' : 'img1';
}

export function scoredRow(episode: string, scoreForward: number, scoreReverse: number, over: Partial<Judgement> = {}) {
  const said = { forward: answerOf(scoreForward), reverse: answerOf(scoreReverse) };
  return { episode, template: 't', category: 'c', window: 8, ...said, scoreForward, scoreReverse, ...over };
}

export interface Judge {
  episodes: number;
  pairs: number;
  /** Logits it sees of the content, and adds for the second position. */
  content: number;
  lean: number;
  /** Standard deviations between episodes of both. */
  spread?: number;
}

/** Scores of a judge with unit noise; its episodes are `e0`, `e1`, … */
export function judgedRows(random: Random, { episodes, pairs, content, lean, spread = 0 }: Judge): Judgement[] {
  return Array.from({ length: episodes }, (_, e) => {
    const [sees, leans] = [content + spread * random.normal(), lean + spread * random.normal()];
    return Array.from({ length: pairs }, (_, i) =>
      scoredRow(`e${e}`, sees + leans + random.normal(), -sees + leans + random.normal(), {
        window: 5 + (i % 12),
        template: `task ${e % 4}`,
        category: e % 2 === 0 ? 'moving' : 'holding',
      }),
    );
  }).flat();
}
