// Relations in words, from geometry: where a gripper is, where an object lies, how many things are done.
import type { Arm, GripperState, ObjectState, Place, SceneObject, Tally, TallyRule, Vec3 } from './scene';
import { ARMS } from './scene';
import { REST } from './timeline';
import type { Timeline } from './timeline';
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

export function gripperState(play: Timeline, arm: Arm, time: number): GripperState {
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

/** The object a gripper is above, in, touching or nearest to; what is held, wiped away or clutter is left out. */
function placeOf(
  play: Timeline,
  point: Vec3,
  holding: string | null,
  time: number,
): { place: Place; of: string | null } {
  let best: { place: Place; of: string | null; score: number } = { place: 'far from', of: null, score: Infinity };
  for (const object of play.objects) {
    if (object.clutter === true || object.name === holding) continue;
    if (heldByAnArm(play, object.name, time) || gone(play, object, time)) continue;
    const centre = play.anchor(object.name, time);
    const [dx, , dz] = minus(point, centre);
    const outside = Math.hypot(
      Math.max(0, Math.abs(dx) - object.size[0] / 2),
      Math.max(0, Math.abs(dz) - object.size[2] / 2),
    );
    if (outside > NEAR) {
      // Anything near wins over whatever is far.
      if (best.place === 'far from' && 100 + outside < best.score) {
        best = { place: 'far from', of: object.name, score: 100 + outside };
      }
      continue;
    }
    // Small things win over the big ones they lie in; anything underneath wins over anything beside.
    const score = outside * 10 + object.size[0] * 0.1 + (outside === 0 ? 0 : 0.5);
    if (score >= best.score) continue;
    const top = centre[1] + object.size[1];
    let place: Place;
    if (outside <= 0.015)
      place =
        point[1] > top + 0.03 ? 'above' : object.container && !covered(play, object.name, time) ? 'in' : 'touching';
    else if (Math.abs(dx) > Math.abs(dz)) place = dx < 0 ? 'at the left side of' : 'at the right side of';
    else place = 'near';
    best = { place, of: object.name, score };
  }
  return best;
}

function heldByAnArm(play: Timeline, name: string, time: number): boolean {
  const { by } = play.placement(name, time);
  return by !== null && 'arm' in by;
}

/** A lid or a flap lies over it or is about to: what is at its top touches it and is not in it. */
function covered(play: Timeline, name: string, time: number): boolean {
  return Object.keys(play.object(name).channels).some(
    (channel) => /flap|lid/.test(channel) && play.channel(name, channel).at(time) > 0.5,
  );
}

/** Wiped away. */
function gone(play: Timeline, object: SceneObject, time: number): boolean {
  return 'dirt' in object.channels && play.channel(object.name, 'dirt').at(time) < GONE;
}

/** @param seconds real time since the episode's start, by which things swing that have no part in it */
export function objectState(play: Timeline, object: SceneObject, time: number, seconds: number): ObjectState {
  const { name, sway } = object;
  const { by } = play.placement(name, time);
  const channels: Record<string, number> = {};
  for (const channel of Object.keys(object.channels)) channels[channel] = play.channel(name, channel).at(time);
  if (sway) channels[sway.channel] = 0.5 + 0.5 * Math.sin(2 * Math.PI * (seconds / sway.period + sway.phase));
  const common = {
    name,
    position: play.position(name, time),
    yaw: object.yaw,
    tip: play.tip(name, time),
    contacts: contacts(play, object, time),
    damaged: play.damage(time).includes(name),
    channels,
  };
  if (by === null) return { ...common, relation: 'on the table', relationOf: null };
  if ('arm' in by) return { ...common, relation: 'held', relationOf: `${by.arm} gripper` };
  return { ...common, relation: by.word, relationOf: by.object };
}

/** What carries it, what it carries, and the grippers at it. */
function contacts(play: Timeline, { name, size }: SceneObject, time: number): string[] {
  const { by } = play.placement(name, time);
  const found: string[] = by === null ? ['table'] : 'object' in by ? [by.object] : [];
  for (const other of play.objects) {
    const its = play.placement(other.name, time).by;
    if (its !== null && 'object' in its && its.object === name) found.push(other.name);
  }
  const centre = play.anchor(name, time);
  for (const arm of ARMS) {
    const { position, holding } = play.gripper(arm, time);
    const [dx, dy, dz] = minus(position, centre);
    const inside = Math.abs(dx) < size[0] / 2 + 0.02 && Math.abs(dz) < size[2] / 2 + 0.02;
    if (holding === name || (inside && dy > -0.02 && dy < size[1] + 0.02)) found.push(`${arm} gripper`);
  }
  return found;
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
    case 'on': {
      const count = rule.objects.filter((name) => {
        const state = states.get(name);
        return state?.relation === 'on' && state.relationOf === rule.support;
      }).length;
      return { kind: 'on', support: rule.support, noun: rule.noun, count, total: rule.objects.length };
    }
    case 'each': {
      const values = rule.objects.map((name) => value(name, rule.channel));
      return {
        kind: 'each',
        noun: rule.noun,
        done: rule.done,
        undone: rule.undone,
        count: values.filter((v) => v > STARTED).length,
        total: rule.objects.length,
        underWay: values.some((v) => v > 1 - STARTED && v <= STARTED),
      };
    }
    case 'level':
      return { kind: 'level', object: rule.object, done: rule.done, level: value(rule.object, rule.channel) };
    case 'switch':
      return { kind: 'switch', object: rule.object, on: value(rule.object, rule.channel) > 0.5 };
    case 'fill':
    case 'open':
      return { kind: rule.kind, object: rule.object, level: value(rule.object, rule.channel) };
  }
}
