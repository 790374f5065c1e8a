// Further answers drawn by chance, by a tiny untrained model.
import { beforeAll, describe, expect, it } from 'vitest';
import { judgePairs, type EvaluationSource } from '../../src/evaluation/evaluate';
import { freeJudge, makeJudge } from '../../src/evaluation/judge';
import { withRepeats } from '../../src/evaluation/repeats';
import { stability } from '../../src/evaluation/stability';
import { initialParameters, parameterTable } from '../../src/model/parameters';
import { tinyBatch, tinyConfig, tokenizer, useWasm } from './tinyModel';

beforeAll(useWasm);

const config = tinyConfig();
const { end, padding } = tokenizer.special;
const answers = [tokenizer.img1, tokenizer.img2] as const;

/** Three pairs; what was written is kept, and nothing of it can be read. */
const written: string[] = [];
const source: EvaluationSource = {
  pairs: Array.from({ length: 3 }, (_, i) => ({ episode: `e${i}`, template: 't', category: 'c', window: 5 })),
  batch: (from, count) => Promise.resolve(tinyBatch(from, count)),
  read: (targets) => {
    written.push(...targets.map(String));
    return Promise.resolve(targets.map(() => ({ answer: null, described: true })));
  },
  most: () => 2,
};

describe('judging through descriptions', () => {
  it('knows what judging by the written answers would give, without writing them again', async () => {
    const judge = makeJudge(config, initialParameters(parameterTable(config), 5), { answers, end, padding, cue: [3] });
    const readable = {
      ...source,
      read: (targets: number[][]) =>
        Promise.resolve(
          targets.map(([word = 0]) => ({ answer: word % 2 ? 'img1' : 'img2', described: true }) as const),
        ),
    };
    const judged = await judgePairs(judge, readable, 'cot');
    const direct = await judgePairs(judge, readable, 'cot-generated');
    expect(judged.asWritten).toEqual(direct.rows);
    expect(judged.rows.map(({ scoreForward }) => scoreForward)).toEqual(direct.rows.map((row) => row.scoreForward));
    expect(direct.asWritten).toBeUndefined();
    freeJudge(judge);
  });
});

describe('repeats', () => {
  it('are drawn for the first pairs, by the seed alone, and differ between repeats', async () => {
    const judge = makeJudge(config, initialParameters(parameterTable(config), 5), { answers, end, padding, cue: [3] });
    const judged = await judgePairs(judge, source, 'tag-generated');
    const draw = (seed: number, temperature: number) =>
      withRepeats(judge, source, 'cot', judged, { repeats: 4, pairs: 2, temperature, seed });
    const once = await draw(1, 1);
    const said = written.splice(0).slice(-16);
    expect(new Set(said).size).toBeGreaterThan(10);
    const again = await draw(1, 1);
    expect(written.splice(0)).toEqual(said);
    expect(again).toEqual(once);
    expect(once.rows.map(({ repeats }) => repeats?.forward.length)).toEqual([4, 4, undefined]);
    expect(once.rows.map(({ repeats: _repeats, ...row }) => row)).toEqual(judged.rows);
    expect(stability(once.rows)).toMatchObject({ from: 'drawn', repeats: 4, pairs: 2 });
    // Near zero every draw is the same.
    expect(stability((await draw(2, 1e-6)).rows)?.agreement.mean).toBe(100);
    freeJudge(judge);
  });

  it('end early when cancelled, and are not drawn alone', async () => {
    const judge = makeJudge(config, initialParameters(parameterTable(config), 5), { answers, end, padding, cue: [3] });
    const judged = await judgePairs(judge, source, 'tag-generated');
    const wanted = { repeats: 2, pairs: 3, temperature: 1, seed: 1 };
    const none = await withRepeats(judge, source, 'tag-generated', judged, wanted, () => true);
    expect(none.rows).toEqual(judged.rows);
    const alone = withRepeats(judge, source, 'cot', judged, { ...wanted, repeats: 1 });
    await expect(alone).rejects.toThrow('at least two');
    freeJudge(judge);
  });
});
