// The things of a world at its start: where the scene has them, but for what is done already.
import type { SceneObject } from '../scene';
import { OPEN } from '../timeline';
import { minus } from '../tracks';
import { anchorOf, isHand, positionOf } from './bodies';
import type { Body } from './bodies';
import type { Bring, Intention } from './intentions';
import type { WorldScene } from './worldScene';

/** Fingers are so far apart on what is wider than they open. */
const WIDEST = 0.16;

/** By name, in the order of the scene's things. */
export function bodiesOf({ scene, intentions, setup }: WorldScene): Map<string, Body> {
  const brings = new Map(intentions.flatMap((one) => (one.kind === 'bring' ? [[one.object, one] as const] : [])));
  const bodies = new Map(scene.objects.map((object) => [object.name, bodyOf(object, brings.get(object.name))]));
  const named = (name: string): Body => bodies.get(name) as Body;
  for (const body of bodies.values()) {
    const { lies, at } = body.object;
    if (lies === undefined) continue;
    const support = named('in' in lies ? lies.in : lies.on);
    Object.assign(body, { by: support, word: 'in' in lies ? 'in' : 'on', offset: minus(at, anchorOf(support)) });
  }
  for (const intention of intentions.slice(0, setup.done ?? 0)) fulfil(intention, named);
  return bodies;
}

/** What is brought can be taken, and what stands about unless it is large or breaks. */
function bodyOf(object: SceneObject, bring: Bring | undefined): Body {
  const { size, clutter, decoy, fragile } = object;
  const light = clutter === true && fragile !== true && Math.max(size[0], size[2]) < OPEN;
  return {
    object,
    offset: object.at,
    by: null,
    word: 'on',
    channels: { ...object.channels },
    damaged: false,
    lost: false,
    takeable: bring !== undefined || decoy === true || light,
    width: bring?.width ?? Math.min(size[0], WIDEST),
    gripOffset: bring?.gripOffset ?? [0, size[1] * 0.55, 0],
  };
}

function fulfil(intention: Intention, named: (name: string) => Body): void {
  const body = named(intention.object);
  if (intention.kind === 'operate') {
    body.channels[intention.operation.channel] = intention.operation.to;
    return;
  }
  const { by, offset } = intention.slot;
  Object.assign(body, { by: by === null ? null : named(by.object), word: by?.word ?? 'on', offset });
}

/** The object where and how its body is now. */
export function asItIs(body: Body): SceneObject {
  const { by, word } = body;
  const now: SceneObject = { ...body.object, at: positionOf(body), channels: { ...body.channels } };
  delete now.lies;
  if (by === null || isHand(by)) return now;
  const { name } = by.object;
  return { ...now, lies: word === 'in' ? { in: name } : { on: name } };
}
