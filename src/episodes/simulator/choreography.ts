// The skills of the two arms: grasp, put, transfer, operate (doors, drawers, switches, lids, folds), hand over; and what
// can go wrong in them. A planned mishap waits for the next skill in which it can happen.
import type { Mishap } from '../episode';
import type { Arm, SceneObject, Vec3 } from './scene';
import { ARMS, otherArm } from './scene';
import { OPEN, REST, SHUT, Timeline } from './timeline';
import { distance, minus, plus, scaled } from './tracks';

/** Metres a second. */
const CARRY_SPEED = 0.17;
/** Height of the grip point above the destination while travelling. */
const CLEARANCE = 0.17;
/** Seconds before the other arm's release at which an arm starts to reach. */
const HEAD_START = 2.9;
/** Metres between the grippers, seen from above, when they work side by side. */
const ARMS_APART = 0.18;
/** What the camera sees of the table to each side of its middle. */
const SEEN = 0.44;
/** Shares of a transfer's work in taking the thing and in bringing it. */
const TAKING = 0.3;

/** Where an object comes to lie: its underside's middle, and in or on what. */
export interface Destination {
  at: Vec3;
  in?: string;
  on?: string;
}

export interface Grip {
  /** Relative to the object's underside's middle; its upper middle unless given. */
  grip?: Vec3;
  /** Distance between the fingers; the object's width unless given. */
  width?: number;
}

export interface Operation {
  channel: string;
  to: number;
  /** Where the gripper goes while the channel changes, over [0, 1]. */
  path: (s: number) => Vec3;
  seconds: number;
  /** Share of the whole work; 1 unless given, negative where it undoes. */
  weight?: number;
  /** The gripper closes around it (a handle, an edge) instead of pushing it with closed fingers. */
  holds?: boolean;
  /** Distance between the fingers when closed on it. */
  width?: number;
}

export class Choreography extends Timeline {
  /** What is still to go wrong. */
  planned: Mishap | null = null;
  /** What a wrong reach takes. */
  decoy: string | null = null;
  /** It went so wrong that nothing more can be done. */
  over = false;
  /** How often each skill was used. */
  readonly used = { grasp: 0, put: 0, operate: 0 };
  #lastRelease = 0;
  /** What taking the thing in hand has counted. */
  readonly #taken: Record<Arm, number> = { left: 0, right: 0 };

  /** Moves to the object from above, closes on it and lifts it. */
  grasp(arm: Arm, name: string, options: Grip & { weight?: number } = {}): void {
    this.used.grasp++;
    this.#mistake(arm);
    this.#taken[arm] = options.weight ?? TAKING;
    this.#lift(arm, name, options);
    if (this.planned === 'slip') this.#slip(arm, name, options);
  }

  /** Carries what the arm holds to a destination, lowers it there and lets go. */
  put(arm: Arm, name: string, destination: Destination, options: { weight?: number } = {}): void {
    this.used.put++;
    const { offset } = this.placement(name, this.now(arm));
    const target = minus(destination.at, offset);
    const started = this.now(arm);
    const landing = this.planned === 'drop' ? this.#landing(arm, name, target) : null;
    if (landing !== null) {
      this.#drop(arm, name, landing);
      return;
    }
    this.move(arm, plus(target, [0, CLEARANCE, 0]), { speed: CARRY_SPEED, lift: 0.03 });
    this.move(arm, target, { seconds: 0.7 });
    const container = destination.in ?? destination.on;
    this.hold(arm, null);
    this.place(
      name,
      container === undefined
        ? { from: this.now(arm), by: null, offset: destination.at }
        : {
            from: this.now(arm),
            by: { object: container, word: destination.in === undefined ? 'on' : 'in' },
            offset: minus(destination.at, this.anchor(container, this.now(arm))),
          },
    );
    this.work(started, this.now(arm), options.weight ?? 1 - TAKING);
    this.open(arm);
    this.claim(arm);
    this.move(arm, plus(target, [0, CLEARANCE, 0]), { seconds: 0.45 });
  }

  /**
   * Brings one object to its destination and steps aside. The reach overlaps with the other arm's carrying; the arms
   * are never over the destination together.
   * @param options.weight share of the whole work; 1 unless given, negative where it undoes
   */
  transfer(arm: Arm, name: string, destination: Destination, options: Grip & { weight?: number } = {}): void {
    const weight = options.weight ?? 1;
    this.waitUntil(arm, this.#lastRelease - HEAD_START);
    this.grasp(arm, name, { ...options, weight: weight * TAKING });
    this.waitUntil(arm, this.#lastRelease + 0.1);
    this.put(arm, name, destination, { weight: weight * (1 - TAKING) });
    if (!this.over) this.aside(arm);
  }

  /** Brings an object back to where it lay before it was last taken. */
  takeBack(arm: Arm, name: string, options: Grip & { weight?: number } = {}): void {
    const resting = this.placements(name).filter(({ by }) => by === null || 'object' in by);
    const before = resting.at(-2) ?? (resting[0] as (typeof resting)[number]);
    const { by, offset } = before;
    const destination: Destination =
      by === null || 'arm' in by
        ? { at: offset }
        : { at: plus(this.anchor(by.object, this.now(arm)), offset), [by.word]: by.object };
    this.waitUntil(arm, this.#lastRelease + 0.3);
    this.transfer(arm, name, destination, { ...options, weight: -(options.weight ?? 1) });
  }

  /** Changes a channel by hand: comes to the path's start from above, follows it, lets go and steps aside. */
  operate(arm: Arm, object: string, operation: Operation): void {
    this.used.operate++;
    const { channel, to, path, seconds, weight = 1, holds = true, width = 0.05 } = operation;
    const from = this.channel(object, channel).last;
    this.#letPass(arm, [path(0), path(0.5), path(1)]);
    const reach = (s: number) => {
      const point = path(s);
      if (!holds) this.close(arm, SHUT);
      this.move(arm, plus(point, [0, 0.1, 0]), { speed: 0.3 });
      this.#pause(arm);
      this.move(arm, point, { seconds: 0.45 });
      if (holds) {
        this.close(arm, width);
        this.hold(arm, object);
      }
    };
    const lead = (a: number, b: number) => {
      this.change(arm, object, channel, from + (to - from) * b, seconds * (b - a), weight * (b - a));
      this.follow(arm, seconds * (b - a), (s) => path(a + (b - a) * s));
      if (holds) this.hold(arm, null);
      this.open(arm);
    };
    reach(0);
    let end = 1;
    if (this.planned === 'slip' || this.planned === 'stopped') {
      this.over = this.planned === 'stopped';
      this.planned = null;
      const part = this.random.between(0.3, 0.6);
      lead(0, part);
      if (this.over) end = part;
      else {
        this.move(arm, plus(path(part), [0, 0.09, 0.05]), { seconds: 0.4 });
        this.wait(arm, this.random.between(0.4, 1));
        reach(part);
        lead(part, 1);
      }
    } else lead(0, 1);
    this.claim(arm);
    this.move(arm, plus(path(end), [0, 0.12, 0.02]), { seconds: 0.4 });
    this.aside(arm);
  }

  /** One arm gives what it holds to the other at a point; the other closes on it beside the first one's fingers. */
  handOver(from: Arm, to: Arm, name: string, at: Vec3): void {
    const side = to === 'left' ? -1 : 1;
    const width = this.object(name).size[0];
    this.move(from, at, { speed: CARRY_SPEED, lift: 0.02 });
    const meet = plus(at, [side * Math.max(0.07, width * 0.6), 0.02, 0]);
    this.waitUntil(to, this.now(from) - 1.6);
    this.move(to, plus(meet, [side * 0.1, 0.04, 0]));
    this.waitUntil(to, this.now(from) + 0.1);
    this.move(to, meet, { seconds: 0.5 });
    this.close(to, Math.min(width, 0.1));
    const given = this.now(to);
    this.waitUntil(from, given);
    this.hold(from, null);
    this.hold(to, name);
    const offset = minus(this.position(name, given), meet);
    this.place(name, { from: given, by: { arm: to }, offset });
    this.open(from);
    this.move(from, plus(at, [-side * 0.13, 0.06, 0]), { seconds: 0.5 });
    this.aside(from);
  }

  /** Steps back over the arm's own side. */
  aside(arm: Arm): void {
    const side = arm === 'left' ? -1 : 1;
    this.move(arm, [side * 0.37, 0.2, this.random.between(-0.1, 0.02)], { seconds: 0.9 });
  }

  /** Keeps the next transfer from starting its carry before the arm's present moment. */
  claim(arm: Arm): void {
    this.#lastRelease = Math.max(this.#lastRelease, this.now(arm));
  }

  /**
   * Both arms withdraw to rest after the last work, within the given seconds where their last action leaves the time.
   * @returns the seconds from the end of the work until both rest
   */
  retreat(seconds: number): number {
    const start = this.completion;
    for (const arm of ARMS) {
      this.waitUntil(arm, start);
      this.spread(arm, 0.4);
      const left = seconds * this.random.between(0.75, 0.95) - (this.now(arm) - start);
      this.move(arm, REST[arm], { seconds: Math.max(0.6, left), lift: 0.04 });
    }
    return Math.max(this.now('left'), this.now('right')) - start;
  }

  /** Waits so long that the other arm has left these points when this one comes to them. */
  #letPass(arm: Arm, points: readonly Vec3[]): void {
    const other = otherArm(arm);
    const onTheWay = distance(this.last(arm), points[0] ?? REST[arm]) / 0.3;
    for (let time = this.now(other); time > this.now(arm) + onTheWay; time -= 0.1) {
      const [x, , z] = this.gripper(other, time).position;
      if (points.every((point) => Math.hypot(point[0] - x, point[2] - z) > ARMS_APART)) continue;
      this.waitUntil(arm, time - onTheWay);
      return;
    }
  }

  // ── what is human about it, and what goes wrong ──

  /** Now and then a hand waits for a moment before it acts. */
  #pause(arm: Arm): void {
    if (this.random.float() < 0.25) this.wait(arm, this.random.between(0.1, 0.45));
  }

  /** Goes to the object from above and closes on it; returns the point of the grip. */
  #take(arm: Arm, name: string, { grip, width }: Grip): Vec3 {
    const object = this.object(name);
    const relative = grip ?? [0, object.size[1] * 0.55, 0];
    const point = plus(this.position(name, this.now(arm)), relative);
    this.move(arm, plus(point, [0, CLEARANCE, 0]));
    this.#pause(arm);
    this.move(arm, point, { seconds: 0.6 });
    this.close(arm, Math.min(OPEN, width ?? object.size[0]));
    this.hold(arm, name);
    this.place(name, { from: this.now(arm), by: { arm }, offset: scaled(relative, -1) });
    return point;
  }

  #lift(arm: Arm, name: string, options: Grip): void {
    const point = this.#take(arm, name, options);
    const started = this.now(arm) - 0.9;
    this.move(arm, plus(point, [0, CLEARANCE, 0]), { seconds: 0.6 });
    this.work(started, this.now(arm), this.#taken[arm]);
  }

  /** Where it lay before it was taken; it falls back there. */
  #fallBack(arm: Arm, name: string): void {
    const now = this.now(arm);
    const { by, offset } = this.placements(name).at(-2) ?? { by: null, offset: this.object(name).at };
    const seconds = 0.28;
    this.place(name, { from: now, by, offset, fall: { start: this.position(name, now), seconds } });
    this.hold(arm, null);
    this.open(arm);
  }

  #slip(arm: Arm, name: string, options: Grip): void {
    this.planned = null;
    const started = this.now(arm);
    this.#fallBack(arm, name);
    this.work(started, started + 0.28, -this.#taken[arm]);
    this.wait(arm, this.random.between(0.5, 1.2));
    this.#lift(arm, name, options);
  }

  /** Takes the decoy up, notices the mistake and puts it back. */
  #mistake(arm: Arm): void {
    const { decoy } = this;
    if (this.planned !== 'wrong object' || decoy === null) return;
    this.planned = null;
    this.waitUntil(arm, this.#lastRelease + 0.5);
    const { at } = this.object(decoy);
    const point = this.#take(arm, decoy, {});
    this.move(arm, plus(point, [0, CLEARANCE, 0]), { seconds: 0.6 });
    const away: Vec3 = [point[0] * 0.7, point[1] + CLEARANCE + 0.03, point[2] * 0.7 - 0.03];
    this.move(arm, away, { speed: CARRY_SPEED });
    this.wait(arm, this.random.between(0.5, 1.1));
    this.move(arm, plus(point, [0, CLEARANCE, 0]), { speed: CARRY_SPEED });
    this.move(arm, point, { seconds: 0.6 });
    this.hold(arm, null);
    this.place(decoy, { from: this.now(arm), by: null, offset: at });
    this.open(arm);
    this.move(arm, plus(point, [0, CLEARANCE, 0]), { seconds: 0.5 });
  }

  /** Lets it fall on the way; what is fragile breaks. The arms give up. */
  #drop(arm: Arm, name: string, { over, lean }: { over: Vec3; lean: number }): void {
    this.planned = null;
    this.over = true;
    const { size, fragile } = this.object(name);
    const { offset } = this.placement(name, this.now(arm));
    this.move(arm, over, { speed: CARRY_SPEED });
    const now = this.now(arm);
    const start = plus(over, offset);
    // Tall things come to lie on their side; their frame's origin is then in the middle of that side.
    const tip = lean * (Math.PI / 2);
    const height = lean === 0 ? 0 : size[0] / 2;
    this.place(name, {
      from: now,
      by: null,
      offset: [start[0], height, start[2]],
      tip,
      fall: { start, seconds: 0.35 },
    });
    this.hold(arm, null);
    this.open(arm);
    // Taking it was worth something as long as it was held.
    this.work(now, now + 0.35, -this.#taken[arm]);
    if (fragile === true) this.breakNow(name, now + 0.35);
    this.wait(arm, this.random.between(0.6, 1.4));
    this.move(arm, plus(over, [0, 0.1, 0]), { seconds: 0.5 });
    this.aside(arm);
  }

  /** Where a thing's parts are, slid where they slide. */
  #seen({ name, parts, carries }: SceneObject, time: number): Vec3 {
    const at = this.anchor(name, time);
    const slide = parts[0]?.motions?.find((motion) => motion.kind === 'slide');
    return carries || !slide ? at : plus(at, scaled(slide.by, this.channel(name, slide.channel).at(time)));
  }

  /** Where about the way to fall from so as to hit nothing (null where there is no room), and to which side tall things tip: 1 to the left, -1, or 0. */
  #landing(arm: Arm, name: string, target: Vec3): { over: Vec3; lean: number } | null {
    const { size } = this.object(name);
    const time = this.now(arm);
    const from = this.last(arm);
    const { offset } = this.placement(name, time);
    const tall = size[1] > size[0] * 1.2;
    const leans = tall ? (from[0] < 0 ? [-1, 1] : [1, -1]) : [0];
    const half = [tall ? size[1] / 2 : size[0] / 2, size[2] / 2] as const;
    const others = this.objects.filter((other) => other.name !== name && !other.flat);
    const free = ([x, , z]: Vec3, lean: number): boolean => {
      const middle = x - lean * half[0];
      if (Math.abs(middle) + half[0] > SEEN || Math.abs(z) + half[1] > SEEN) return false;
      return others.every((other) => {
        const [dx, , dz] = minus(this.#seen(other, time), [middle, 0, z]);
        const turned = other.yaw === 0 ? 1 : Math.SQRT2;
        return (
          Math.abs(dx) > half[0] + (other.size[0] / 2) * turned + 0.03 ||
          Math.abs(dz) > half[1] + (other.size[2] / 2) * turned + 0.03
        );
      });
    };
    const share = this.random.between(0.25, 0.4);
    const at = (part: number, sideways: number): Vec3 => [
      from[0] + (target[0] - from[0]) * part,
      from[1] + 0.02,
      from[2] + (target[2] - from[2]) * part + sideways,
    ];
    for (const sideways of [0, 0.06, -0.06, 0.12, -0.12, 0.2, -0.2, 0.3]) {
      for (const later of [0, -0.1, 0.1, 0.2, -0.2, 0.3, 0.4, 0.5]) {
        const over = at(share + later, sideways);
        const lean = leans.find((side) => free(plus(over, offset), side));
        if (lean !== undefined) return { over, lean };
      }
    }
    return null;
  }
}
