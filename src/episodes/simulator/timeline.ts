// What happens in an episode, by time: where each object is and by what it is held, how far each channel is, where the
// grippers are, what work is done. Each arm has a clock of its own: one arm reaches for its next object while the other
// still carries, so that the world changes nearly all the time. Times are nominal seconds; the episode may be played
// faster or slower.
import type { Random } from '../../base/random';
import type { Arm, SceneObject, Vec3 } from './scene';
import { ARMS } from './scene';
import { Path, Track, distance, hop, lastBefore, minus, plus, scaled } from './tracks';

export const OPEN = 0.19;
export const SHUT = 0.03;
/** Metres a second. */
const REACH_SPEED = 0.34;

export const REST: Readonly<Record<Arm, Vec3>> = { left: [-0.45, 0.18, -0.06], right: [0.45, 0.18, -0.06] };

export interface Placement {
  from: number;
  /** Held by an arm, lying in or on an object, or (null) on the table. */
  by: { arm: Arm } | { object: string; word: 'in' | 'on' } | null;
  /** Underside relative to the gripper or the object, or absolute on the table. */
  offset: Vec3;
  /** It falls there from this point, in this many seconds. */
  fall?: { start: Vec3; seconds: number };
  /** Angle by which it lies tipped over. */
  tip: number;
}

export interface Held {
  from: number;
  object: string | null;
}

export class Timeline {
  readonly objects: readonly SceneObject[];
  readonly random: Random;
  readonly #objects = new Map<string, SceneObject>();
  readonly #clock: Record<Arm, number> = { left: 0, right: 0 };
  readonly #path: Record<Arm, Path> = { left: new Path(REST.left), right: new Path(REST.right) };
  readonly #opening: Record<Arm, Track> = { left: new Track(OPEN), right: new Track(OPEN) };
  readonly #held: Record<Arm, Held[]> = { left: [], right: [] };
  readonly #placements = new Map<string, Placement[]>();
  readonly #channels = new Map<string, Record<string, Track>>();
  readonly #work: { from: number; until: number; weight: number }[] = [];
  readonly #steps: { from: number; name: string }[] = [];
  readonly #damage: { from: number; name: string }[] = [];
  #nextStep: string | null = null;
  /** All the work there is; what has been registered so far unless set. */
  wholeWork: number | null = null;

  /** @param random decides pauses, speeds and small differences of the motions */
  constructor(objects: readonly SceneObject[], random: Random) {
    this.objects = objects;
    this.random = random;
    for (const object of objects) {
      if (this.#objects.has(object.name)) throw new Error(`The scene has two objects named "${object.name}".`);
      this.#objects.set(object.name, object);
      this.#placements.set(object.name, [{ from: -1, by: null, offset: object.at, tip: 0 }]);
      const tracks: Record<string, Track> = {};
      for (const [channel, value] of Object.entries(object.channels)) tracks[channel] = new Track(value);
      this.#channels.set(object.name, tracks);
    }
    for (const { name, at, lies } of objects) {
      if (lies === undefined) continue;
      const [container, word] = 'in' in lies ? [lies.in, 'in' as const] : [lies.on, 'on' as const];
      const offset = minus(at, this.anchor(container, 0));
      this.#placements.set(name, [{ from: -1, by: { object: container, word }, offset, tip: 0 }]);
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

  placements(name: string): readonly Placement[] {
    const placements = this.#placements.get(name);
    if (placements === undefined) throw new Error(`The scene has no object named "${name}".`);
    return placements;
  }

  placement(name: string, time: number): Placement {
    const placements = this.placements(name);
    return placements[Math.max(0, lastBefore(placements, time))] as Placement;
  }

  position(name: string, time: number): Vec3 {
    const { by, offset, fall, from } = this.placement(name, time);
    const anchor: Vec3 =
      by === null ? [0, 0, 0] : 'arm' in by ? this.#path[by.arm].at(time) : this.anchor(by.object, time);
    const end = plus(anchor, offset);
    if (fall === undefined || time >= from + fall.seconds) return end;
    const s = (time - from) / fall.seconds;
    const { start } = fall;
    return [
      start[0] + (end[0] - start[0]) * s,
      start[1] + (end[1] - start[1]) * s * s,
      start[2] + (end[2] - start[2]) * s,
    ];
  }

  tip(name: string, time: number): number {
    const { tip, fall, from } = this.placement(name, time);
    return fall === undefined ? tip : tip * Math.min(1, Math.max(0, (time - from) / fall.seconds));
  }

  /** What lies in or on an object moves with this point: its underside's middle, slid along where it slides (a drawer). */
  anchor(name: string, time: number): Vec3 {
    const { carries } = this.object(name);
    const position = this.position(name, time);
    return carries ? plus(position, scaled(carries.by, this.channel(name, carries.channel).at(time))) : position;
  }

  /** Progress at a time: the done share of all work. */
  progress(time: number): number {
    let done = 0;
    for (const { from, until, weight } of this.#work) {
      if (time >= until) done += weight;
      else if (time > from) done += (weight * (time - from)) / (until - from);
    }
    // Undoing and doing again leaves rounding errors behind.
    const share = done / (this.wholeWork ?? this.registeredWork);
    return share > 1 - 1e-9 ? 1 : Math.max(0, share);
  }

  get registeredWork(): number {
    return this.#work.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** When the last piece of work ends. */
  get completion(): number {
    return this.#work.reduce((latest, { until }) => Math.max(latest, until), 0);
  }

  subStep(time: number): string | null {
    return this.#steps[lastBefore(this.#steps, time)]?.name ?? null;
  }

  damage(time: number): string[] {
    return this.#damage.filter(({ from }) => from <= time).map(({ name }) => name);
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

  // ── what happens ──

  /** Names what is done from the next movement on. */
  step(name: string): void {
    this.#nextStep = name;
  }

  /** Registers work between two times; a negative weight undoes. */
  work(from: number, until: number, weight: number): void {
    if (weight !== 0) this.#work.push({ from, until, weight });
  }

  /** Moves the point between the finger tips; the time follows from the way unless given. */
  move(arm: Arm, to: Vec3, options: { lift?: number; speed?: number; seconds?: number } = {}): void {
    const from = this.#path[arm].last;
    const seconds =
      options.seconds ??
      Math.max(0.35, distance(from, to) / ((options.speed ?? REACH_SPEED) * this.random.between(0.9, 1.1)));
    this.follow(arm, seconds, hop(from, to, options.lift ?? 0));
  }

  /** Moves along a curve over [0, 1] that starts where the gripper is. */
  follow(arm: Arm, seconds: number, curve: (s: number) => Vec3): void {
    if (this.#nextStep !== null) {
      const from = Math.max(this.#clock[arm], this.#steps.at(-1)?.from ?? 0);
      this.#steps.push({ from, name: this.#nextStep });
      this.#nextStep = null;
    }
    this.#path[arm].follow(this.#clock[arm], seconds, curve);
    this.#clock[arm] += seconds;
  }

  /** Where the gripper will be when it has done all it was told. */
  last(arm: Arm): Vec3 {
    return this.#path[arm].last;
  }

  open(arm: Arm, width = OPEN): void {
    this.#opening[arm].change(this.#clock[arm], 0.3, width);
    this.#clock[arm] += 0.3;
  }

  close(arm: Arm, width = SHUT): void {
    this.#opening[arm].change(this.#clock[arm], 0.3, width);
    this.#clock[arm] += 0.3;
  }

  /** Opens within the given seconds, or comes to another width, without taking the arm's time. */
  spread(arm: Arm, seconds: number, width = OPEN): void {
    this.#opening[arm].change(this.#clock[arm], seconds, width);
  }

  /** Marks what the gripper holds from now on, without attaching it (cloth, handles). */
  hold(arm: Arm, object: string | null, from = this.#clock[arm]): void {
    this.#held[arm].push({ from, object });
  }

  /** Changes a channel over the given time from the arm's present moment; does not advance the clock. */
  change(arm: Arm, object: string, channel: string, to: number, seconds: number, weight = 0): void {
    const from = this.#clock[arm];
    this.channel(object, channel).change(from, seconds, to);
    this.work(from, from + seconds, weight);
  }

  /** From the placement's time on, the object is there. */
  place(name: string, placement: Omit<Placement, 'tip'> & { tip?: number }): void {
    this.#placements.get(name)?.push({ tip: 0, ...placement });
  }

  breakNow(name: string, from: number): void {
    this.#damage.push({ from, name });
  }
}
