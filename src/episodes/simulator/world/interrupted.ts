// A rollout that a boundary stops, and what the policy does then. Whatever disturbed it is over by then: a drift does not
// come back. What has been done stays done; only a reset puts it right.
import { ARMS } from '../scene';
import type { SimulatedEpisode } from '../simulate';
import { perturbed } from './perturbations';
import type { Rollout } from './rollout';
import { ScriptedPolicy } from './scriptedPolicy';
import type { Command } from './motions';
import { World } from './world';
import type { Harm } from './world';

export const RESPONSES = ['hold', 'back off', 'reset'] as const;
export type Response = (typeof RESPONSES)[number];

/** Ticks for which a hand is watched that stands still, and by which it goes back the way that it came. */
const HELD = 9;
const BACK = 12;
/** Ticks that are still played after a harm. */
const AFTERMATH = 4;

export interface Interrupted {
  simulated: SimulatedEpisode;
  harm: Harm | null;
}

/**
 * The same rollout, stopped.
 * @param tick at which the boundary stops it; the last one where it is over before
 */
export function interrupted(played: Rollout, tick: number, response: Response): Interrupted {
  const { scene } = played.world;
  const scripted = new ScriptedPolicy(scene);
  const policy = played.perturbation === null ? scripted : perturbed(scripted, played.perturbation);
  const world = new World(scene);
  const stop = Math.min(tick, played.ticks);
  while (world.tick < stop) world.step(policy.act(world));
  if (response === 'reset') return afresh(world, new World(scene), scripted);
  if (response === 'hold') {
    while (world.tick < stop + HELD) world.step({});
  } else {
    goBack(world);
    // The plan goes on where it was left: neither hand has followed it since.
    const left = Math.min(played.onset ?? Infinity, Math.max(0, stop - BACK));
    goOn(world, scripted, world.tick - left);
  }
  return { simulated: world.asEpisode(), harm: world.harm };
}

/** Both hands go back the way they came, fingers as they were. */
function goBack(world: World): void {
  const stop = world.tick;
  for (let back = stop - 1; back >= Math.max(0, stop - BACK); back--) {
    const { grippers } = world.stateAt(back);
    const command: Command = {};
    for (const arm of ARMS) command[arm] = { to: grippers[arm].position, opening: grippers[arm].opening };
    world.step(command);
  }
}

/** The plan is played to its end, so many ticks later than it was meant to. */
function goOn(world: World, scripted: ScriptedPolicy, later: number): void {
  const last = scripted.ticks + later;
  while (world.tick < last && world.tick < (world.harm?.tick ?? Infinity) + AFTERMATH) {
    world.step(scripted.actAt(world.tick - later));
  }
}

/** A world that was stopped, and after it the same one from its beginning. */
function afresh(before: World, world: World, scripted: ScriptedPolicy): Interrupted {
  goOn(world, scripted, 0);
  const [first, second] = [before.asEpisode(), world.asEpisode()];
  const began = first.frameCount;
  const inFirst = (frame: number) => frame < began;
  const lastFrame = began + second.lastFrame;
  const { harm } = world;
  return {
    simulated: {
      ...second,
      episode: { ...second.episode, frameCount: lastFrame + 1, trim: { start: 0, end: lastFrame } },
      frameCount: lastFrame + 1,
      completionFrame: second.completionFrame === null ? null : began + second.completionFrame,
      lastFrame,
      stateAt: (frame) =>
        inFirst(frame) ? first.stateAt(frame) : { ...second.stateAt(frame - began), frame: Math.min(frame, lastFrame) },
      progressAt: (frame) => (inFirst(frame) ? first.progressAt(frame) : second.progressAt(frame - began)),
    },
    harm: before.harm ?? (harm && { ...harm, tick: began + harm.tick }),
  };
}
