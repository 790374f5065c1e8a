// Pairs as trivial judges see them: cheap features of the two pictures and, in the simulator, of where the arms are.
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { ARMS } from '../episodes/simulator/scene';
import { simulatedEpisode } from '../episodes/simulator/simulatorSource';
import { brightness, fileSize, meanFlow } from '../evaluation/pictureFeatures';
import type { TrivialPair } from '../evaluation/trivialJudges';
import type { Pair } from '../pairs/pairStream';

/** Pixels of the pictures that trivial judges see: the models' size. */
const SIZE = 64;

export async function trivialPair(pair: Pair, source: FrameSource): Promise<TrivialPair> {
  const { episode, early, late } = pair;
  const bytes = await source.read(episode, [early, late], SIZE);
  const [first, second] = [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)];
  const arms = armFeatures(episode, early);
  const later = armFeatures(episode, late);
  return {
    episode: episode.id,
    features: {
      brightness: difference(brightness(second), brightness(first)),
      'file size': [(await fileSize(second, SIZE)) - (await fileSize(first, SIZE))],
      // The difference of both directions, which changes sign exactly where the pictures are swapped: what block
      // matching prefers whichever comes first would otherwise pass for a finding.
      'optical flow': difference(meanFlow(first, second, SIZE), meanFlow(second, first, SIZE)),
      ...(arms && later ? { 'arm position': difference(later, arms) } : {}),
    },
  };
}

/** Place and opening of both grippers with their squares and products; null where no state is known. */
function armFeatures(episode: Episode, frame: number): number[] | null {
  if (episode.source !== 'simulator') return null;
  const { grippers } = simulatedEpisode(episode.id).stateAt(frame);
  return ARMS.flatMap((arm) => {
    const { position, opening, holding } = grippers[arm];
    const [x, y, z] = position;
    return [x, y, z, opening, holding === null ? 0 : 1, x * x, y * y, z * z, x * y, y * z, x * z];
  });
}

function difference(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - (b[i] ?? 0));
}
