import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchMaker, measureLimits } from '../../src/batches/batchMaker';
import { simulate } from '../../src/episodes/simulator/simulate';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { FORMATS, formatNamed, formatsOf, readWritten, wordingOf, type Format } from '../../src/samples/formats';
import { encodePrompt, encodeSample, longestSample } from '../../src/samples/sample';
import { madeSource } from './episodeFixtures';
import { shippedTokenizer } from './tokenizerFiles';

const tokenizer = shippedTokenizer();
const NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];
const anyFormat = fc.constantFrom(...NAMES);
const anyKind = fc.constantFrom('cot' as const, 'tag' as const);
const anyAnswer = fc.constantFrom('img1' as const, 'img2' as const);
const line = fc.stringMatching(/^[A-Za-z][A-Za-z ,.]{0,60}$/);
const LIMITS = { task: 24, details: 30 };
const TOKENS_PER_IMAGE = 2;

/** Written down before there was any other format; shipped models were trained on these. */
const COT_IDS = [
  1, 93, 123, 265, 66, 6, 3, 5, 4, 4, 3, 7, 3, 5, 4, 4, 3, 957, 514, 755, 752, 758, 6, 761, 7, 763, 744, 748, 2, 18, 73,
  123, 123, 113, 306, 392, 124, 66, 40, 760, 735, 6, 976, 369, 18, 735, 7, 976, 599, 18, 751, 7, 2,
];
const TAG_IDS = [
  1, 93, 123, 265, 66, 6, 3, 5, 4, 4, 3, 7, 3, 5, 4, 4, 3, 957, 514, 755, 752, 744, 748, 2, 18, 73, 123, 123, 113, 306,
  392, 124, 66, 40, 751, 6, 2,
];

describe('the standard format', () => {
  it('has the tokens that shipped models were trained on', () => {
    const task = 'Close the drawer.';
    const details = ['drawer open', 'drawer shut'] as const;
    const cot = encodeSample(tokenizer, { kind: 'cot', task, details, answer: 'img2' }, TOKENS_PER_IMAGE, LIMITS);
    expect(cot).toMatchObject({ ids: COT_IDS, promptLength: 39, judgementPlace: 51, imageStarts: [8, 14] });
    const tag = encodeSample(
      tokenizer,
      { kind: 'tag', task, details: null, answer: 'img1', format: 'standard' },
      TOKENS_PER_IMAGE,
      LIMITS,
    );
    expect(tag).toMatchObject({ ids: TAG_IDS, promptLength: 34, judgementPlace: 35, imageStarts: [8, 14] });
    expect(wordingOf(tokenizer)).toEqual({
      cue: [751],
      deciding: [tokenizer.img1, tokenizer.img2],
      answers: [[tokenizer.img1], [tokenizer.img2]],
    });
  });
});

describe('every format', () => {
  it('is asked in words of its own', () => {
    for (const kind of ['cot', 'tag'] as const) {
      const asked = NAMES.map((name) => FORMATS[name].question('Close it.', kind));
      expect(new Set(asked).size).toBe(NAMES.length);
      for (const text of asked) expect(text).toContain('Close it.');
    }
    for (const name of NAMES) expect(FORMATS[name].question('', 'cot')).not.toBe(FORMATS[name].question('', 'tag'));
  });

  it('decides at one token: up to there both answers are the same, there they differ', () => {
    const shape = fc.record({ kind: anyKind, task: line, first: line, second: line, format: anyFormat });
    fc.assert(
      fc.property(shape, ({ kind, task, first, second, format }) => {
        const details = kind === 'cot' ? ([first, second] as const) : null;
        const [one, two] = (['img1', 'img2'] as const).map((answer) =>
          encodeSample(tokenizer, { kind, task, details, answer, format }, TOKENS_PER_IMAGE, LIMITS),
        ) as [ReturnType<typeof encodeSample>, ReturnType<typeof encodeSample>];
        const { cue, deciding } = wordingOf(tokenizer, format);
        const place = one.judgementPlace;
        expect(two.judgementPlace).toBe(place);
        expect(one.ids.slice(0, place)).toEqual(two.ids.slice(0, place));
        expect([one.ids[place], two.ids[place]]).toEqual(deciding);
        expect(deciding[0]).not.toBe(deciding[1]);
        // What a forced choice is asked with is what a sample of this format would have been trained with.
        const prompt = encodePrompt(tokenizer, { kind, task, format }, TOKENS_PER_IMAGE, LIMITS);
        expect(one.ids.slice(0, prompt.ids.length)).toEqual(prompt.ids);
        expect(one.ids.slice(place - cue.length, place)).toEqual(cue);
        const { total, target } = longestSample(tokenizer, kind, TOKENS_PER_IMAGE, LIMITS, format);
        for (const { ids, promptLength } of [one, two]) {
          expect(ids.length).toBeLessThanOrEqual(total);
          expect(ids.length - promptLength).toBeLessThanOrEqual(target);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('reads back what it writes, and nothing else', () => {
    fc.assert(
      fc.property(anyFormat, anyKind, anyAnswer, line, line, (format, kind, answer, first, second) => {
        const details = kind === 'cot' ? ([`${first}.`, `${second}.`] as const) : null;
        const content = { kind, task: 'Close it.', details, answer, format };
        const { ids, promptLength } = encodeSample(tokenizer, content, TOKENS_PER_IMAGE, { task: 24, details: 200 });
        const written = tokenizer.decode(ids.slice(promptLength));
        expect(readWritten(written, format)).toEqual({ answer, described: kind === 'cot' });
        expect(readWritten(`${written} or so`, format).answer).toBeNull();
      }),
      { numRuns: 150 },
    );
    expect(readWritten('Closer to completion: img1', 'terse').answer).toBe('img1');
    expect(readWritten('Closer to completion: img1', 'letters').answer).toBeNull();
    expect(readWritten('Closer to completion: img1', 'yes-no').answer).toBeNull();
    expect(readWritten('Is img2 closer to completion than img1? yes', 'yes-no').answer).toBe('img2');
    expect(readWritten('Closer to completion: first', 'first-second').answer).toBe('img1');
  });
});

describe('the format apart', () => {
  it('shares no word with the standard one', () => {
    const words = (name: keyof typeof FORMATS) => {
      const { question, details, cue } = FORMATS[name];
      const text = [question('', 'cot'), question('', 'tag'), details('', ''), cue].join(' ');
      return new Set(text.toLowerCase().match(/[a-z0-9]+/g));
    };
    expect([...words('standard')].filter((word) => words('apart').has(word))).toEqual([]);
    expect(FORMATS.apart.answers).toEqual(FORMATS.standard.answers);
  });

  it('is what a stage trains that asks for it', async () => {
    const episodes = Array.from({ length: 12 }, (_, i) => simulate(3, i).episode);
    const stream = new PairStream(episodes, PAPER_SAMPLING, 1, madeSource());
    const vision = { imageSize: 8, tokensPerImage: 4 };
    const maker = new BatchMaker(tokenizer, madeSource(), vision, 1, measureLimits(tokenizer, episodes));
    const plan = { kind: 'cot', order: 'both', pairs: 2, judgementWeight: 1, easing: null } as const;
    const batch = await maker.training(stream, { ...plan, format: 'apart' }, 0);
    const rows = [...batch.lengths].map((length, b) => {
      const tokens = batch.tokens.length / batch.lengths.length;
      return tokenizer.decode([...batch.tokens.slice(b * tokens, b * tokens + length)]);
    });
    for (const text of rows) {
      expect(text).toContain(FORMATS.apart.cue);
      expect(text).not.toContain(FORMATS.standard.cue);
    }
    const judged = [...batch.labels].filter((_, m) => batch.judgement[m] === 1);
    expect(judged).toEqual([tokenizer.img2, tokenizer.img1, tokenizer.img2, tokenizer.img1]);
  });
});

describe('the varied wordings', () => {
  const varied = formatsOf('varied').map(formatNamed);

  it('differ, and share no cue and no question with those kept for measuring', () => {
    const told = (format: Format) => [format.question('Do it.', 'cot'), format.details('a', 'b'), format.cue].join('|');
    expect(new Set(varied.map(told)).size).toBe(varied.length);
    const made = varied.slice(1);
    for (const { cue, question } of NAMES.map(formatNamed)) {
      expect(made.map((format) => format.cue)).not.toContain(cue);
      expect(made.map((format) => format.question('Do it.', 'tag'))).not.toContain(question('Do it.', 'tag'));
    }
  });

  it('are drawn by the pair, the same for both orders, and fit the batch', async () => {
    const episodes = Array.from({ length: 8 }, (_, i) => simulate(3, i).episode);
    const stream = new PairStream(episodes, PAPER_SAMPLING, 1, madeSource());
    const shape = { imageSize: 4, tokensPerImage: TOKENS_PER_IMAGE };
    const maker = new BatchMaker(tokenizer, madeSource(), shape, 1, measureLimits(tokenizer, episodes));
    const plan = { kind: 'cot', order: 'both', pairs: 32, judgementWeight: 1, easing: null, format: 'varied' } as const;
    const batch = await maker.training(stream, plan, 0);
    const length = batch.tokens.length / 64;
    const texts = Array.from({ length: 64 }, (_, b) =>
      tokenizer.decode([...batch.tokens.slice(b * length, b * length + (batch.lengths[b] ?? 0))]),
    );
    const cueOf = (text = '') => varied.map(({ cue }) => cue).find((cue) => new RegExp(`${cue}img[12]`).test(text));
    expect(texts.every((text) => cueOf(text) !== undefined)).toBe(true);
    for (let b = 0; b < 64; b += 2) expect(cueOf(texts[b])).toBe(cueOf(texts[b + 1]));
    expect(new Set(texts.map(cueOf)).size).toBeGreaterThan(5);
  });
});
