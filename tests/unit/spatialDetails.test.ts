// The descriptions of simulated moments: short, repeatable, rich in phrasings, and true to the state they describe.
import fc from 'fast-check';
import { describe as suite, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import type { GripperState, Place, SceneState, Tally } from '../../src/episodes/simulator/scene';
import { simulate } from '../../src/episodes/simulator/simulate';
import { allSentences, describe } from '../../src/samples/spatialDetails';
import { shippedTokenizer } from './tokenizerFiles';

const RESTING: GripperState = {
  position: [0, 0, 0],
  opening: 0.19,
  holding: null,
  place: 'at rest',
  placeOf: null,
  moving: 'still',
};

function stateOf(tallies: readonly Tally[], left: Partial<GripperState> = {}): SceneState {
  return {
    frame: 0,
    grippers: { left: { ...RESTING, ...left }, right: RESTING },
    objects: [],
    tallies,
    subStep: null,
    damage: [],
    progress: 0,
  };
}

/** All that is said of a state, over many draws: the first or the last part of the line in front of the right gripper. */
function phrasings(state: SceneState, part: 'facts' | 'left gripper'): Set<string> {
  return new Set(
    Array.from({ length: 400 }, (_, i) => {
      const line = describe(state, new Random(i)).split('; ');
      return part === 'facts' ? line.slice(0, -2).join('; ') : (line.at(-2) ?? '');
    }),
  );
}

/** Every value that a tally of the simulator's scenes can tell apart, by a name for the reader of a failing test. */
const COUNTED: Record<string, Tally[]> = {
  inside: [0, 1, 2, 3, 4].map((count) => ({ kind: 'inside', container: 'tray', noun: 'cube', count, total: 4 })),
  stacked: [0, 2, 3, 4].map((count) => ({ kind: 'stacked', noun: 'block', count, total: 4 })),
  stains: [0, 1, 2, 3].flatMap((count) =>
    [false, true].slice(0, count === 0 ? 1 : 2).map((underWay) => ({ kind: 'stains', count, total: 3, underWay })),
  ),
  folds: [0, 1, 2, 3].flatMap((count) =>
    [false, true]
      .slice(0, count === 3 ? 1 : 2)
      .map((underWay) => ({ kind: 'folds', object: 'towel', count, total: 3, underWay })),
  ),
  flaps: [0, 1, 2].flatMap((count) =>
    [false, true]
      .slice(0, count === 2 ? 1 : 2)
      .map((underWay) => ({ kind: 'flaps', object: 'carton', count, total: 2, underWay })),
  ),
  fill: [0, 0.2, 0.5, 0.7, 0.9].map((level) => ({ kind: 'fill', object: 'glass 1', level })),
  open: [0, 0.2, 0.5, 0.9].map((level) => ({ kind: 'open', object: 'drawer', level })),
  on: [0, 1, 2, 3, 4].map((count) => ({ kind: 'on', support: 'shelf', noun: 'mug', count, total: 4 })),
  each: [0, 1, 2, 3].flatMap((count) =>
    [false, true]
      .slice(0, count === 3 ? 1 : 2)
      .map((underWay) => ({ kind: 'each', noun: 'jar', done: 'closed', undone: 'open', count, total: 3, underWay })),
  ),
  level: [0, 0.2, 0.5, 0.8, 1].map((level) => ({ kind: 'level', object: 'mat', done: 'rolled', level })),
  switch: [false, true].map((on) => ({ kind: 'switch', object: 'lamp', on })),
};

suite('the phrasings', () => {
  for (const [kind, tallies] of Object.entries(COUNTED)) {
    it(`of ${kind} are three or more for each value, and none stands for two values`, () => {
      const said = new Map<string, Tally>();
      for (const tally of tallies) {
        const lines = phrasings(stateOf([tally]), 'facts');
        expect(lines.size, JSON.stringify(tally)).toBeGreaterThanOrEqual(3);
        for (const line of lines) {
          expect(said.get(line), `"${line}" for ${JSON.stringify(tally)}`).toBeUndefined();
          said.set(line, tally);
        }
      }
    });
  }

  it('count the full glasses and grade the one being filled', () => {
    const levels = (...all: number[]) =>
      phrasings(stateOf(all.map((level, i) => ({ kind: 'fill', object: `glass ${i + 1}`, level }))), 'facts');
    expect(levels(0, 0, 0)).toContain('all glasses empty');
    expect(levels(0.9, 0.9, 0.9)).toContain('all glasses full');
    expect(levels(0.9, 0.5, 0)).toContain('1 of 3 glasses full, one half full');
    expect(levels(0.9, 0.9, 0)).toContain('2 full, 1 left');
  });

  it('of every place and of holding are three or more', () => {
    const places: Place[] = ['above', 'in', 'touching', 'at the left side of', 'at the right side of', 'near'];
    const said = new Map<string, Place>();
    for (const place of places) {
      const lines = phrasings(stateOf([], { place, placeOf: 'tray' }), 'left gripper');
      const where = new Set([...lines].map((line) => line.replace(/^left gripper (open|empty|opened) /, '')));
      expect(where.size, place).toBeGreaterThanOrEqual(3);
      for (const words of where) {
        expect(said.get(words), words).toBeUndefined();
        said.set(words, place);
      }
    }
    expect(phrasings(stateOf([], { holding: 'red cube' }), 'left gripper').size).toBeGreaterThanOrEqual(3);
    expect(phrasings(stateOf([]), 'left gripper').size).toBeGreaterThanOrEqual(3);
  });

  it('tell an open gripper from a closed one, and one at rest from one on its way', () => {
    const away = { moving: 'away' } as const;
    expect(phrasings(stateOf([]), 'left gripper')).toContain('left gripper at rest');
    expect(phrasings(stateOf([], away), 'left gripper')).toEqual(
      new Set(['left gripper open', 'left gripper empty', 'left gripper opened']),
    );
    expect(phrasings(stateOf([], { ...away, opening: 0.03 }), 'left gripper')).toEqual(
      new Set(['left gripper closed', 'left gripper shut', 'left gripper closed empty']),
    );
  });
});

suite('describe', () => {
  const anyMoment = fc
    .record({
      number: fc.nat(5000),
      name: fc.constantFrom(...TEMPLATE_NAMES),
      mishaps: fc.nat(1),
      part: fc.noBias(fc.integer({ min: 0, max: 999 })),
    })
    .map(({ number, name, part, mishaps }) => {
      const { stateAt, frameCount } = simulate(2, number, { templates: [name], mishaps });
      return { number, name, state: stateAt(Math.floor((frameCount * part) / 1000)) };
    });

  it('stays on one line of at most 22 words, in few tokens, and repeats itself for the same draw', () => {
    const tokenizer = shippedTokenizer();
    let tokens = 0;
    fc.assert(
      fc.property(anyMoment, ({ number, state }) => {
        const line = describe(state, new Random(number));
        expect(line).toBe(describe(state, new Random(number)));
        expect(line.split(' ').length, line).toBeLessThanOrEqual(22);
        expect(line).not.toMatch(/\n|undefined|null|NaN|at rest [a-z]|; ;/);
        expect(line).toContain('left gripper');
        expect(line).toContain('right gripper');
        const { length } = tokenizer.encode(line);
        tokens += length;
        expect(length, line).toBeLessThanOrEqual(38);
      }),
      { numRuns: 1500 },
    );
    expect(tokens / 1500).toBeLessThan(15);
  });

  it('names what is held and by which gripper', () => {
    let held = 0;
    fc.assert(
      fc.property(anyMoment, ({ number, state }) => {
        const line = describe(state, new Random(number));
        for (const arm of ['left', 'right'] as const) {
          const { holding } = state.grippers[arm];
          const holds = new RegExp(
            `${arm} gripper (holding|closed on|gripping) ${(holding ?? '').replace(/ \d+$/, '')}`,
          );
          if (holding === null) expect(line).not.toMatch(holds);
          else expect(line).toMatch(holds);
          if (holding !== null) held++;
        }
      }),
      { numRuns: 300 },
    );
    expect(held).toBeGreaterThan(60);
  });

  it('counts as the state does: every number in the line is read back', () => {
    let numbers = 0;
    fc.assert(
      fc.property(anyMoment, ({ number, name, state }) => {
        const line = describe(state, new Random(number));
        const facts = line.split('; ').slice(0, -2);
        const counted = state.tallies.filter((tally) => tally.kind !== 'fill');
        if (counted.length < state.tallies.length) expect(facts.length, line).toBe(counted.length + 1);
        for (const [i, tally] of counted.entries()) {
          if (!('count' in tally)) continue;
          const fact = facts[i] ?? '';
          const said = `${name}: ${fact} for ${JSON.stringify(tally)}`;
          const { count, total } = tally;
          const undone = tally.kind === 'each' ? new RegExp(` ${tally.undone}(,|$)`) : / stains gone/;
          const ofAll = /(\d+) of (\d+)/.exec(fact);
          if (ofAll !== null) {
            numbers++;
            expect(Number(ofAll[2]), said).toBe(total);
            expect(Number(ofAll[1]), said).toBe(undone.test(fact) ? total - count : count);
          }
          const left = /^(\d+) .*, (\d+) left/.exec(fact);
          if (left !== null) {
            numbers++;
            expect([Number(left[1]), Number(left[2])], said).toEqual([count, total - count]);
          }
          if (/^(all|no) /.test(fact) || / (empty|bare)$/.test(fact)) expect([0, total], said).toContain(count);
        }
      }),
      { numRuns: 600 },
    );
    expect(numbers).toBeGreaterThan(150);
  });

  it('says of no moving gripper that it rests', () => {
    fc.assert(
      fc.property(anyMoment, ({ number, state }) => {
        const line = describe(state, new Random(number));
        for (const arm of ['left', 'right'] as const) {
          const { moving } = state.grippers[arm];
          if (moving !== 'still') expect(line).not.toMatch(new RegExp(`${arm} gripper (at rest|resting|at the side)`));
        }
      }),
      { numRuns: 300 },
    );
  });
});

suite('the sentences', () => {
  it('give the tokenizer a small vocabulary, and each task few tokens', () => {
    const tokenizer = shippedTokenizer();
    const { tasks, details } = allSentences();
    const words = new Set([...tasks, ...details].flatMap((line) => line.split(/[ ;,.]+/)));
    expect(words.size).toBeLessThan(500);
    expect(tasks.length).toBeGreaterThan(100);
    expect(Math.max(...[...new Set(tasks)].map((task) => tokenizer.encode(task).length))).toBeLessThan(30);
  });
});
