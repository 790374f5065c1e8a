// The descriptions of simulated moments: short, repeatable, and true to the state they describe.
import fc from 'fast-check';
import { describe as suite, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import { simulate } from '../../src/episodes/simulator/simulate';
import { allSentences, describe } from '../../src/samples/spatialDetails';

suite('describe', () => {
  it('stays on one line of at most 22 words and repeats itself for the same draw', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(2100), fc.constantFrom(...TEMPLATE_NAMES), (number, frame, name) => {
        const state = simulate(2, number, { templates: [name] }).stateAt(frame);
        const line = describe(state, new Random(number, frame));
        expect(line).toBe(describe(state, new Random(number, frame)));
        expect(line.split(' ').length, line).toBeLessThanOrEqual(22);
        expect(line).not.toMatch(/\n|undefined|null|NaN/);
        expect(line).toContain('left gripper');
        expect(line).toContain('right gripper');
      }),
      { numRuns: 400 },
    );
  });

  it('names what is held and by which gripper', () => {
    const { stateAt, frameCount } = simulate(4, 0, { templates: ['cubes into tray'] });
    let held = 0;
    for (let frame = 0; frame < frameCount; frame += 20) {
      const state = stateAt(frame);
      for (const arm of ['left', 'right'] as const) {
        const { holding } = state.grippers[arm];
        if (holding === null) continue;
        held++;
        expect(describe(state, new Random(frame))).toMatch(
          new RegExp(`${arm} gripper (holding|closed on|gripping) ${holding}`),
        );
      }
    }
    expect(held).toBeGreaterThan(10);
  });

  it('counts: the number of things in the tray is read off the line, and agrees with the state', () => {
    const { stateAt, frameCount } = simulate(4, 1, { templates: ['cubes into tray'] });
    for (let frame = 0; frame < frameCount; frame += 15) {
      const state = stateAt(frame);
      const inside = state.objects.filter(({ relation }) => relation === 'in').length;
      const line = describe(state, new Random(frame));
      const total = state.objects.length - 1;
      if (inside > 0 && inside < total) expect(line).toMatch(new RegExp(`(^| )${inside} `));
      if (inside === total) expect(line).toMatch(/^(all|no .* left)/);
      if (inside === 0) expect(line).toMatch(/^(tray empty|no |all .* outside)/);
    }
  });

  it('has three phrasings or more of the same moment', () => {
    for (const name of TEMPLATE_NAMES) {
      const state = simulate(6, 1, { templates: [name] }).stateAt(400);
      const lines = new Set(Array.from({ length: 60 }, (_, i) => describe(state, new Random(i))));
      expect(lines.size).toBeGreaterThanOrEqual(3);
    }
  });

  it('gives the tokenizer a small vocabulary', () => {
    const { tasks, details } = allSentences();
    const words = new Set([...tasks, ...details].flatMap((line) => line.split(/[ ;,.]+/)));
    expect(words.size).toBeLessThan(260);
    expect(tasks.length).toBeGreaterThan(100);
  });
});
