// Episode records at the paper's scale, without pictures: 79,610 task instances of 24 to 34 kept frames, which give its
// 34.7 million pair samples at windows 5 to 16.
import { hash } from '../../src/base/random';
import { CATEGORIES, type Category, type Episode } from '../../src/episodes/episode';
import type { FrameSource } from '../../src/episodes/frames';
import { keptRange } from '../../src/pairs/keptFrames';
import type { Sampling } from '../../src/pairs/sampling';

export const INSTANCES = 79_610;
const TASKS = 400;

export function manyEpisodes(count: number): Episode[] {
  return Array.from({ length: count }, (_, i) => {
    const task = hash(i, 1) % TASKS;
    return {
      id: `video-${i}`,
      source: 'video',
      name: `Video ${i}`,
      task: `Do the task number ${task}.`,
      template: `task ${task}`,
      counterTask: null,
      category: CATEGORIES[task % CATEGORIES.length] as Category,
      outcome: 'success',
      mishap: null,
      traits: null,
      frameCount: 233 + (hash(i, 2) % 102),
      framesPerSecond: 30,
      aspect: 4 / 3,
      group: `video-${i}`,
      split: null,
      trim: null,
      downsample: null,
      segments: [],
      licence: null,
      attribution: null,
    } satisfies Episode;
  });
}

/** Signatures as long as a recording's (16 × 16) that drift and now and then stand still. */
export const manySource: FrameSource = {
  read: () => Promise.reject(new Error('there are no pictures')),
  signatures: (_episode, frames) =>
    Promise.resolve(frames.map((frame) => new Float32Array(256).fill(Math.floor(frame / 70) + frame / 100))),
  progress: () => Promise.resolve(null),
};

/** Pairs of all windows and episodes, in both orders. */
export function pairSamples(episodes: readonly Episode[], sampling: Sampling): number {
  let pairs = 0;
  for (const episode of episodes) {
    const { count } = keptRange(episode, sampling);
    for (const { window } of sampling.windows) pairs += Math.max(0, count - window);
  }
  return 2 * pairs;
}
