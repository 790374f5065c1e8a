// What holds at every moment of every template's episodes, with and without variety and mishaps. A failing test names
// the episode and the frame; `watch(template, number, variety, mishaps)` makes it again.
import { describe, expect, it } from 'vitest';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import { ARMS } from '../../src/episodes/simulator/scene';
import { REST } from '../../src/episodes/simulator/timeline';
import { distance } from '../../src/episodes/simulator/tracks';
import { LAWS, worlds } from './simulatorLaws';
import { STATE_LAWS } from './simulatorStateLaws';
import type { Watched } from './simulatorLaws';

const NUMBERS = [0, 1, 2, 3, 4, 5];

/** Each template's episodes are made once for all of its tests, and forgotten after them. */
function everyTemplate(check: (episodes: () => readonly Watched[]) => void): void {
  for (const name of TEMPLATE_NAMES) {
    describe(name, () => {
      let made: readonly Watched[] | null = null;
      check(() => (made ??= worlds(name, NUMBERS, true)));
    });
  }
}

everyTemplate((episodes) => {
  for (const [law, check] of Object.entries({ ...LAWS, ...STATE_LAWS })) {
    it(law, () => expect(episodes().flatMap(check)).toEqual([]));
  }

  it('makes progress up to completion, and falls short where it fails', () => {
    for (const { name, simulated } of episodes()) {
      const { progressAt, stateAt, completionFrame, lastFrame, frameCount, episode } = simulated;
      const progress = Array.from({ length: frameCount }, (_, frame) => progressAt(frame));
      const fall = progress.reduce((most, now, i) => Math.max(most, (progress[i - 1] ?? 0) - now), 0);
      expect(progress[0], name).toBe(0);
      expect(stateAt(200).progress, name).toBe(progress[200]);
      expect(frameCount, name).toBeLessThan(3000);
      expect(frameCount, name).toBeGreaterThan(200);
      expect(completionFrame, name).toBe(episode.outcome === 'success' ? lastFrame : null);
      expect(episode.trim, name).toEqual({ start: 0, end: lastFrame });
      const after = new Set(progress.slice(lastFrame));
      if (completionFrame === null) {
        expect(episode.outcome, name).toBe('failure');
        expect(episode.mishap, name).not.toBeNull();
        expect(after.size, name).toBe(1);
        expect(Math.max(...after), name).toBeLessThan(1);
      } else {
        expect([...after], name).toEqual([1]);
        expect(progress[lastFrame - 10], name).toBeLessThan(1);
      }
      if (episode.mishap === null) {
        expect(episode.outcome, name).toBe('success');
        expect(fall, name).toBe(0);
      }
      if (episode.mishap === 'undoing') expect(fall, name).toBeGreaterThan(0);
    }
  });

  it('ends with both arms at rest, empty and open, and nothing moved in the retreat', () => {
    for (const { name, simulated } of episodes()) {
      const { stateAt, lastFrame, frameCount, scene, episode } = simulated;
      const seconds = (frameCount - lastFrame) / 30;
      expect(seconds, name).toBeGreaterThanOrEqual(2);
      expect(seconds, name).toBeLessThanOrEqual(7);
      const [done, last] = [stateAt(lastFrame), stateAt(frameCount - 1)];
      for (const arm of ARMS) {
        expect(distance(last.grippers[arm].position, REST[arm]), name).toBeLessThan(1e-6);
        expect(last.grippers[arm], name).toMatchObject({ place: 'at rest', placeOf: null });
        // Who stops half-way may keep the tool in hand.
        if (episode.mishap === 'stopped' && last.grippers[arm].holding !== null) continue;
        expect(last.grippers[arm].holding, name).toBeNull();
        expect(last.grippers[arm].opening, name).toBeGreaterThan(0.15);
      }
      done.objects.forEach((object, i) => {
        if (scene.objects[i]?.clutter === true || object.relation === 'held') return;
        const later = last.objects[i];
        expect(distance(object.position, later?.position ?? [9, 9, 9]), `${name}, ${object.name}`).toBeLessThan(1e-6);
        expect(object.channels, `${name}, ${object.name}`).toEqual(later?.channels);
      });
    }
  });

  it('says what is being done', () => {
    for (const { name, states } of episodes()) {
      const named = new Set(states.map(({ subStep }) => subStep));
      expect(states.at(-1)?.subStep, name).not.toBeNull();
      for (const step of named) if (step !== null) expect(step, name).toMatch(/^[a-z][a-zT0-9 :,'-]+$/);
    }
  });
});
