// Asks for further answers drawn by chance, so that a report can say how often an answer to the same question repeats.
// Only judging by a written description needs this: for a forced choice the logits already say it exactly.
import { PAIRS_AT_ONCE, type EvaluationSource, type Judged } from './evaluate';
import { writtenAnswers, type Judge } from './judge';
import type { Answer, Judgement } from './metrics';

export interface Repeats {
  /** Answers drawn to each question; at least two. */
  repeats: number;
  /** Pairs that are asked again, the first ones of the rows: each costs as much as `repeats` evaluations of it. */
  pairs: number;
  /** 1 draws as the model believes; near zero always the same. */
  temperature: number;
  seed: number;
}

/**
 * The judgements with `repeats` filled in for the first pairs.
 * @param judging `cot` takes the forced choice after a description that was drawn, the others the answer as written
 * @param judged rows of the source's pairs, in their order
 * @param cancelled asked between batches; a true answer leaves the rest without repeats
 * @throws RangeError for fewer than two repeats
 */
export async function withRepeats(
  model: Judge,
  source: EvaluationSource,
  judging: 'tag-generated' | 'cot' | 'cot-generated',
  judged: Judged,
  { repeats, pairs, temperature, seed }: Repeats,
  cancelled: () => boolean = () => false,
): Promise<Judged> {
  if (repeats < 2) throw new RangeError(`Whether answers repeat needs at least two of each, not ${repeats}.`);
  const judge = { ...model, ...source.wording };
  const kind = judging === 'tag-generated' ? 'tag' : 'cot';
  const rows: Judgement[] = [...judged.rows];
  const asked = Math.min(pairs, rows.length);
  for (let from = 0; from < asked; from += PAIRS_AT_ONCE) {
    const count = Math.min(PAIRS_AT_ONCE, asked - from);
    const drawn: Answer[][] = Array.from({ length: 2 * count }, () => []);
    const batch = await source.batch(from, count, { kind, end: 'prompt' });
    for (let repeat = 0; repeat < repeats; repeat++) {
      if (cancelled()) return { ...judged, rows };
      const drawing = { temperature, seed, repeat, first: 2 * from };
      const written = await writtenAnswers(judge, batch, source.most(kind), drawing);
      const read = await source.read(written.map(({ ids }) => ids));
      written.forEach(({ ended, logits: [first, second] }, b) => {
        const chosen = second > first ? 'img2' : 'img1';
        const said = (ended ? read[b]?.answer : null) ?? 'invalid';
        drawn[b]?.push(judging === 'cot' ? chosen : said);
      });
    }
    for (let i = 0; i < count; i++) {
      const row = rows[from + i];
      if (row) rows[from + i] = { ...row, repeats: { forward: drawn[2 * i] ?? [], reverse: drawn[2 * i + 1] ?? [] } };
    }
  }
  return { ...judged, rows };
}
