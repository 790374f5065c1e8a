// What there is to do: shares of the categories, counter-tasks, sentences, hands and steps, what goes wrong how often.
import { describe, expect, it } from 'vitest';
import { CATEGORIES, MISHAPS } from '../../src/episodes/episode';
import { COLOUR_NAMES } from '../../src/episodes/simulator/palette';
import { TEMPLATES, TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import { ARMS } from '../../src/episodes/simulator/scene';
import type { SceneState } from '../../src/episodes/simulator/scene';
import { simulate } from '../../src/episodes/simulator/simulate';
import type { SimulatedEpisode } from '../../src/episodes/simulator/simulate';
import { distance } from '../../src/episodes/simulator/tracks';
import { doneShare, isDecoy } from './simulatorLaws';

const made = (name: string, count: number, settings: { variety?: number; mishaps?: number } = {}, seed = 5) =>
  Array.from({ length: count }, (_, number) => simulate(seed, number, { templates: [name], ...settings }));

describe('the registry', () => {
  it('holds at least 24 templates over all categories, each under one name', () => {
    expect(TEMPLATES.length).toBeGreaterThanOrEqual(24);
    expect(new Set(TEMPLATE_NAMES).size).toBe(TEMPLATES.length);
    expect(new Set(TEMPLATES.map(({ category }) => category))).toEqual(new Set(CATEGORIES));
  });

  it('gives each category its share of the paper’s figure 2b in any 300 successive numbers', () => {
    const shares = [25.7, 20.9, 20.5, 12.9, 10.3, 9.0, 0.7];
    for (const [seed, first] of [
      [1, 0],
      [2, 40],
      [99, 1000],
    ] as const) {
      const all = Array.from({ length: 300 }, (_, i) => simulate(seed, first + i).episode);
      CATEGORIES.forEach((category, i) => {
        const count = all.filter((episode) => episode.category === category).length;
        expect(Math.abs(count / 3 - (shares[i] ?? 0)), category).toBeLessThan(1);
      });
    }
  });

  it('lets every template occur', () => {
    const seen = new Set(Array.from({ length: 1500 }, (_, number) => simulate(1, number).template));
    expect(TEMPLATE_NAMES.filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('the task sentences', () => {
  it('are 400 or more, and each reads like one', () => {
    const sentences = new Map<string, string>();
    for (let number = 0; number < 1500; number++) {
      const { task, counterTask, template } = simulate(3, number).episode;
      sentences.set(task, template);
      if (counterTask !== null) sentences.set(counterTask, template);
    }
    console.info(`${sentences.size} sentences in 1500 episodes`);
    expect(sentences.size).toBeGreaterThanOrEqual(400);
    const odd = [...sentences].filter(
      ([task]) =>
        !/^[A-Z][a-zT0-9 ,:;'-]+\.$/.test(task) || task.split(' ').length > 16 || /undefined|null| {2}/.test(task),
    );
    expect(odd).toEqual([]);
  });

  it.each(TEMPLATE_NAMES)('of %s are several, and none is its own counter-task', (name) => {
    const episodes = made(name, 60).map(({ episode }) => episode);
    expect(new Set(episodes.map(({ task }) => task)).size).toBeGreaterThanOrEqual(8);
    expect(new Set(episodes.map(({ traits }) => traits?.phrasing)).size).toBeGreaterThanOrEqual(3);
    expect(episodes.filter(({ task, counterTask }) => task === counterTask)).toEqual([]);
  });
});

/** Shares done of each kind of tally, to the nearest of nothing, part and all. */
function done({ tallies }: SceneState): string {
  const kinds = [...new Set(tallies.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const shares = tallies.filter((tally) => tally.kind === kind).map(doneShare);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      return `${kind} ${mean < 0.1 ? 'none' : mean > 0.79 ? 'all' : 'part'}`;
    })
    .join(', ');
}

/** A sentence without what is drawn: colours and numbers. */
function form(task: string): string {
  const drawn = new RegExp(`\\b(${[...COLOUR_NAMES, 'two', 'three', 'four', 'five', 'six'].join('|')})\\b ?`, 'g');
  return task.toLowerCase().replace(drawn, '');
}

describe.each(TEMPLATE_NAMES)('%s', (name) => {
  const episodes = made(name, 40, { variety: 0 });
  const way = ({ stateAt, lastFrame }: SimulatedEpisode) => [done(stateAt(0)), done(stateAt(lastFrame))] as const;

  it('changes what it counts, from the same start to the same end, or the other way round', () => {
    const ways = new Set(episodes.map((simulated) => way(simulated).join(' → ')));
    const turning = episodes.some(({ episode }) => episode.counterTask !== null);
    if (!turning) return;
    // With a counter-task both ways occur, and each is the other backwards.
    const backwards = [...ways].map((text) => text.split(' → ').reverse().join(' → '));
    expect(ways).toEqual(new Set(backwards));
    expect(ways.size).toBeGreaterThanOrEqual(2);
    for (const [start, end] of episodes.map(way)) expect(start).not.toBe(end);
  });

  it('goes one way only where counter-tasks are left out', () => {
    const ways = new Set(
      Array.from({ length: 8 }, (_, number) => {
        const simulated = simulate(5, number, { templates: [name], variety: 0, counterTasks: false });
        return way(simulated).join(' → ');
      }),
    );
    for (const text of ways) {
      const [start = '', end = ''] = text.split(' → ');
      if (start !== end) expect(ways).not.toContain(`${end} → ${start}`);
    }
  });

  it('says by its sentence which way it goes', () => {
    const forms = new Map<string, Set<string>>();
    for (const simulated of episodes) {
      const { task, counterTask } = simulated.episode;
      const [start, end] = way(simulated);
      const note = (sentence: string, text: string) =>
        forms.set(form(sentence), (forms.get(form(sentence)) ?? new Set()).add(text));
      note(task, `${start} → ${end}`);
      if (counterTask !== null) note(counterTask, `${end} → ${start}`);
    }
    const turning = episodes.some(({ episode }) => episode.counterTask !== null);
    if (turning) expect([...forms].filter(([, ways]) => ways.size > 1)).toEqual([]);
  });
});

describe('hands and steps', () => {
  it('are left, right and both, and one or several', () => {
    const hands = { left: 0, right: 0, both: 0 };
    const steps = { one: 0, several: 0 };
    for (let number = 0; number < 300; number++) {
      const { stateAt, lastFrame } = simulate(8, number);
      const rest = stateAt(0).grippers;
      const moved = { left: false, right: false };
      const named = new Set<string>();
      for (let frame = 0; frame <= lastFrame; frame += 40) {
        const { grippers, subStep } = stateAt(frame);
        if (subStep !== null) named.add(subStep);
        for (const arm of ARMS) moved[arm] ||= distance(grippers[arm].position, rest[arm].position) > 0.15;
      }
      hands[moved.left && moved.right ? 'both' : moved.left ? 'left' : 'right']++;
      steps[named.size > 1 ? 'several' : 'one']++;
    }
    console.info(JSON.stringify({ hands, steps }));
    for (const [word, count] of Object.entries(hands)) expect(count, word).toBeGreaterThanOrEqual(5);
    for (const [word, count] of Object.entries(steps)) expect(count, word).toBeGreaterThanOrEqual(4);
  });
});

describe('mishaps', () => {
  it('happen in the share of episodes that is asked for', () => {
    for (const mishaps of [0, 0.3, 1]) {
      const all = Array.from({ length: 300 }, (_, number) => simulate(4, number, { mishaps }).episode);
      const share = all.filter(({ mishap }) => mishap !== null).length / 300;
      expect(Math.abs(share - mishaps), `${mishaps}`).toBeLessThan(mishaps === 0 ? 1e-9 : 0.06);
    }
  });

  it('leave the other episodes as they are', () => {
    for (let number = 0; number < 100; number++) {
      const [clean, risky] = [0, 0.5].map((mishaps) => simulate(4, number, { mishaps }));
      if (clean === undefined || risky === undefined || risky.episode.mishap !== null) continue;
      expect(risky.stateAt(300)).toEqual(clean.stateAt(300));
    }
  });

  const kinds = new Map(
    TEMPLATE_NAMES.map((name) => [name, new Set(made(name, 60, { mishaps: 1 }).map(({ episode }) => episode.mishap))]),
  );

  it('of every kind occur in most templates, and two kinds or more in each', () => {
    for (const mishap of MISHAPS) {
      const having = TEMPLATE_NAMES.filter((name) => kinds.get(name)?.has(mishap));
      expect(having.length, mishap).toBeGreaterThan(TEMPLATE_NAMES.length / 2);
    }
    for (const [name, some] of kinds) expect(some.size, name).toBeGreaterThanOrEqual(2);
  });

  it.each(TEMPLATE_NAMES)('of %s show what they are called', (name) => {
    for (const simulated of made(name, 12, { mishaps: 1, variety: 0 })) {
      const { episode, stateAt, lastFrame, scene, progressAt } = simulated;
      const said = `${episode.id} of ${name}: ${episode.mishap ?? 'nothing'}`;
      const frames = Array.from({ length: lastFrame + 1 }, (_, frame) => frame);
      const fell = frames.some((frame) => frame > 0 && progressAt(frame) < progressAt(frame - 1));
      const [start, end] = [stateAt(0), stateAt(lastFrame)];
      switch (episode.mishap) {
        case 'slip':
          expect(episode.outcome, said).toBe('success');
          break;
        case 'undoing':
          expect(fell, said).toBe(true);
          break;
        case 'stopped':
          expect(episode.outcome, said).toBe('failure');
          expect(fell, said).toBe(false);
          break;
        case 'drop': {
          expect(episode.outcome, said).toBe('failure');
          const held = frames.findLast((frame) => stateAt(frame).objects.some(({ relation }) => relation === 'held'));
          const before = stateAt(held ?? 0).objects;
          const dropped = end.objects.filter(
            (object, i) => object.relation === 'on the table' && before[i]?.relation === 'held',
          );
          const broken = scene.objects.filter(({ name: thing }) => end.damage.includes(thing));
          expect(
            broken.every(({ fragile }) => fragile),
            said,
          ).toBe(true);
          expect(dropped.length, said).toBe(1);
          for (const { name: thing } of dropped) {
            const fragile = scene.objects.find((object) => object.name === thing)?.fragile === true;
            expect(end.damage.includes(thing), `${said}, ${thing}`).toBe(fragile);
          }
          break;
        }
        case 'wrong object': {
          expect(episode.outcome, said).toBe('success');
          const index = scene.objects.findIndex(isDecoy);
          const at = (frame: number) => stateAt(frame).objects[index];
          const heights = frames.filter((frame) => frame % 5 === 0).map((frame) => at(frame)?.position[1] ?? 0);
          expect(Math.max(...heights), said).toBeGreaterThan(0.1);
          expect(
            distance(start.objects[index]?.position ?? [9, 9, 9], end.objects[index]?.position ?? [0, 0, 0]),
            said,
          ).toBeLessThan(1e-9);
          break;
        }
        case null:
          break;
      }
    }
  });

  it('make progress fall and rise again where what is taken slips', () => {
    const slips = made('stack blocks', 40, { mishaps: 1 }).filter(({ episode }) => episode.mishap === 'slip');
    expect(slips.length).toBeGreaterThan(3);
    for (const { progressAt, lastFrame, episode } of slips) {
      let fall = 0;
      for (let frame = 1; frame <= lastFrame; frame++) {
        fall = Math.max(fall, progressAt(frame - 1) - progressAt(frame));
      }
      expect(fall, episode.id).toBeGreaterThan(0);
      expect(progressAt(lastFrame), episode.id).toBe(1);
    }
  });
});
