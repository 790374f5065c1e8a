// Small made-up episodes and pictures for tests of pairs, samples and batches.
import type { Episode } from '../../src/episodes/episode';
import type { FrameSource } from '../../src/episodes/frames';

export function madeEpisode(number: number, changes: Partial<Episode> = {}): Episode {
  return {
    id: `video-${number}`,
    source: 'video',
    name: `Video ${number}`,
    task: `Put the cup ${number % 3} on the plate.`,
    template: `cup ${number % 3}`,
    category: number % 2 === 0 ? 'pick and place' : 'cleaning and tidying',
    outcome: 'success',
    counterTask: null,
    mishap: null,
    traits: null,
    frameCount: 400 + 7 * number,
    framesPerSecond: 30,
    aspect: 4 / 3,
    group: `video-${number}`,
    split: null,
    trim: null,
    downsample: null,
    segments: [],
    licence: null,
    attribution: null,
    ...changes,
  };
}

/** Pictures whose red channel is the frame number; signatures that change by 1 every `stillFrames` raw frames. */
export function madeSource(stillFrames = 1): FrameSource {
  return {
    read: (_episode, frames, size) => {
      const bytes = new Uint8Array(frames.length * size * size * 3);
      frames.forEach((frame, i) => bytes.fill(frame % 251, i * size * size * 3, (i + 1) * size * size * 3));
      return Promise.resolve(bytes);
    },
    signatures: (_episode, frames) =>
      Promise.resolve(frames.map((frame) => Float32Array.of(Math.floor(frame / stillFrames)))),
    progress: () => Promise.resolve(null),
  };
}
