// Which pairs of frames out of the replay buffer are put to the judge. Two frames of one rollout and environment differ
// by what was done between them; frames of two rollouts of the same scene also show different ways to go on.
import type { Random } from '../../base/random';
import type { ReplayBuffer } from './replayBuffer';

export interface PairDrawing {
  /** Steps that two frames of one rollout lie apart at least. */
  gap: number;
  /** The share of pairs drawn across rollouts of one scene, where there are two. */
  across: number;
  /** How many of the newest rollouts pairs are drawn from; all unless said. */
  recent?: number;
}

/**
 * Pairs of observation numbers; which of the two stands first is drawn too.
 * @throws RangeError where no two frames lie that far apart, or the buffer is empty
 */
export function drawPairs(
  buffer: ReplayBuffer,
  count: number,
  random: Random,
  { gap, across, recent = Infinity }: PairDrawing,
): [number, number][] {
  const { steps, count: environments } = buffer.shape;
  if (!(gap >= 1 && gap < steps)) throw new RangeError(`no two of ${steps} frames lie ${gap} steps apart`);
  if (buffer.rollouts === 0) throw new RangeError('an empty replay buffer has no pairs');
  const from = Math.max(0, buffer.rollouts - recent);
  const number = (track: Track, step: number) =>
    buffer.oldest + track.rollout * buffer.each + step * environments + track.environment;
  const tracks: Track[] = [];
  const byScene = new Map<number, Track[]>();
  for (let rollout = from; rollout < buffer.rollouts; rollout++) {
    for (let environment = 0; environment < environments; environment++) {
      const scene = buffer.scene(rollout, environment);
      const track = { rollout, environment, scene };
      tracks.push(track);
      byScene.set(scene, [...(byScene.get(scene) ?? []), track]);
    }
  }
  return Array.from({ length: count }, () => {
    const track = random.pick(tracks);
    const others = (byScene.get(track.scene) as Track[]).filter((other) => other !== track);
    let pair: [number, number];
    if (random.float() < across && others.length > 0) {
      pair = [number(track, random.below(steps)), number(random.pick(others), random.below(steps))];
    } else {
      const [early, late] = stepsApart(steps, gap, random);
      pair = [number(track, early), number(track, late)];
    }
    return random.float() < 0.5 ? pair : [pair[1], pair[0]];
  });
}

/** One environment in one rollout. */
interface Track {
  rollout: number;
  environment: number;
  scene: number;
}

/** Two steps at least `gap` apart, every such pair as likely. */
function stepsApart(steps: number, gap: number, random: Random): [number, number] {
  const choices = steps - gap;
  let rest = random.below((choices * (choices + 1)) / 2);
  let early = 0;
  while (rest >= choices - early) rest -= choices - early++;
  return [early, early + gap + rest];
}
