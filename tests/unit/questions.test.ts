import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Episode } from '../../src/episodes/episode';
import type { FrameSource } from '../../src/episodes/frames';
import { simulatedEpisode, SimulatorSource } from '../../src/episodes/simulator/simulatorSource';
import { judgePairs } from '../../src/evaluation/evaluate';
import { crossInstructions } from '../../src/evaluation/instructions';
import { freeJudge, makeJudge } from '../../src/evaluation/judge';
import type { Answer, Judgement } from '../../src/evaluation/metrics';
import { leanOf, questionReport } from '../../src/evaluation/questionReport';
import { questionNamed, QUESTIONS } from '../../src/evaluation/questions';
import { modelConfig } from '../../src/model/config';
import { initialParameters, parameterTable } from '../../src/model/parameters';
import type { Pair } from '../../src/pairs/pairStream';
import { HOLD_OUT_KINDS, isHeldOut, valuesOf } from '../../src/pairs/splitEpisodes';
import { FORMATS } from '../../src/samples/formats';
import { DATA_REPORT, SIMULATOR } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import { askQuestions } from '../../src/workers/askQuestions';
import { Dataset, pairNote } from '../../src/workers/dataset';
import { questionSource, type QuestionData } from '../../src/workers/evaluationSource';
import { madeSource } from './episodeFixtures';
import { tokenizer, useWasm } from './tinyModel';

const source = { ...SIMULATOR, episodes: 160 };
const holdOut = {
  ...DATA_REPORT.sampling.holdOut,
  templates: ['stack blocks'],
  objects: ['mug', 'plate'],
  colours: ['purple'],
  scenes: ['lab bench'],
};
const recipe: Recipe = {
  ...DATA_REPORT,
  source,
  model: 'nano',
  sampling: { ...DATA_REPORT.sampling, split: [50, 10, 40], holdOut },
};
const simulator = new SimulatorSource();
const frames: FrameSource = {
  read: (...asked) => madeSource().read(...asked),
  signatures: (...asked) => simulator.signatures(...asked),
  progress: (...asked) => simulator.progress(...asked),
};
const listed = await simulator.list(source);
const dataset = new Dataset(recipe, listed, listed, tokenizer, frames);

const pairsOf = (name: string, total = 10): Promise<Pair[]> =>
  dataset.evaluationPairs({ split: 'test', pairs: { total }, choice: questionNamed(name).pairs });
const progressOf = ({ episode, early, late }: Pair) => {
  const { progressAt } = simulatedEpisode(episode.id);
  return [progressAt(early), progressAt(late)] as const;
};
const heldOutKinds = (episode: Episode) =>
  HOLD_OUT_KINDS.filter((kind) => valuesOf(episode, kind).some((value) => holdOut[kind].includes(value)));

describe('the questions', () => {
  it('are named once, say what they are about, and use every format and every way to hold out', () => {
    const all = Object.values(QUESTIONS);
    expect(all.length).toBeGreaterThanOrEqual(20);
    for (const { name, title, about } of all) {
      expect(QUESTIONS[name]?.title).toBe(title);
      expect(about).toMatch(/^[A-Z].+\.$/);
    }
    expect(new Set(all.map((q) => q.format))).toEqual(new Set(Object.keys(FORMATS)));
    for (const kind of HOLD_OUT_KINDS) expect(all.some((q) => q.pairs.tasks === kind)).toBe(true);
    expect(() => questionNamed('who')).toThrow('No question is called "who". Known: plain,');
  });
});

describe('the pairs of a question', () => {
  it('come from unseen episodes, none twice', async () => {
    const training = new Set(dataset.stream.episodes('train').map((e) => e.id));
    for (const name of Object.keys(QUESTIONS)) {
      const pairs = await pairsOf(name);
      expect(pairs.length, name).toBeGreaterThan(0);
      expect(pairs.some((pair) => training.has(pair.episode.id))).toBe(false);
      expect(new Set(pairs.map((p) => `${p.episode.id} ${p.early} ${p.late}`)).size).toBe(pairs.length);
    }
  });

  it('are of trained things or of held-out ones, never of both', async () => {
    for (const { episode } of await pairsOf('plain')) expect(isHeldOut(episode, holdOut)).toBe(false);
    for (const { episode } of await pairsOf('held-out')) expect(isHeldOut(episode, holdOut)).toBe(true);
    for (const kind of HOLD_OUT_KINDS) {
      const pairs = await pairsOf(`held-out-${kind}`);
      for (const { episode } of pairs) {
        expect(kind === 'templates' ? heldOutKinds(episode)[0] : heldOutKinds(episode).join()).toBe(kind);
      }
    }
    for (const name of ['mishaps', 'undone', 'turnable', 'windows-narrow']) {
      for (const { episode } of await pairsOf(name)) expect(isHeldOut(episode, holdOut)).toBe(false);
    }
  });

  it('are none where nothing is held out', async () => {
    const sampling = { ...recipe.sampling, holdOut: { ...holdOut, objects: [] } };
    const other = new Dataset({ ...recipe, sampling }, listed, listed, tokenizer, frames);
    const selection = { split: 'test', pairs: { total: 8 }, choice: questionNamed('held-out-objects').pairs } as const;
    expect(await other.evaluationPairs(selection)).toEqual([]);
  });

  it('have the windows that are asked for, each as often', async () => {
    for (const [name, windows] of [
      ['windows-narrow', [2, 3, 4]],
      ['windows-wide', [17, 18, 19, 20, 21, 22, 23, 24]],
    ] as const) {
      const pairs = await pairsOf(name, 48);
      for (const { window, early, late } of pairs) expect(late - early).toBe(window * recipe.sampling.downsample);
      for (const window of windows) {
        const share = pairs.filter((pair) => pair.window === window).length / pairs.length;
        expect(Math.abs(share - 1 / windows.length)).toBeLessThan(0.06);
      }
    }
  });

  it('show the less complete frame first, also where something is undone', async () => {
    for (const name of ['plain', 'mishaps', 'undone', 'held-out']) {
      for (const pair of await pairsOf(name)) {
        const [before, after] = progressOf(pair);
        expect(after - before).toBeGreaterThanOrEqual(recipe.sampling.minimumProgress - 1e-6);
        // Only where something is undone does the less complete frame come later in time.
        expect(pair.early > pair.late).toBe(name === 'undone');
      }
    }
  });

  it('are of episodes that no training of this source can have seen, where something goes wrong', async () => {
    for (const name of ['mishaps', 'undone']) {
      for (const { episode } of await pairsOf(name)) {
        expect(episode.mishap).not.toBeNull();
        const [, seed, number] = episode.id.split('-').map(Number);
        expect(seed).toBe(source.seed);
        expect(number).toBeGreaterThanOrEqual(source.episodes);
      }
    }
  });

  it('turn round with the instruction, on the same frames in the same order', async () => {
    const [own, counter] = [await pairsOf('turnable'), await pairsOf('counter-task')];
    expect(counter).toHaveLength(own.length);
    own.forEach((pair, i) => {
      const other = counter[i] as Pair;
      expect([other.early, other.late]).toEqual([pair.late, pair.early]);
      expect(other.episode.id).toBe(pair.episode.id);
      expect(other.episode.task).toBe(pair.episode.counterTask);
      expect(other.episode.task).not.toBe(pair.episode.task);
    });
  });

  it('leave plain evaluations as they were', async () => {
    const selection = { split: 'test', pairs: { total: 20 } } as const;
    const drawn = await Promise.all(
      Array.from({ length: 20 }, (_, i) => dataset.stream.evaluationPair('test', i, null)),
    );
    expect(await dataset.evaluationPairs(selection)).toEqual(drawn);
  });
});

const row = (forward: Answer, reverse: Answer, i = 0, scores: [number, number] = [NaN, NaN]): Judgement => ({
  episode: `episode ${i}`,
  template: 'drawer',
  category: 'other',
  window: 5,
  forward,
  reverse,
  scoreForward: scores[0],
  scoreReverse: scores[1],
});
const anyAnswer = fc.constantFrom('img1' as const, 'img2' as const, 'invalid' as const);

describe('both instructions', () => {
  it('divide all showings among five outcomes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyAnswer, anyAnswer, anyAnswer, anyAnswer), { minLength: 1 }), (answers) => {
        const own = answers.map(([forward, reverse], i) => row(forward, reverse, i % 9));
        const counter = answers.map(([, , forward, reverse], i) => row(forward, reverse, i % 9));
        const crossed = crossInstructions(own, counter);
        if (!crossed) throw new Error('nothing crossed');
        const { rightUnderBoth, ownOnly, counterOnly, wrongUnderBoth, invalid, allFour } = crossed;
        expect(rightUnderBoth + ownOnly + counterOnly + wrongUnderBoth + invalid).toBeCloseTo(100, 9);
        expect(allFour).toBeLessThanOrEqual(rightUnderBoth + 1e-9);
        expect(crossed.intervals.ignoring.estimate).toBeCloseTo(ownOnly + counterOnly, 9);
      }),
    );
  });

  it('tell who reads the task from who names the same picture whatever the task says', () => {
    const right = Array.from({ length: 10 }, (_, i) => row('img2', 'img1', i));
    expect(crossInstructions(right, right)).toMatchObject({ rightUnderBoth: 100, allFour: 100, ownOnly: 0 });
    // The later frame under either instruction: right under one, wrong under the other.
    const later = Array.from({ length: 10 }, (_, i) => row('img1', 'img2', i));
    expect(crossInstructions(right, later)).toMatchObject({ ownOnly: 100, rightUnderBoth: 0 });
    expect(crossInstructions(later, right)).toMatchObject({ counterOnly: 100 });
    // Always the second position: the same picture under both, half of them right under each.
    const second = Array.from({ length: 10 }, (_, i) => row('img2', 'img2', i));
    expect(crossInstructions(second, second)).toMatchObject({ ownOnly: 50, counterOnly: 50 });
    expect(() => crossInstructions(right, right.slice(1))).toThrow(RangeError);
    expect(() => crossInstructions(right, right.toReversed())).toThrow(RangeError);
    expect(crossInstructions([], [])).toBeNull();
  });
});

describe('answers of which none is right', () => {
  it('lean by what they depart from one half, ties counted as half', () => {
    const tied = Array.from({ length: 10 }, (_, i) => row('img1', 'img1', i, [0, 0]));
    expect(leanOf(tied)).toMatchObject({ answers: 20, pSecond: { mean: 50 }, probability: { mean: 50 }, offset: 0 });
    const second = Array.from({ length: 10 }, (_, i) => row('img2', 'img2', i, [2, 2]));
    expect(leanOf(second)).toMatchObject({ pSecond: { mean: 100 }, offset: 2 });
    expect(leanOf([row('img2', 'invalid')])).toMatchObject({ answers: 1, pSecond: { mean: 100 }, offset: null });
    expect(leanOf([row('invalid', 'invalid')])).toBeNull();
  });

  it('get no verdict on accuracy', () => {
    const rows = Array.from({ length: 10 }, (_, i) => row('img2', 'img1', i, [1, -1]));
    const facts = { after: 'tag', step: 3, split: 'test', judging: 'tag' } as const;
    const judged = { rows, described: null };
    const grey = questionReport(judged, questionNamed('grey'), facts, 1);
    expect(grey?.verdict).toMatch(
      /^Text only: both pictures grey: 50 %.* name the second image.*none of them is right/,
    );
    expect(grey).toMatchObject({ question: 'grey', answerLean: { pSecond: { mean: 50 } }, byWindow: {} });
    expect(grey).not.toHaveProperty('calibration');
    const plain = questionReport(judged, questionNamed('plain'), facts, 1);
    expect(plain?.verdict).toContain('right in both orders for 100 %');
    expect(plain).not.toHaveProperty('answerLean');
  });
});

describe('a model that is asked', () => {
  beforeAll(useWasm);

  const data: QuestionData = {
    wording: (_, format) => Promise.resolve(dataset.wording(format)),
    evaluationPairs: async (_, selection) => (await dataset.evaluationPairs(selection)).map(pairNote),
    evaluationBatch: (_, selection, from, count, form) => dataset.prompts(selection, from, count, form, null),
    readAnswers: () => Promise.reject(new Error('nothing is written')),
  };

  it('reports on each question, and answers two equal pictures the same in both orders', async () => {
    const config = modelConfig('nano', tokenizer.vocabularySize, tokenizer.tokenIds, 'language');
    const weights = initialParameters(parameterTable(config), 3);
    const { img1, img2, end, padding } = tokenizer.tokenIds;
    const judge = makeJudge(config, weights, { answers: [img1, img2], end, padding, cue: [751] });
    const questions = ['plain', 'answer-letters', 'identical', 'turnable', 'counter-task'];
    const shares: number[] = [];
    const reports = await askQuestions(judge, data, recipe, {
      questions,
      pairsPerQuestion: 2,
      after: 'nothing',
      step: 0,
      onProgress: (share) => shares.push(share),
    });
    const ordersAgree = async (name: string) => {
      const asked = await questionSource(data, recipe, questionNamed(name), 2);
      return (await judgePairs(judge, asked, 'tag')).rows.map((row) => row.scoreForward === row.scoreReverse);
    };
    expect(reports.map((report) => report.question)).toEqual(questions);
    expect(shares.at(-1)).toBe(1);
    const [plain, letters, identical, , counter] = reports;
    // Fresh weights answer other tokens with other logits.
    expect(plain?.overall.meanOffset).not.toBe(letters?.overall.meanOffset);
    expect(identical?.overall.flipRate).toBe(100);
    expect(counter?.instructions?.pairs).toBe(2);
    // Both orders of two equal pictures are one input.
    expect(await ordersAgree('identical')).toEqual([true, true]);
    expect(await ordersAgree('plain')).toEqual([false, false]);
    freeJudge(judge);
  }, 60_000);
});

describe('a stage with a control', () => {
  it('is trained on shuffled labels and in other words, and shows that in its samples', async () => {
    const [stage] = recipe.stages.filter(({ samples }) => samples === 'tag');
    if (!stage) throw new Error('no tag stage');
    const controlled: Recipe = {
      ...recipe,
      batchPairs: 4,
      stages: [{ ...stage, order: 'both', labels: 'shuffled', format: 'apart' }],
    };
    const trained = new Dataset(controlled, listed, listed, tokenizer, frames);
    const batch = await trained.trainingBatch(0, 2, 0, null);
    const first = trained.position(0, 2, 0);
    const answers = Array.from({ length: 8 }, (_, i) =>
      trained.maker.answer(i % 2 === 0 ? 'forward' : 'reverse', 'shuffled', first + Math.floor(i / 2)),
    );
    const labels = [...batch.labels].filter((_, m) => batch.judgement[m] === 1);
    expect(labels).toEqual(answers.map((answer) => tokenizer[answer]));
    expect(tokenizer.decode([...batch.tokens])).toContain(FORMATS.apart.cue);
    expect(tokenizer.decode([...batch.tokens])).not.toContain(FORMATS.standard.cue);
  });
});
