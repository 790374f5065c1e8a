// Hashes of what the simulator gives for some episodes of each template: their states at some frames, their sentences and
// descriptions, and the pairs' labels (which of two frames is closer to completion). They are kept in goldenStates.json
// and compared in Node and in Chromium, so that both, and every machine, give the same.
//
// A deliberate change of the simulator changes the pictures of every recipe and checkpoint. Write the new hashes then by
//   GOLDEN=write npx vitest run --project unit tests/unit/simulatorGolden.test.ts
// and say so in the commit.
import { Random, hash, hashText } from '../src/base/random';
import { TEMPLATE_NAMES } from '../src/episodes/simulator/registry';
import { simulate } from '../src/episodes/simulator/simulate';
import type { SimulatedEpisode } from '../src/episodes/simulator/simulate';
import { describe as inWords } from '../src/samples/spatialDetails';

/** Rounded, because the last digits of sines may differ between engines; minus zero is zero. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1e5) + 0 : value;
}

/** Hash of an episode's sentences and of its states at some frames. */
export function statesHash({ stateAt, episode, scene }: SimulatedEpisode, frames: readonly number[]): number {
  const { task, counterTask, outcome, mishap, traits, frameCount } = episode;
  const record = JSON.stringify([task, counterTask, outcome, mishap, traits, frameCount, scene.tallies]);
  return hash(hashText(record), ...frames.map((frame) => hashText(JSON.stringify(stateAt(frame), rounded))));
}

/** Hash of descriptions, and of the labels of pairs some seconds apart. */
function wordsHash({ stateAt, progressAt }: SimulatedEpisode, frames: readonly number[]): number {
  const lines = frames.map((frame) => inWords(stateAt(frame), new Random(frame)));
  const labels = frames.map((frame) => Math.sign(progressAt(frame + 90) - progressAt(frame)) + 1);
  return hash(...lines.map(hashText), ...labels);
}

const WORLDS = [
  { number: 2, variety: 0.3, mishaps: 0 },
  { number: 3, variety: 1, mishaps: 1 },
] as const;

/** By template: the states' and the words' hash of each of two episodes, hexadecimal. */
export function goldenHashes(): Record<string, string> {
  return Object.fromEntries(
    TEMPLATE_NAMES.map((name) => {
      const hashes = WORLDS.flatMap(({ number, variety, mishaps }) => {
        const simulated = simulate(1, number, { templates: [name], variety, mishaps });
        const frames = Array.from({ length: 12 }, (_, i) => Math.floor((i * (simulated.frameCount - 1)) / 11));
        return [statesHash(simulated, frames), wordsHash(simulated, frames)];
      });
      return [name, hashes.map((value) => value.toString(16).padStart(8, '0')).join(' ')];
    }),
  );
}
