// Turns a list of timed actions (reach, grasp, carry, release, wipe, fold, pour …) into the paths and tracks of an
// episode. Each arm has a clock of its own: one arm reaches for its next object while the other still carries, so that
// the world changes nearly all the time. Times are nominal seconds; the episode may be played faster or slower.
import type { Random } from '../../base/random';
import type { Arm, Scene, SceneObject, Vec3 } from './scene';
import { ARMS } from './scene';
import { Path, Track, distance, hop, lastBefore, minus, plus, scaled } from './tracks';

export const OPEN = 0.19;
const SHUT = 0.03;
/** Metres a second. */
const REACH_SPEED = 0.34;
const CARRY_SPEED = 0.17;
/** Height of the grip point above the destination while travelling. */
const CLEARANCE = 0.17;
/** Seconds before the other arm's release at which an arm starts to reach. */
const HEAD_START = 2.9;

export const REST: Readonly<Record<Arm, Vec3>> = { left: [-0.45, 0.18, -0.06], right: [0.45, 0.18, -0.06] };

interface Placement {
  from: number;
  /** Held by an arm, lying in or on an object, or (null) on the table. */
  by: { arm: Arm } | { object: string; word: 'in' | 'on' } | null;
  /** Underside relative to the gripper or the object, or absolute on the table. */
  offset: Vec3;
}

export interface Held {
  from: number;
  object: string | null;
}

/** Where an object comes to lie: its underside's middle, and in or on what. */
export interface Destination {
  at: Vec3;
  in?: string;
  on?: string;
}

export class Choreography {
  readonly scene: Scene;
  readonly #random: Random;
  readonly #objects = new Map<string, SceneObject>();
  readonly #clock: Record<Arm, number> = { left: 0, right: 0 };
  readonly #path: Record<Arm, Path> = { left: new Path(REST.left), right: new Path(REST.right) };
  readonly #opening: Record<Arm, Track> = { left: new Track(OPEN), right: new Track(OPEN) };
  readonly #held: Record<Arm, Held[]> = { left: [], right: [] };
  readonly #placements = new Map<string, Placement[]>();
  readonly #channels = new Map<string, Record<string, Track>>();
  readonly #work: { from: number; until: number; weight: number }[] = [];
  #totalWork = 0;
  #lastRelease = 0;

  constructor(scene: Scene, random: Random) {
    this.scene = scene;
    this.#random = random;
    for (const object of scene.objects) {
      if (this.#objects.has(object.name)) throw new Error(`The scene has two objects named "${object.name}".`);
      this.#objects.set(object.name, object);
      this.#placements.set(object.name, [{ from: -1, by: null, offset: object.at }]);
      const tracks: Record<string, Track> = {};
      for (const [channel, value] of Object.entries(object.channels)) tracks[channel] = new Track(value);
      this.#channels.set(object.name, tracks);
    }
  }

  // ── what is known at a time ──

  object(name: string): SceneObject {
    const object = this.#objects.get(name);
    if (object === undefined) throw new Error(`The scene has no object named "${name}".`);
    return object;
  }

  channel(name: string, channel: string): Track {
    const track = this.#channels.get(name)?.[channel];
    if (track === undefined) throw new Error(`The object "${name}" has no channel "${channel}".`);
    return track;
  }

  gripper(arm: Arm, time: number): { position: Vec3; opening: number; holding: string | null } {
    const holds = this.#held[arm];
    return {
      position: this.#path[arm].at(time),
      opening: this.#opening[arm].at(time),
      holding: holds[lastBefore(holds, time)]?.object ?? null,
    };
  }

  placement(name: string, time: number): Placement {
    const placements = this.#placements.get(name) ?? [];
    const placement = placements[lastBefore(placements, time)];
    if (placement === undefined) throw new Error(`The scene has no object named "${name}".`);
    return placement;
  }

  position(name: string, time: number): Vec3 {
    const { by, offset } = this.placement(name, time);
    if (by === null) return offset;
    return plus('arm' in by ? this.#path[by.arm].at(time) : this.anchor(by.object, time), offset);
  }

  /** What lies in or on an object moves with this point: its underside's middle, slid along where it slides (a drawer). */
  anchor(name: string, time: number): Vec3 {
    const { carries } = this.object(name);
    const position = this.position(name, time);
    return carries ? plus(position, scaled(carries.by, this.channel(name, carries.channel).at(time))) : position;
  }

  /** Progress at a time: the done share of all registered work. */
  progress(time: number): number {
    let done = 0;
    for (const { from, until, weight } of this.#work) {
      if (time >= until) done += weight;
      else if (time > from) done += (weight * (time - from)) / (until - from);
    }
    return Math.min(1, done / this.#totalWork);
  }

  /** When the last piece of work ends. */
  get completion(): number {
    return this.#work.reduce((latest, { until }) => Math.max(latest, until), 0);
  }

  // ── clocks ──

  now(arm: Arm): number {
    return this.#clock[arm];
  }

  wait(arm: Arm, seconds: number): void {
    this.#clock[arm] += seconds;
  }

  waitUntil(arm: Arm, time: number): void {
    this.#clock[arm] = Math.max(this.#clock[arm], time);
  }

  /** Lets both arms go on from the same moment. */
  together(): void {
    for (const arm of ARMS) this.#clock[arm] = Math.max(this.#clock.left, this.#clock.right);
  }

  work(from: number, until: number, weight: number): void {
    this.#work.push({ from, until, weight });
    this.#totalWork += weight;
  }

  // ── actions ──

  /** Moves the point between the finger tips; the time follows from the way unless given. */
  move(arm: Arm, to: Vec3, options: { lift?: number; speed?: number; seconds?: number } = {}): void {
    const from = this.#path[arm].last;
    const seconds =
      options.seconds ??
      Math.max(0.35, distance(from, to) / ((options.speed ?? REACH_SPEED) * this.#random.between(0.9, 1.1)));
    this.follow(arm, seconds, hop(from, to, options.lift ?? 0));
  }

  /** Moves along a curve over [0, 1] that starts where the gripper is. */
  follow(arm: Arm, seconds: number, curve: (s: number) => Vec3): void {
    this.#path[arm].follow(this.#clock[arm], seconds, curve);
    this.#clock[arm] += seconds;
  }

  open(arm: Arm): void {
    this.#opening[arm].change(this.#clock[arm], 0.3, OPEN);
    this.#clock[arm] += 0.3;
  }

  close(arm: Arm, width = SHUT): void {
    this.#opening[arm].change(this.#clock[arm], 0.3, width);
    this.#clock[arm] += 0.3;
  }

  /** Marks what the gripper holds from now on, without attaching it (cloth, handles). */
  hold(arm: Arm, object: string | null): void {
    this.#held[arm].push({ from: this.#clock[arm], object });
  }

  /** Changes a channel over the given time from the arm's present moment; does not advance the clock. */
  change(arm: Arm, object: string, channel: string, to: number, seconds: number, weight = 0): void {
    const from = this.#clock[arm];
    this.channel(object, channel).change(from, seconds, to);
    if (weight > 0) this.work(from, from + seconds, weight);
  }

  /** Moves to the object from above, closes on it and lifts it. `grip` is relative to its underside's middle. */
  grasp(arm: Arm, name: string, options: { grip?: Vec3; width?: number; weight?: number } = {}): void {
    const object = this.object(name);
    const grip = options.grip ?? [0, object.size[1] * 0.55, 0];
    const point = plus(this.position(name, this.#clock[arm]), grip);
    this.move(arm, plus(point, [0, CLEARANCE, 0]));
    if (this.#random.float() < 0.25) this.wait(arm, this.#random.between(0.1, 0.35));
    const started = this.#clock[arm];
    this.move(arm, point, { seconds: 0.6 });
    this.close(arm, options.width ?? object.size[0]);
    this.hold(arm, name);
    this.#place(name, { from: this.#clock[arm], by: { arm }, offset: scaled(grip, -1) });
    this.move(arm, plus(point, [0, CLEARANCE, 0]), { seconds: 0.6 });
    this.work(started, this.#clock[arm], options.weight ?? 0.3);
  }

  /** Carries what the arm holds to a destination, lowers it there and lets go. */
  put(arm: Arm, name: string, destination: Destination, options: { weight?: number } = {}): void {
    const { offset } = this.placement(name, this.#clock[arm]);
    const target = minus(destination.at, offset);
    const started = this.#clock[arm];
    this.move(arm, plus(target, [0, CLEARANCE, 0]), { speed: CARRY_SPEED, lift: 0.03 });
    this.move(arm, target, { seconds: 0.7 });
    const container = destination.in ?? destination.on;
    this.hold(arm, null);
    this.#place(
      name,
      container === undefined
        ? { from: this.#clock[arm], by: null, offset: destination.at }
        : {
            from: this.#clock[arm],
            by: { object: container, word: destination.in === undefined ? 'on' : 'in' },
            offset: minus(destination.at, this.anchor(container, this.#clock[arm])),
          },
    );
    this.work(started, this.#clock[arm], options.weight ?? 0.7);
    this.open(arm);
    this.#lastRelease = this.#clock[arm];
    this.move(arm, plus(target, [0, CLEARANCE, 0]), { seconds: 0.45 });
  }

  /**
   * Brings one object to its destination and steps aside. The reach overlaps with the other arm's carrying; the arms
   * are never over the destination together.
   */
  transfer(arm: Arm, name: string, destination: Destination): void {
    this.waitUntil(arm, this.#lastRelease - HEAD_START);
    this.grasp(arm, name);
    this.waitUntil(arm, this.#lastRelease + 0.1);
    this.put(arm, name, destination);
    this.aside(arm);
  }

  /** Steps back over the arm's own side. */
  aside(arm: Arm): void {
    const side = arm === 'left' ? -1 : 1;
    this.move(arm, [side * 0.37, 0.2, this.#random.between(-0.1, 0.02)], { seconds: 0.9 });
  }

  /** Keeps the next transfer from starting its carry before the arm's present moment. */
  claim(arm: Arm): void {
    this.#lastRelease = Math.max(this.#lastRelease, this.#clock[arm]);
  }

  /**
   * Both arms withdraw to rest after completion, within the given seconds where their last action leaves the time.
   * @returns the seconds from completion until both rest
   */
  retreat(seconds: number): number {
    const start = this.completion;
    for (const arm of ARMS) {
      this.waitUntil(arm, start);
      this.#opening[arm].change(this.#clock[arm], 0.4, OPEN);
      const left = seconds * this.#random.between(0.75, 0.95) - (this.#clock[arm] - start);
      this.move(arm, REST[arm], { seconds: Math.max(0.6, left), lift: 0.04 });
    }
    return Math.max(this.#clock.left, this.#clock.right) - start;
  }

  #place(name: string, placement: Placement): void {
    this.#placements.get(name)?.push(placement);
  }
}
