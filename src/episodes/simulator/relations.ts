// Relations in words, from geometry: where a gripper is, where an object lies, how many things are done.
import type { Choreography } from './choreography';
import { REST } from './choreography';
import type { Arm, GripperState, ObjectState, Place, SceneObject, Tally, TallyRule, Vec3 } from './scene';
import { distance, minus } from './tracks';

/** Farther than this from every object, a gripper is near none. */
const NEAR = 0.16;
/** Seconds by which a gripper's movement is judged, and the metres that count as one. */
const LOOK_BACK = 0.2;
const MOVED = 0.008;
/** Less dirt than this is not seen any more. */
const GONE = 0.05;
/** A channel beyond this is at its end; below one minus this, at its start. */
const STARTED = 0.9;

export function gripperState(play: Choreography, arm: Arm, time: number): GripperState {
  const { position, opening, holding } = play.gripper(arm, time);
  const resting = distance(position, REST[arm]) < 0.04;
  const { place, of } = resting ? { place: 'at rest' as Place, of: null } : placeOf(play, position, holding, time);
  const before = play.gripper(arm, time - LOOK_BACK).position;
  let moving: GripperState['moving'] = 'still';
  if (distance(before, position) > MOVED) {
    const goal = of === null ? REST[arm] : play.anchor(of, time);
    moving = distance(position, goal) <= distance(before, goal) ? 'towards' : 'away';
  }
  return { position, opening, holding, place, placeOf: of, moving };
}

/** The object a gripper is above, in, on or nearest to; what is held or wiped away is left out. */
function placeOf(
  play: Choreography,
  point: Vec3,
  holding: string | null,
  time: number,
): { place: Place; of: string | null } {
  let best: { place: Place; of: string | null; score: number } = { place: 'at rest', of: null, score: Infinity };
  for (const object of play.scene.objects) {
    if (object.name === holding || heldByAnArm(play, object.name, time) || gone(play, object, time)) continue;
    const centre = play.anchor(object.name, time);
    const [dx, , dz] = minus(point, centre);
    const outside = Math.hypot(
      Math.max(0, Math.abs(dx) - object.size[0] / 2),
      Math.max(0, Math.abs(dz) - object.size[2] / 2),
    );
    if (outside > NEAR) continue;
    // Small things win over the big ones they lie in; anything underneath wins over anything beside.
    const score = outside * 10 + object.size[0] * 0.1 + (outside === 0 ? 0 : 0.5);
    if (score >= best.score) continue;
    const top = centre[1] + object.size[1];
    let place: Place;
    if (outside <= 0.015)
      place = point[1] > top + 0.03 ? 'above' : object.container && !covered(play, object.name, time) ? 'in' : 'on';
    else if (Math.abs(dx) > Math.abs(dz)) place = dx < 0 ? 'at the left side of' : 'at the right side of';
    else place = 'near';
    best = { place, of: object.name, score };
  }
  return best;
}

function heldByAnArm(play: Choreography, name: string, time: number): boolean {
  const { by } = play.placement(name, time);
  return by !== null && 'arm' in by;
}

/** A flap lies over it or is about to: what is at its top is on it, not in it. */
function covered(play: Choreography, name: string, time: number): boolean {
  return play.scene.tallies.some(
    (rule) =>
      rule.kind === 'flaps' &&
      rule.object === name &&
      rule.channels.some((channel) => play.channel(name, channel).at(time) > 0.5),
  );
}

/** Wiped away. */
function gone(play: Choreography, object: SceneObject, time: number): boolean {
  return 'dirt' in object.channels && play.channel(object.name, 'dirt').at(time) < GONE;
}

export function objectState(play: Choreography, object: SceneObject, time: number): ObjectState {
  const { by } = play.placement(object.name, time);
  const channels: Record<string, number> = {};
  for (const channel of Object.keys(object.channels)) channels[channel] = play.channel(object.name, channel).at(time);
  const common = { name: object.name, position: play.position(object.name, time), yaw: object.yaw, channels };
  if (by === null) return { ...common, relation: 'on the table', relationOf: null };
  if ('arm' in by) return { ...common, relation: 'held', relationOf: `${by.arm} gripper` };
  return { ...common, relation: by.word, relationOf: by.object };
}

export function tally(rule: TallyRule, states: ReadonlyMap<string, ObjectState>): Tally {
  const value = (object: string, channel: string) => states.get(object)?.channels[channel] ?? 0;
  switch (rule.kind) {
    case 'inside': {
      const count = rule.objects.filter((name) => {
        const state = states.get(name);
        return state?.relation === 'in' && state.relationOf === rule.container;
      }).length;
      return { kind: 'inside', container: rule.container, noun: rule.noun, count, total: rule.objects.length };
    }
    case 'stacked': {
      // The first block counts once another stands on it.
      const above = rule.objects.filter((name) => states.get(name)?.relation === 'on').length;
      return { kind: 'stacked', noun: rule.noun, count: above === 0 ? 0 : above + 1, total: rule.objects.length };
    }
    case 'stains': {
      const count = rule.objects.filter((name) => value(name, 'dirt') > GONE).length;
      const underWay = rule.objects.some((name) => value(name, 'dirt') > GONE && value(name, 'dirt') < STARTED);
      return { kind: 'stains', count, total: rule.objects.length, underWay };
    }
    case 'folds':
    case 'flaps': {
      const values = rule.channels.map((channel) => value(rule.object, channel));
      return {
        kind: rule.kind,
        object: rule.object,
        count: values.filter((v) => v > STARTED).length,
        total: rule.channels.length,
        underWay: values.some((v) => v > 1 - STARTED && v <= STARTED),
      };
    }
    case 'fill':
    case 'open':
      return { kind: rule.kind, object: rule.object, level: value(rule.object, rule.channel) };
  }
}
