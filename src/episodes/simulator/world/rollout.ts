// A policy played in a world to its end, or until a little after something went wrong for good.
import { Random } from '../../../base/random';
import { PERTURBATIONS, drawPerturbation, equipped, perturbed } from './perturbations';
import type { Perturbation, PerturbationKind } from './perturbations';
import { ScriptedPolicy } from './scriptedPolicy';
import { World } from './world';
import { worldScene } from './worldScene';
import type { WorldSetup } from './worldScene';

/** Ticks that are still played after a harm. */
const AFTERMATH = 4;
/** Ticks that a disturbance is given to come to its end, also after the plan's. */
const LONGEST = 80;

export interface Rollout {
  world: World;
  ticks: number;
  /** Null where nothing comes between the policy and its plan, `play` where there is no plan. */
  kind: PerturbationKind | 'play' | null;
  perturbation: Perturbation | null;
  /** The last tick before the first disturbed one; null where there is none, or the rollout ended before. */
  onset: number | null;
  harmTick: number | null;
}

/** With what any disturbance would bring along, so that nobody can tell them by the furniture. */
function furnished(setup: WorldSetup, random: Random): WorldSetup {
  return PERTURBATIONS.reduce((made, kind) => equipped(made, kind, random) ?? made, setup);
}

/**
 * Plays the scripted policy, undisturbed or disturbed in a way that the seed decides.
 * @param kind null for undisturbed
 * @returns null where the set-up has no room or no moment for such a disturbance
 */
export function rollout(
  setup: WorldSetup,
  kind: PerturbationKind | null,
  seed: number,
  maxTicks = Infinity,
): Rollout | null {
  const random = new Random(seed, kind === null ? 0 : 1 + PERTURBATIONS.indexOf(kind));
  const made = kind === null ? furnished(setup, random) : equipped(setup, kind, random);
  if (made === null) return null;
  const scene = worldScene(made);
  const scripted = new ScriptedPolicy(scene);
  const perturbation = kind === null ? null : drawPerturbation(scripted, kind, random);
  if (kind !== null && perturbation === null) return null;
  const policy = perturbation === null ? scripted : perturbed(scripted, perturbation);
  const world = new World(scene);
  const last = Math.min(maxTicks, Math.max(scripted.ticks, (perturbation?.onset ?? 0) + LONGEST));
  while (world.tick < last && world.tick < (world.harm?.tick ?? Infinity) + AFTERMATH) world.step(policy.act(world));
  const onset = perturbation === null || perturbation.onset >= world.tick ? null : perturbation.onset;
  return { world, ticks: world.tick, kind, perturbation, onset, harmTick: world.harm?.tick ?? null };
}
