// The quiz for people: in which order it asks, how answers are counted, what is compared with what, and the time an answer
// takes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatorSource } from '../../src/episodes/simulator/simulatorSource';
import { PairStream } from '../../src/pairs/pairStream';
import type { Unsaved } from '../../src/app/state/quiz/answerDatabase';
import { AnswerWriter } from '../../src/app/state/quiz/answerWriter';
import { AnswerClock } from '../../src/app/state/quiz/answerClock';
import {
  halfAsked,
  judgementsOf,
  medianSeconds,
  quizIdentity,
  rightAnswer,
  type Attempt,
  type Choice,
  type QuizAnswer,
  type QuizPair,
} from '../../src/app/state/quiz/attempt';
import { cardLines } from '../../src/app/state/quiz/cards';
import {
  BLOCK,
  LATEST,
  MOST_WAITING,
  questionOrder,
  SOONEST,
  type Question,
} from '../../src/app/state/quiz/questionOrder';
import {
  addressOf,
  LENGTHS,
  LIMITS,
  seedOf,
  settingsFrom,
  simulatorRecipe,
  USUAL_SETTINGS,
  WARM_UP,
  type QuizSettings,
} from '../../src/app/state/quiz/settings';
import {
  answersTable,
  counting,
  hasSingleWindows,
  nextSeed,
  paperRange,
  peopleOf,
  pooled,
  standingOf,
  takenBefore,
  windowLines,
} from '../../src/app/state/quiz/standings';
import { meaningWords, verdictWords } from '../../src/app/state/quiz/verdictWords';
import { WINDOWS } from '../../src/pairs/sampling';

const seeds = fc.integer({ min: 0, max: 999_999 });
const anyWindows = fc.array(fc.integer({ min: 5, max: 16 }), { minLength: 4, maxLength: 100 });
/** As the simulator's pairs come: each window once in every twelve. */
const balancedWindows = fc.constantFrom(...LENGTHS).chain((length) =>
  fc
    .array(fc.shuffledSubarray([...WINDOWS], { minLength: 12, maxLength: 12 }), {
      minLength: length / 12,
      maxLength: length / 12,
    })
    .map((blocks) => blocks.flat()),
);

const forwards = (questions: readonly Question[]) => questions.filter(({ order }) => order === 'forward').length;

describe('the order of the questions', () => {
  it('asks each pair twice, once in each order, the third to the eighth question later', () => {
    fc.assert(
      fc.property(anyWindows, seeds, (windows, seed) => {
        const questions = questionOrder(windows, seed);
        expect(questions).toHaveLength(2 * windows.length);
        windows.forEach((_, pair) => {
          const places = questions.flatMap((question, place) => (question.pair === pair ? [place] : []));
          expect(places).toHaveLength(2);
          const orders = places.map((place) => questions[place]?.order);
          expect(orders.toSorted()).toEqual(['forward', 'reverse']);
          const apart = (places[1] as number) - (places[0] as number);
          expect(apart).toBeGreaterThanOrEqual(SOONEST);
          expect(apart).toBeLessThanOrEqual(LATEST);
        });
      }),
    );
  });

  it('has asked a third of the pairs and more in both orders after half of the questions', () => {
    fc.assert(
      fc.property(balancedWindows, seeds, (windows, seed) => {
        const half = questionOrder(windows, seed).slice(0, windows.length);
        const pairs = new Set(half.map(({ pair }) => pair));
        expect(half.length - pairs.size).toBeGreaterThanOrEqual(windows.length / 3);
      }),
    );
  });

  it('goes on to other windows only when all have come', () => {
    fc.assert(
      fc.property(balancedWindows, seeds, (windows, seed) => {
        const pairs = [...new Set(questionOrder(windows, seed).map(({ pair }) => pair))];
        for (let start = 0; start < pairs.length; start += BLOCK) {
          const block = pairs.slice(start, start + BLOCK).map((pair) => windows[pair] as number);
          expect(block.sort((a, b) => a - b)).toEqual([...WINDOWS]);
        }
      }),
    );
  });

  it('balances the orders at every moment, in each block, and over the windows', () => {
    fc.assert(
      fc.property(balancedWindows, seeds, (windows, seed) => {
        const questions = questionOrder(windows, seed);
        for (let end = 1; end <= questions.length; end++) {
          expect(Math.abs(2 * forwards(questions.slice(0, end)) - end)).toBeLessThanOrEqual(MOST_WAITING);
        }
        const met = new Set<number>();
        const firsts = questions.filter(({ pair }) => !met.has(pair) && met.add(pair));
        for (let start = 0; start < firsts.length; start += BLOCK) {
          expect(forwards(firsts.slice(start, start + BLOCK))).toBe(BLOCK / 2);
        }
        // In which order a pair comes first is balanced among near and far ones, and in two blocks for each window.
        for (const [from, to] of [
          [5, 8],
          [9, 12],
          [13, 16],
        ] as const) {
          const group = firsts.filter(
            ({ pair }) => (windows[pair] as number) >= from && (windows[pair] as number) <= to,
          );
          expect(forwards(group)).toBe(group.length / 2);
        }
        for (const window of windows.length > 12 ? WINDOWS : []) {
          const own = firsts.filter(({ pair }) => windows[pair] === window);
          expect(forwards(own)).toBe(own.length / 2);
        }
      }),
    );
  });

  it('follows from the seed, and differs from seed to seed', () => {
    const windows = [...WINDOWS, ...WINDOWS];
    expect(questionOrder(windows, 7)).toEqual(questionOrder(windows, 7));
    const orders = Array.from({ length: 50 }, (_, seed) => JSON.stringify(questionOrder(windows, seed)));
    expect(new Set(orders).size).toBe(50);
  });

  it('gives nothing away by the place, nor by the question before', () => {
    const quizzes = Array.from({ length: 400 }, (_, seed) => questionOrder([...WINDOWS], seed));
    const share = (is: (questions: Question[]) => boolean) => quizzes.filter(is).length / quizzes.length;
    for (let place = 0; place < 2 * WINDOWS.length; place++) {
      const forward = share((questions) => questions[place]?.order === 'forward');
      const same = place === 0 ? 0.5 : share((questions) => questions[place]?.order === questions[place - 1]?.order);
      for (const chance of [forward, same]) {
        expect(chance, `question ${place + 1}`).toBeGreaterThan(0.35);
        expect(chance, `question ${place + 1}`).toBeLessThan(0.65);
      }
    }
  });
});

describe('the pairs that are drawn', () => {
  it('are of different unseen episodes, each window as often', async () => {
    const source = new SimulatorSource();
    for (const pairs of [12, 48] as const) {
      const recipe = simulatorRecipe({ ...USUAL_SETTINGS, pairs, seed: 7 });
      if (recipe.source.kind !== 'simulator') throw new Error('not simulated');
      expect(recipe.source.seed).not.toBe(1);
      const episodes = await source.list(recipe.source as Parameters<SimulatorSource['list']>[0]);
      const stream = new PairStream(episodes, recipe.sampling, recipe.seed, source);
      const positions = Array.from({ length: pairs + WARM_UP }, (_, i) => i);
      const drawn = await Promise.all(positions.map((position) => stream.evaluationPair('test', position, null)));
      expect(new Set(drawn.map(({ episode }) => episode.id)).size).toBe(pairs + WARM_UP);
      const counts = WINDOWS.map((window) => drawn.slice(0, pairs).filter((pair) => pair.window === window).length);
      expect(counts).toEqual(WINDOWS.map(() => pairs / 12));
    }
  });
});

const settings = (changes: Partial<QuizSettings> = {}): QuizSettings => ({ ...USUAL_SETTINGS, pairs: 12, ...changes });

function pairsOf(count: number, name = 'e'): QuizPair[] {
  return Array.from({ length: count }, (_, i) => ({
    episode: `${name}${i}`,
    name: `Episode ${i}`,
    task: 'Put the cup on the plate.',
    template: 'cup',
    category: 'pick and place',
    frames: [10 * i, 10 * i + 70],
    window: 5 + (i % 12),
  }));
}

/** An attempt whose questions are answered by a rule. */
function attemptBy(
  rule: (question: Question, number: number) => Choice | null,
  changes: Partial<Attempt> = {},
  count = 12,
): Attempt {
  const blank: Attempt = {
    id: 'a',
    person: 'Ada',
    settings: settings(),
    pairs: pairsOf(count),
    questions: [],
    warmUp: [],
    startedAt: 1000,
    endedAt: 2000,
    answers: [],
    ...changes,
  };
  const windows = blank.pairs.map(({ window }) => window);
  const questions = questionOrder(windows, blank.settings.seed);
  const answers = questions.flatMap((question, number): QuizAnswer[] => {
    const choice = rule(question, number);
    return choice === null ? [] : [{ question: number, choice, milliseconds: 1000 + number }];
  });
  return { ...blank, questions, answers };
}

describe('scoring', () => {
  const choices = fc.constantFrom<Choice>('img1', 'img2', 'none', 'left out');

  it('finds for each pair the two answers that were given to it, whatever the order', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.tuple(choices, choices), { minLength: 12, maxLength: 12 }), (seed, given) => {
        const attempt = attemptBy(({ pair, order }) => (given[pair] as [Choice, Choice])[order === 'forward' ? 0 : 1], {
          settings: settings({ seed }),
        });
        const shuffled = { ...attempt, answers: attempt.answers.toReversed() };
        const wanted = given.flatMap(([forward, reverse], pair) => {
          if (forward === 'left out' || reverse === 'left out') return [];
          const read = (choice: Choice) => (choice === 'none' ? 'invalid' : choice);
          return [[`e${pair}`, read(forward), read(reverse)]];
        });
        for (const one of [attempt, shuffled]) {
          const found = judgementsOf(one).map(({ episode, forward, reverse }) => [episode, forward, reverse]);
          expect(found.toSorted()).toEqual(wanted.toSorted());
        }
      }),
    );
  });

  it('calls a person who always answers right right, and one who follows the position a collapse', () => {
    const right = standingOf(judgementsOf(attemptBy(({ order }) => rightAnswer(order))));
    expect(right?.summary).toMatchObject({ forward: 100, reverse: 100, bothRight: 100, gap: 0, flipRate: 0 });
    const second = attemptBy(() => 'img2');
    expect(standingOf(judgementsOf(second))?.summary).toMatchObject({ forward: 100, reverse: 0, flipToSecond: 100 });
    expect(verdictWords(judgementsOf(second), 1)).toMatch(/second picture was named in 100.0.% of the answers/);
    expect(verdictWords(judgementsOf(attemptBy(() => 'none')), 1)).toMatch(/No answer came in time/);
    expect(verdictWords([], 1)).toMatch(/nothing to say/);
  });

  it('says what answers mean without praising luck', () => {
    const means = (rule: Parameters<typeof attemptBy>[0]) => meaningWords(judgementsOf(attemptBy(rule, {}, 24)), 1);
    expect(means(({ order }) => rightAnswer(order))).toMatch(/more than luck.*about 6 of 24/);
    expect(means(() => 'img2')).toMatch(/named the second picture/);
    expect(means(({ pair, order }) => (pair % 2 === 0 ? rightAnswer(order) : 'img1'))).toMatch(/12 pairs.*same place/);
    expect(means(({ pair, order }) => ((pair % 2 === 0) === (order === 'forward') ? 'img1' : 'img2'))).toMatch(/luck/);
    // A quarter right in both orders is what guessing gives, but the place counts.
    expect(means(({ pair, order }) => (pair % 4 === 0 ? rightAnswer(order) : 'img2'))).toMatch(
      /In 18 of 24 pairs you named the second picture both times.*more than luck/,
    );
    expect(means(({ order }) => (order === 'forward' ? 'img1' : 'img2'))).toMatch(/wrong more often/);
  });

  it('gives no verdict on few episodes', () => {
    const few = attemptBy(({ order }) => rightAnswer(order), {}, 6);
    expect(verdictWords(judgementsOf(few), 1)).toMatch(/Too few pairs for a verdict: 6 of 6/);
  });

  it('keeps what was answered before the end, and says what was asked once alone', () => {
    const attempt = attemptBy(({ order }, number) => (number < 18 ? rightAnswer(order) : null));
    const pairs = judgementsOf(attempt).length;
    expect(pairs).toBeGreaterThanOrEqual(7);
    expect(2 * pairs + halfAsked(attempt)).toBe(18);
  });

  it('takes the median of the answers that were given', () => {
    const attempt = attemptBy((_, number) => (number === 0 ? 'none' : 'img1'));
    expect(medianSeconds([attempt])).toBe(1.012);
    expect(medianSeconds([attemptBy((_, number) => (number < 2 ? 'img1' : 'none'))])).toBe(1.0005);
    expect(medianSeconds([attemptBy(() => 'none')])).toBeNull();
  });
});

describe('standings', () => {
  const right = ({ order }: Question) => rightAnswer(order);

  it('counts the first attempt at a quiz, and no practice', () => {
    const first = attemptBy(right, { id: '1', startedAt: 1 });
    const again = attemptBy(() => 'img1', { id: '2', startedAt: 2 });
    const practice = attemptBy(right, { id: '3', startedAt: 0, settings: settings({ practice: true }) });
    const open = attemptBy(right, { id: '4', startedAt: 0, person: 'Bo', endedAt: null });
    const other = attemptBy(right, { id: '5', startedAt: 3, pairs: pairsOf(12, 'f') });
    expect(counting([again, first, practice, open, other]).map(({ id }) => id)).toEqual(['1', '5']);
    expect(pooled([first, other])).toHaveLength(24);
    expect(pooled([first, again])).toEqual(judgementsOf(first));
    expect(peopleOf([first, open, other]).map(({ person, attempts }) => [person, attempts.length])).toEqual([
      ['Ada', 2],
      ['Bo', 1],
    ]);
    expect(quizIdentity(first)).toBe(quizIdentity(again));
    expect(quizIdentity(first)).not.toBe(quizIdentity(other));
  });

  it('proposes the next number that a person has not taken', () => {
    const taken = [1, 2, 4].map((seed) => attemptBy(right, { id: `${seed}`, settings: settings({ seed }) }));
    const next = (person: string, seed: number) => nextSeed(taken, person, settings({ seed }));
    expect([next('Ada', 1), next('Ada', 3), next('Bo', 1), next('Ada', 999_999)]).toEqual([3, 5, 2, 0]);
    expect(takenBefore(taken, 'Ada', settings({ seed: 1 }))?.id).toBe('1');
    expect(takenBefore(taken, 'Ada', settings({ seed: 1, pairs: 24 }))).toBeNull();
  });

  it('gives each window a line of its own only where each has episodes enough', () => {
    const short = judgementsOf(attemptBy(right, {}, 48));
    const long = judgementsOf(attemptBy(right, {}, 96));
    expect([hasSingleWindows([]), hasSingleWindows(short), hasSingleWindows(long)]).toEqual([false, false, true]);
    expect(windowLines(short, false).map(({ standing }) => standing?.summary.pairs)).toEqual([16, 16, 16]);
    expect(windowLines(long, true).every(({ standing }) => standing?.intervals.forward.low !== null)).toBe(true);
  });

  it('shows what the paper prints of people at the same windows', () => {
    expect(paperRange({ from: 5, to: 5 })).toEqual([97.3, 97.3]);
    expect(paperRange({ from: 5, to: 8 })).toEqual([97.3, 99.1]);
    expect(paperRange({ from: 13, to: 16 })).toEqual([100, 100]);
  });

  it('writes every answer as a line from which all can be counted anew', () => {
    const attempt = attemptBy((_, number) => (number % 3 === 0 ? 'none' : 'img2'));
    const { columns, rows } = answersTable([attempt]);
    expect(rows).toHaveLength(24);
    for (const row of rows) {
      const cell = (name: string) => row[columns.indexOf(name)];
      expect(row).toHaveLength(columns.length);
      expect(cell('right')).toBe(cell('choice') === cell('right answer') ? 'yes' : 'no');
      expect(cell('right answer')).toBe(cell('order') === 'forward' ? 'img2' : 'img1');
    }
  });

  it('reads of a card the figures on the pairs that it names first', () => {
    const figure = (name: string, value: number, on: string) => ({ name, value, low: null, high: null, unit: '%', on });
    const figures = [
      figure('right in forward order', 90, 'unseen'),
      figure('right in reverse order', 80, 'unseen'),
      figure('right in forward order', 70, 'other tasks'),
    ];
    const card = { figures } as unknown as Parameters<typeof cardLines>[1];
    const [line] = cardLines('cured', card);
    expect([line?.on, line?.values.forward?.value, line?.values.gap]).toEqual(['unseen', 90, undefined]);
    expect(cardLines('cured', null)).toEqual([]);
  });
});

describe('the address', () => {
  it('carries the settings there and back', () => {
    fc.assert(
      fc.property(
        fc.record({
          pairs: fc.constantFrom(...LENGTHS),
          seed: seeds,
          source: fc.constantFrom('simulator' as const, 'library' as const),
          seconds: fc.constantFrom(...LIMITS),
          practice: fc.boolean(),
        }),
        (given) => {
          const entries = Object.entries(addressOf(given)).flatMap(([key, value]) =>
            value === null ? [] : [[key, value]],
          );
          expect(settingsFrom(new URLSearchParams(entries))).toEqual(given);
        },
      ),
    );
  });

  it('takes the usual for what makes no sense', () => {
    expect(settingsFrom(new URLSearchParams('pairs=13&seed=-1&limit=x&from=moon'))).toEqual(USUAL_SETTINGS);
    expect(settingsFrom(new URLSearchParams('pairs=&seed=&limit='))).toEqual(USUAL_SETTINGS);
    expect([seedOf(1.5), seedOf(NaN), seedOf(0)]).toEqual([null, null, 0]);
  });
});

describe('the clock', () => {
  it('leaves out the time in which the pictures were hidden', () => {
    const clock = new AnswerClock();
    clock.start(100);
    clock.pause(400);
    expect([clock.running, clock.elapsed(9000)]).toEqual([false, 300]);
    clock.resume(10_000);
    clock.resume(10_050);
    expect(clock.elapsed(10_200)).toBe(500);
    clock.start(20_000);
    expect(clock.elapsed(20_001)).toBe(1);
  });
});

describe('writing answers', () => {
  it('loses none to a storage that is full for a while, and says so as long as it is', async () => {
    let isFull = false;
    const stored: Unsaved[] = [];
    const troubles: unknown[] = [];
    const save = (_: string, unsaved: Unsaved) => {
      if (isFull) return Promise.reject(new Error('full'));
      stored.push(unsaved);
      return Promise.resolve();
    };
    const writer = new AnswerWriter({ save, remove: () => Promise.resolve() }, (trouble) => troubles.push(trouble));
    const { answers, ...record } = attemptBy(() => 'img1');
    await writer.save('a', { record, isNew: true });
    isFull = true;
    await writer.save('a', { answers: answers.slice(0, 1) });
    await writer.save('a', { answers: answers.slice(1, 2) });
    expect([writer.holds('a'), ...troubles]).toEqual([true, null, 'off', 'off']);
    isFull = false;
    await Promise.all(answers.slice(2).map((answer) => writer.save('a', { answers: [answer] })));
    expect([writer.holds('a'), troubles.at(-1)]).toEqual([false, null]);
    const numbers = stored.flatMap((unsaved) => unsaved.answers.map(({ question }) => question));
    expect([...new Set(numbers)]).toEqual(answers.map(({ question }) => question));
  });
});
