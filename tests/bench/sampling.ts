// The sampler at the paper's scale: 79,610 task instances, 34.7 million pair samples (each pair in both orders).
import { cpus } from 'node:os';
import type { Easing } from '../../src/pairs/curriculum';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { INSTANCES, manyEpisodes, manySource, pairSamples } from './manyEpisodes';

/** Draws for one figure. */
const DRAWS = 1_000_000;
/** Instances whose usable pairs are found out beforehand; for these every draw is synchronous. */
const KNOWN = 4000;

const megabytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 10) / 10;
const round = (value: number) => Math.round(value * 1000) / 1000;

function memory(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Pairs a second, the best of three runs. */
function rate(draw: (position: number) => unknown, draws = DRAWS): number {
  let best = 0;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    for (let position = 0; position < draws; position++) if (!draw(position)) throw new Error('nothing drawn');
    best = Math.max(best, draws / (performance.now() - start));
  }
  return Math.round(best * 1000);
}

const recordings = { ...PAPER_SAMPLING, minimumChange: 0 };
const episodes = manyEpisodes(INSTANCES);
const before = memory();
const start = performance.now();
const stream = new PairStream(episodes, recordings, 1, manySource);
stream.trainingPairNow(0, null);
const seconds = (performance.now() - start) / 1000;
const bytes = memory() - before;

const easings: Record<string, Easing | null> = {
  none: null,
  'wide to narrow, half-way': { kind: 'windows', from: [40, 70], progress: 0.5 },
  'one task after another, half-way': { kind: 'tasks', progress: 0.5 },
};
const pairsASecond = Object.fromEntries(
  Object.entries(easings).map(([name, easing]) => [name, rate((p) => stream.trainingPairNow(p, easing))]),
);

// With pauses left out: the first turn of an instance finds out which of its pairs can be used.
const few = new PairStream(manyEpisodes(KNOWN), PAPER_SAMPLING, 1, manySource);
const cold = performance.now();
for (const split of ['train', 'validation', 'test'] as const) {
  for (const episode of few.episodes(split)) await few.usable(episode);
}
const learnedASecond = Math.round((KNOWN / (performance.now() - cold)) * 1000);
const clear: Easing = { kind: 'changes', from: 6, progress: 0.5 };
const pausesLeftOut = {
  none: rate((p) => few.trainingPairNow(p, null)),
  'wide to narrow, half-way': rate((p) => few.trainingPairNow(p, easings['wide to narrow, half-way'] ?? null)),
  'clear changes first, half-way': rate((p) => few.trainingPairNow(p, clear)),
};

console.log(
  JSON.stringify(
    {
      node: process.version,
      cpu: cpus()[0]?.model,
      instances: INSTANCES,
      pairSamples: pairSamples(episodes, recordings),
      open: { seconds: round(seconds), megabytes: megabytes(bytes) },
      pairsASecond,
      withPausesLeftOut: { instances: KNOWN, instancesLearnedASecond: learnedASecond, pairsASecond: pausesLeftOut },
    },
    null,
    2,
  ),
);
if (stream.episodes('train').length + few.episodes('train').length === 0) throw new Error('nothing was drawn from');
