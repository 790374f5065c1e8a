// What a performance wants, as data: a thing brought to its place, a channel changed by hand. The template's steps run on
// a choreography that notes the skills they use; steps that do anything else have no intentions.
import type { Random } from '../../../base/random';
import { Choreography } from '../choreography';
import type { Destination, Grip, Operation } from '../choreography';
import type { Arm, Vec3 } from '../scene';
import type { Performance } from '../template';
import { OPEN } from '../timeline';
import type { Timeline } from '../timeline';

/** A hand closes by so much at least, also on what is wider than it opens: else nobody could tell that it took it. */
const CLOSING = 0.03;

interface Planned {
  arm: Arm;
  object: string;
  /** Fit for a sentence: "put the red cube in the tray". */
  step: string;
  /** Nominal seconds of the plan in which the arm is about it. */
  from: number;
  until: number;
}

export interface Bring extends Planned {
  kind: 'bring';
  destination: Destination;
  /** Where the fingers close, from the underside's middle. */
  gripOffset: Vec3;
  /** Distance of the fingers when closed. */
  width: number;
  /** Where it comes to lie: in or on what, and its underside relative to that; absolute on the table. */
  slot: { by: { object: string; word: 'in' | 'on' } | null; offset: Vec3 };
  /** How far what it comes to lie in was open then; shut, it takes nothing. */
  channels: Readonly<Record<string, number>>;
  /** When the plan's fingers have closed on it, and when they let go. */
  taken: number;
  released: number;
}

export interface Operate extends Planned {
  kind: 'operate';
  operation: Operation;
  /** The channel's value before. */
  before: number;
}

export type Intention = Bring | Operate;

/** Notes `transfer` and `operate`, and whether a step did anything that is neither. */
class Recorder extends Choreography {
  readonly intentions: Intention[] = [];
  stepName = '';
  /** A step moved a hand or a thing by itself. */
  direct = false;
  #depth = 0;

  #within(run: () => void): void {
    this.#depth++;
    run();
    this.#depth--;
  }

  #note(): void {
    if (this.#depth === 0) this.direct = true;
  }

  override transfer(arm: Arm, name: string, destination: Destination, options: Grip & { weight?: number } = {}): void {
    const from = this.now(arm);
    const { size } = this.object(name);
    const width = Math.min(options.width ?? size[0], OPEN - CLOSING);
    this.#within(() => {
      super.transfer(arm, name, destination, { ...options, width });
    });
    const [taken, laid] = this.placements(name).slice(-2);
    const support = destination.in ?? destination.on;
    const channels: Record<string, number> = {};
    if (support !== undefined) {
      for (const channel of Object.keys(this.object(support).channels)) {
        channels[channel] = this.channel(support, channel).last;
      }
    }
    this.intentions.push({
      kind: 'bring',
      arm,
      object: name,
      step: this.stepName,
      from,
      until: this.now(arm),
      destination,
      gripOffset: options.grip ?? [0, size[1] * 0.55, 0],
      width,
      slot: {
        by: laid?.by && 'object' in laid.by ? laid.by : null,
        offset: laid?.offset ?? destination.at,
      },
      channels,
      taken: taken?.from ?? from,
      released: laid?.from ?? this.now(arm),
    });
  }

  override operate(arm: Arm, object: string, operation: Operation): void {
    const from = this.now(arm);
    const before = this.channel(object, operation.channel).last;
    this.#within(() => {
      super.operate(arm, object, operation);
    });
    const until = this.now(arm);
    this.intentions.push({ kind: 'operate', arm, object, step: this.stepName, from, until, operation, before });
  }

  // All that moves a hand, a thing or a channel comes down to these.

  override follow(arm: Arm, seconds: number, curve: (s: number) => Vec3): void {
    this.#note();
    super.follow(arm, seconds, curve);
  }

  override change(arm: Arm, object: string, channel: string, to: number, seconds: number, weight = 0): void {
    this.#note();
    super.change(arm, object, channel, to, seconds, weight);
  }

  override place(...placed: Parameters<Timeline['place']>): void {
    this.#note();
    super.place(...placed);
  }

  override hold(...held: Parameters<Timeline['hold']>): void {
    this.#note();
    super.hold(...held);
  }
}

/**
 * What a performance wants, in the order of its steps, and the plan by which it would be done undisturbed, with the
 * arms' retreat at its end; null where a step does more than bring and operate.
 * @param random decides the plan's pauses and speeds
 */
export function intentionsOf(
  { objects, steps }: Performance,
  random: Random,
): { intentions: Intention[]; plan: Timeline } | null {
  const plan = new Recorder(objects, random);
  for (const { name, act } of steps) {
    plan.stepName = name;
    plan.step(name);
    act(plan);
    if (plan.direct) return null;
  }
  if (plan.intentions.length === 0) return null;
  plan.retreat(2);
  return { intentions: plan.intentions, plan };
}
