// A tabletop that goes on tick by tick under the commands of any policy: hands take, carry and let go, lead doors and
// switches, knock over what breaks; simple kinematics, no forces. A pure function of its set-up and the commands. A
// timeline underneath keeps every past tick, so that the renderer draws a world as it draws an episode.
import { ARMS } from '../scene';
import type { Arm, SceneState, Vec3 } from '../scene';
import type { SimulatedEpisode } from '../simulate';
import { OPEN, REST } from '../timeline';
import type { Timeline } from '../timeline';
import { distance, hop, minus, plus } from '../tracks';
import { offsetIn, positionOf } from './bodies';
import type { Body, Hand } from './bodies';
import { Chronicle, TICK } from './chronicle';
import { TOUCH, canFallOver, halfOf, runsInto, thingAt } from './contact';
import { handleNear, lead } from './handles';
import type { Handle } from './handles';
import { landingOf, slotsOf, takesPlace } from './landings';
import type { Landing, Slot } from './landings';
import { begin, edgeAt, motionOf, moveOn } from './motions';
import type { Command, Motion } from './motions';
import { Goals } from './progress';
import { asItIs, bodiesOf } from './start';
import { worldScene } from './worldScene';
import type { WorldScene, WorldSetup } from './worldScene';

const SUBSTEPS = 4;
/** Fingers that close or open by less than this do neither; metres. */
const FELT = 0.004;
/** Fingers let go when they are wider by this than what they hold. */
const LETS_GO = 0.01;
/** Fingers that are no wider than this push. */
const PUSHING = 0.06;
/** What is fragile survives a fall from this height. */
const SAFE_FALL = 0.12;
const LIFTED = 0.17;
const GRAVITY = 9.81;
/** Seconds in which something falls over. */
const TIPPING = 0.2;

/** What can go wrong for good. */
export const HARMS = ['broken', 'knocked over', 'lost', 'spoilt'] as const;
export interface Harm {
  kind: (typeof HARMS)[number];
  object: string;
  tick: number;
}

export class World {
  readonly scene: WorldScene;
  readonly #chronicle: Chronicle;
  readonly #timeline: Timeline;
  readonly #bodies: readonly Body[];
  readonly #byName: ReadonlyMap<string, Body>;
  readonly #takeable: readonly Body[];
  readonly #standing: readonly Body[];
  readonly #handles: readonly Handle[];
  readonly #slots: readonly Slot[];
  readonly #goals: Goals;
  readonly #motions: Readonly<Record<Arm, Motion>>;
  #harm: Harm | null = null;
  #tick = 0;

  /**
   * @param of a set-up, or the scene that was made of one, which saves making it again
   * @param hands where the hands are at the start; at rest unless given
   */
  constructor(of: WorldSetup | WorldScene, hands: Partial<Record<Arm, Vec3>> = {}) {
    const scene = 'plan' in of ? of : worldScene(of);
    this.scene = scene;
    const { intentions } = scene;
    const { done = 0, held = false } = scene.setup;
    const byName = bodiesOf(scene);
    const brings = intentions.filter((one) => one.kind === 'bring');
    this.#slots = slotsOf(brings, byName);
    this.#byName = byName;
    this.#bodies = [...byName.values()];
    this.#takeable = this.#bodies.filter(({ takeable }) => takeable);
    this.#standing = this.#bodies.filter(({ object }) => canFallOver(object));
    this.#handles = intentions.flatMap((intention) => {
      return intention.kind === 'operate' ? [{ intention, body: byName.get(intention.object) as Body }] : [];
    });
    const handOf = (arm: Arm): Hand => ({ arm, position: hands[arm] ?? REST[arm], opening: OPEN, holding: null });
    const both = { left: handOf('left'), right: handOf('right') };
    const next = intentions[done];
    if (held && next?.kind === 'bring') {
      const hand = both[next.arm];
      const body = byName.get(next.object) as Body;
      hand.position = hands[next.arm] ?? plus(plus(positionOf(body), next.gripOffset), [0, LIFTED, 0]);
      hand.opening = next.width;
    }
    this.#motions = { left: motionOf(both.left), right: motionOf(both.right) };
    this.#goals = new Goals(intentions, byName, both, this.#handles, done);

    this.#chronicle = new Chronicle(
      scene,
      this.#bodies.map((body) => asItIs(body)),
    );
    this.#timeline = this.#chronicle.timeline;
    if (held && next?.kind === 'bring') {
      const body = byName.get(next.object) as Body;
      this.#hold(both[next.arm], body, [-next.gripOffset[0], -next.gripOffset[1], -next.gripOffset[2]], 0);
    }
    for (const arm of ARMS) {
      const { position, opening } = both[arm];
      this.#timeline.follow(arm, 0, () => position);
      this.#timeline.spread(arm, 0, opening);
    }
    this.#note();
  }

  // ── what is known ──

  get tick(): number {
    return this.#tick;
  }

  get task(): string {
    return this.scene.performance.task;
  }

  /** The arm of the next thing to do, or of the last one when all is done. */
  get arm(): Arm {
    return (this.#goals.next ?? this.scene.intentions.at(-1))?.arm ?? 'left';
  }

  /** See progress.ts for what it is made of. */
  get progress(): number {
    return this.#chronicle.progressAt(this.#tick);
  }

  get succeeded(): boolean {
    return this.progress === 1;
  }

  /** The first thing that went wrong for good. */
  get harm(): Harm | null {
    return this.#harm;
  }

  hand(arm: Arm): { position: Vec3; opening: number; holding: string | null } {
    const { position, opening, holding } = this.#motions[arm].hand;
    return { position, opening, holding: holding?.object.name ?? null };
  }

  /** Where a thing is now: its underside's middle. */
  positionOf(name: string): Vec3 {
    return positionOf(this.#body(name));
  }

  /** What was known at a tick, clamped into those that have been. */
  stateAt(tick: number): SceneState {
    return this.#chronicle.stateAt(tick);
  }

  /**
   * The world so far as an episode whose raw frame n is tick n. Worlds that look the same have one id, so that the
   * renderer builds their stage but once.
   */
  asEpisode(): SimulatedEpisode {
    return this.#chronicle.asEpisode();
  }

  // ── what happens ──

  /** Goes on by one tick. An arm that is not commanded stays as it is. */
  step(command: Command): void {
    const start = this.#tick * TICK;
    for (const arm of ARMS) begin(this.#motions[arm], command[arm]);
    for (let sub = 1; sub <= SUBSTEPS; sub++) {
      const time = start + ((sub - 0.5) / SUBSTEPS) * TICK;
      for (const arm of ARMS) if (command[arm]) this.#advance(this.#motions[arm], sub / SUBSTEPS, time);
    }
    for (const arm of ARMS) this.#record(this.#motions[arm], start);
    this.#tick++;
    this.#note();
  }

  #advance(motion: Motion, share: number, time: number): void {
    const { hand, wanted } = motion;
    const closing = wanted < motion.opening - FELT;
    moveOn(motion, share);
    // Fingers are quicker than arms.
    const opening = motion.opening + (wanted - motion.opening) * Math.min(1, 2 * share);
    if (hand.holding !== null) {
      // Fingers that close on something stop at it; those that are to be wider let go.
      if (opening > hand.holding.width + LETS_GO && wanted > hand.opening + FELT) this.#release(hand, time);
      else
        hand.opening =
          wanted > hand.opening ? hand.opening : Math.max(opening, Math.min(hand.opening, hand.holding.width));
    }
    if (hand.holding === null) {
      hand.opening = opening;
      this.#atHandle(motion, wanted > motion.opening + FELT, time);
      if (closing && motion.engaged === null) this.#close(motion, time);
    }
    this.#edge(motion, time);
    if (this.#standing.length > 0) this.#hit(motion, time);
  }

  /** Closing fingers take what is nearest, a thing once they touch it from both sides, or a handle. */
  #close(motion: Motion, time: number): void {
    const { hand } = motion;
    const at = hand.position;
    const thing = thingAt(this.#takeable, at, motion.opening);
    const near = handleNear(this.#handles, at, true);
    if (near !== null && near.away < (thing?.away ?? Infinity)) {
      motion.engaged = near.handle;
      this.#timeline.hold(hand.arm, near.handle.body.object.name, time);
    } else if (thing !== null && hand.opening <= thing.body.width + TOUCH) {
      this.#hold(hand, thing.body, minus(positionOf(thing.body), at), time);
    }
  }

  #hold(hand: Hand, body: Body, offset: Vec3, time: number): void {
    body.by = hand;
    body.offset = offset;
    hand.holding = body;
    const { name } = body.object;
    this.#timeline.hold(hand.arm, name, time);
    this.#timeline.place(name, { from: time, by: { arm: hand.arm }, offset });
  }

  /** Leads what the hand has hold of, or pushes with closed fingers. */
  #atHandle(motion: Motion, opens: boolean, time: number): void {
    const { hand } = motion;
    const pushing = hand.opening <= PUSHING;
    if (motion.engaged === null && pushing)
      motion.engaged = handleNear(this.#handles, hand.position, false)?.handle ?? null;
    const { engaged } = motion;
    if (engaged === null) return;
    const holds = engaged.intention.operation.holds ?? true;
    const loose = holds ? opens && hand.opening > (engaged.intention.operation.width ?? 0.05) + LETS_GO : !pushing;
    motion.led = engaged;
    if (!loose && lead(engaged, hand.position)) return;
    motion.engaged = null;
    if (holds) this.#timeline.hold(hand.arm, null, time);
  }

  /** What is let go lies at its place if it is over it, and else falls. */
  #release(hand: Hand, time: number): void {
    const body = hand.holding as Body;
    const point = positionOf(body);
    hand.holding = null;
    this.#timeline.hold(hand.arm, null, time);
    const landing = landingOf(this.#slots, this.#bodies, body, point);
    this.#fall(body, point, landing, time);
    const height = point[1] - landing.at[1];
    if (body.object.fragile === true && height > SAFE_FALL) this.#break(body, 'broken', time + fallTime(height));
    else if (body.object.clutter === true && takesPlace(this.#slots, landing)) this.#harmed('spoilt', body);
  }

  #fall(body: Body, start: Vec3, { by, word, at }: Landing, time: number): void {
    body.by = by;
    body.word = word;
    body.offset = offsetIn(by, at);
    const seconds = fallTime(start[1] - at[1]);
    this.#timeline.place(body.object.name, {
      from: time,
      by: by === null ? null : { object: by.object.name, word },
      offset: body.offset,
      fall: { start, seconds },
    });
  }

  /** A hand that carries something over the edge of the table loses it. */
  #edge({ hand, pushes, to }: Motion, time: number): void {
    const body = hand.holding;
    if (!pushes || body === null || distance(hand.position, to) > 0.001) return;
    const point = positionOf(body);
    const out = edgeAt(hand.position);
    if (out[0] === 0 && out[1] === 0) return;
    hand.holding = null;
    this.#timeline.hold(hand.arm, null, time);
    this.#fall(
      body,
      point,
      { by: null, word: 'on', at: [point[0] + out[0] * 0.4, -0.5, point[2] + out[1] * 0.4] },
      time,
    );
    body.lost = true;
    this.#break(body, 'lost', time + fallTime(point[1] + 0.5));
  }

  /** A hand, or what it carries, that comes from the side into something that stands knocks it over. */
  #hit({ hand, before }: Motion, time: number): void {
    for (const body of this.#standing) {
      if (!runsInto(hand, before, body)) continue;
      const where = positionOf(body);
      const lean = hand.position[0] < where[0] ? -1 : 1;
      const half = halfOf(body);
      body.by = null;
      // Its underside's middle is then upright, at the edge over which it fell.
      body.offset = [where[0] - lean * half, where[1] + half, where[2]];
      const fall = { start: where, seconds: TIPPING };
      this.#timeline.place(body.object.name, {
        from: time,
        by: null,
        offset: body.offset,
        tip: (lean * Math.PI) / 2,
        fall,
      });
      this.#break(body, 'knocked over', time + TIPPING);
    }
  }

  #break(body: Body, kind: Harm['kind'], time: number): void {
    body.damaged = true;
    this.#timeline.breakNow(body.object.name, time);
    this.#harmed(kind, body);
  }

  #harmed(kind: Harm['kind'], body: Body): void {
    this.#harm ??= { kind, object: body.object.name, tick: this.#tick + 1 };
  }

  /** Writes a tick's motion down. */
  #record({ hand, from, to, led }: Motion, start: number): void {
    const { arm, position, opening } = hand;
    const play = this.#timeline;
    play.waitUntil(arm, start);
    if (led !== null) {
      const { object, operation } = led.intention;
      play.change(arm, object, operation.channel, led.body.channels[operation.channel] ?? 0, TICK);
    }
    play.spread(arm, TICK, opening);
    if (to !== from) play.follow(arm, TICK, hop(from, position, 0));
  }

  #note(): void {
    this.#chronicle.note(this.#goals.measure(), this.#goals.next?.step ?? null);
  }

  #body(name: string): Body {
    const body = this.#byName.get(name);
    if (body === undefined) throw new Error(`The world has no object named "${name}".`);
    return body;
  }
}

function fallTime(height: number): number {
  return Math.max(0.05, Math.sqrt((2 * Math.max(0, height)) / GRAVITY));
}
