import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchMaker, measureLimits } from '../../src/batches/batchMaker';
import { simulate } from '../../src/episodes/simulator/simulate';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { DESCRIBED } from '../../src/samples/details';
import { readAnswer, targetText, userText } from '../../src/samples/prompt';
import { encodeSample, longestSample } from '../../src/samples/sample';
import { madeEpisode, madeSource } from './episodeFixtures';
import { shippedTokenizer } from './tokenizerFiles';

const tokenizer = shippedTokenizer();

describe('the tokenizer', () => {
  it('gives every text back as it was', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constant('<image> <|im_end|> img1\n'),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        // Lone surrogates are no text: no UTF-8 stands for them.
        fc.pre(text.isWellFormed());
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('never makes a special token of text', () => {
    const names = Object.keys(tokenizer.special).length;
    expect(names).toBe(6);
    for (const text of [
      '<image>',
      '<|im_start|>User:',
      '<end_of_utterance>',
      '<fake_token_around_image><global-img>',
    ]) {
      expect(tokenizer.encode(text).some((id) => tokenizer.isSpecial(id))).toBe(false);
    }
  });

  it('has one token for each answer', () => {
    expect(tokenizer.encode('img1')).toEqual([tokenizer.img1]);
    expect(tokenizer.encode('Closer to completion: img2').at(-1)).toBe(tokenizer.img2);
  });

  it('keeps the fixed lines short', () => {
    expect(tokenizer.vocabularySize).toBe(1024);
    expect(tokenizer.encode(userText('', 'cot')).length).toBeLessThan(20);
  });
});

describe('a sample', () => {
  const limits = { task: 20, details: 30 };
  const content = { kind: 'cot', task: 'Put the cup on the plate.', details: ['a', 'b'], answer: 'img1' } as const;

  it('has the form of the paper’s figure 2', () => {
    expect(userText('Put the cup on the plate.', 'cot')).toBe(
      'Task: Put the cup on the plate.\nInstructions:\n- Describe img1 and img2 spatial details\n' +
        '- Decide which image is closer to completion\n- Output in the specified format\n',
    );
    expect(targetText(['left gripper open', 'right gripper closed'], 'img1')).toBe(
      'Spatial details:\n- img1: left gripper open\n- img2: right gripper closed\nCloser to completion: img1',
    );
    expect(targetText(null, 'img2')).toBe('Closer to completion: img2');
    expect(userText('x', 'tag')).not.toContain('spatial details');
  });

  it('marks the judgement where the answer stands', () => {
    const sample = encodeSample(tokenizer, content, 16, limits);
    expect(sample.ids[sample.judgementPlace]).toBe(tokenizer.img1);
    expect(tokenizer.decode(sample.ids.slice(sample.promptLength))).toBe(targetText(['a', 'b'], 'img1'));
    for (const start of sample.imageStarts) {
      expect(sample.ids.slice(start, start + 16).every((id) => id === tokenizer.special.image)).toBe(true);
    }
  });

  it('reads its own answer back and no other text', () => {
    expect(readAnswer(targetText(['x', 'y'], 'img2'))).toEqual({ answer: 'img2', described: true });
    expect(readAnswer(targetText(null, 'img1'))).toEqual({ answer: 'img1', described: false });
    expect(readAnswer('Closer to completion: img3').answer).toBeNull();
    expect(readAnswer('img1').answer).toBeNull();
  });

  it('never grows beyond the length it is padded to', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ maxLength: 300 }), (task, details) => {
        const sample = encodeSample(tokenizer, { ...content, task, details: [details, details] }, 16, limits);
        const longest = longestSample(tokenizer, 'cot', 16, limits);
        expect(sample.ids.length).toBeLessThanOrEqual(longest.total);
        expect(sample.ids.length - sample.promptLength).toBeLessThanOrEqual(longest.target);
      }),
      { numRuns: 300 },
    );
  });
});

describe('batches', () => {
  const simulated = Array.from({ length: 12 }, (_, i) => simulate(3, i).episode);
  const made = Array.from({ length: 12 }, (_, i) => madeEpisode(i));
  const vision = { imageSize: 8, tokensPerImage: 4 };

  it('show each pair forward, then reverse, with the same words and the answer turned', async () => {
    const stream = new PairStream(simulated, PAPER_SAMPLING, 1, madeSource());
    const maker = new BatchMaker(tokenizer, madeSource(), vision, 1, measureLimits(tokenizer, simulated));
    const plan = { kind: 'cot', order: 'both', pairs: 6, judgementWeight: 1, easing: null } as const;
    const batch = await maker.training(stream, plan, 100);
    const judged = [...batch.labels].filter((_, m) => batch.judgement[m] === 1);
    expect(judged).toEqual(Array.from({ length: 12 }, (_, b) => (b % 2 === 0 ? tokenizer.img2 : tokenizer.img1)));
    expect([...batch.imageIndex.slice(0, 8)]).toEqual([0, 1, 1, 0, 2, 3, 3, 2]);
    expect(batch.images.length).toBe(12 * 8 * 8 * 3);
    const { early, late } = await stream.trainingPair(100, null, DESCRIBED);
    expect([batch.images[0], batch.images[8 * 8 * 3]]).toEqual([early % 251, late % 251]);
    const total = batch.weights.reduce((sum, w) => sum + w, 0);
    const judgement = batch.weights.reduce((sum, w, m) => sum + w * (batch.judgement[m] ?? 0), 0);
    expect(total).toBeCloseTo(1, 5);
    expect(judgement).toBeCloseTo(0.5, 5);
  });

  it('hold forward and reverse exactly half each, in every window, task and category', async () => {
    const stream = new PairStream(made, PAPER_SAMPLING, 1, madeSource());
    const maker = new BatchMaker(tokenizer, madeSource(), vision, 1, measureLimits(tokenizer, made));
    const plan = { kind: 'tag', order: 'both', pairs: 8, judgementWeight: 1, easing: null } as const;
    const balance = new Map<string, number>();
    for (let step = 0; step < 10; step++) {
      const batch = await maker.training(stream, plan, step * 8);
      for (let i = 0; i < 8; i++) {
        const { episode, window } = await stream.trainingPair(step * 8 + i, null);
        [...batch.labels]
          .filter((_, m) => batch.judgement[m] === 1)
          .slice(2 * i, 2 * i + 2)
          .forEach((label) => {
            for (const key of [`window ${window}`, episode.task, episode.category]) {
              balance.set(key, (balance.get(key) ?? 0) + (label === tokenizer.img2 ? 1 : -1));
            }
          });
      }
    }
    expect([...balance.values()].every((difference) => difference === 0)).toBe(true);
    expect(balance.size).toBeGreaterThan(10);
  });

  it('are the same whenever they are made', async () => {
    const stream = new PairStream(simulated, PAPER_SAMPLING, 1, madeSource());
    const maker = new BatchMaker(tokenizer, madeSource(), vision, 1, measureLimits(tokenizer, simulated));
    const plan = {
      kind: 'cot',
      order: 'both',
      pairs: 3,
      judgementWeight: 2,
      easing: { kind: 'windows', from: [20, 40], progress: 0.4 },
    } as const;
    const once = await maker.training(stream, plan, 5);
    await maker.training(stream, plan, 77);
    expect(await maker.training(stream, plan, 5)).toEqual(once);
  });
});
