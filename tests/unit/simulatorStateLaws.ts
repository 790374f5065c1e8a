// Laws of what a scene state says: who holds what, what lies where, what is counted, what is taken by mistake.
import type { ObjectState, SceneState, TallyRule } from '../../src/episodes/simulator/scene';
import { ARMS } from '../../src/episodes/simulator/scene';
import { complaints, doneShare, isDecoy } from './simulatorLaws';
import type { Law, Watched } from './simulatorLaws';

const holdsInOneHand: Law = (watched) =>
  complaints(watched, ({ objects, grippers }) => {
    for (const { relation, relationOf, name } of objects) {
      const holders = ARMS.filter((arm) => grippers[arm].holding === name).map((arm) => `${arm} gripper`);
      if (relation === 'held' && !holders.includes(relationOf ?? '')) {
        return `the ${name} is said to be held by ${relationOf ?? 'nothing'}, but by ${holders.join() || 'no gripper'}`;
      }
    }
    for (const arm of ARMS) {
      const { holding, placeOf } = grippers[arm];
      if (holding !== null && holding === placeOf) return `the ${arm} gripper is told to be at what it holds`;
    }
    return null;
  });

/** Whether a thing is on its way down. */
function falls({ simulated: { stateAt } }: Watched, frame: number, index: number): boolean {
  const height = (at: number) => stateAt(at).objects[index]?.position[1] ?? 0;
  return height(frame + 1) < height(frame) - 1e-6 || height(frame - 1) > height(frame) + 1e-6;
}

const liesWhereItSays: Law = (watched) => {
  const { scene } = watched.simulated;
  const misplaced = ({ objects }: SceneState, { relation, relationOf, position, tip }: ObjectState): string | null => {
    if (relation === 'held') return null;
    if (relation === 'on the table') return tip === 0 && position[1] > 0.02 ? 'is in the air' : null;
    const j = objects.findIndex((other) => other.name === relationOf);
    const [below, its] = [objects[j], scene.objects[j]];
    if (below === undefined || its === undefined) return 'is nowhere';
    for (const axis of [0, 2] as const) {
      const slid = its.carries === undefined ? 0 : its.carries.by[axis] * (below.channels[its.carries.channel] ?? 0);
      if (Math.abs(position[axis] - below.position[axis] - slid) > its.size[axis] / 2 + 0.001) return 'is beside it';
    }
    const height = position[1] - below.position[1];
    if (height < -0.001) return 'is under it';
    return height > its.size[1] + (relation === 'in' ? -0.0001 : 0.001) ? 'is above it' : null;
  };
  return complaints(watched, (state) => {
    for (const [i, object] of state.objects.entries()) {
      const said = misplaced(state, object);
      if (said !== null && !falls(watched, state.frame, i)) {
        return `the ${object.name}, ${object.relation} ${object.relationOf ?? ''}, ${said}`;
      }
    }
    return null;
  });
};

/** Counted from the objects alone. */
function counted(rule: TallyRule, objects: readonly ObjectState[]): number {
  const channel = (name: string, key: string) => objects.find((o) => o.name === name)?.channels[key] ?? NaN;
  const lying = (names: readonly string[], word: string, where: string | null) =>
    objects.filter((o) => names.includes(o.name) && o.relation === word && (where === null || o.relationOf === where))
      .length;
  const beyond = (values: readonly number[], limit: number) => values.filter((value) => value > limit).length;
  switch (rule.kind) {
    case 'inside':
      return lying(rule.objects, 'in', rule.container);
    case 'on':
      return lying(rule.objects, 'on', rule.support);
    case 'stacked': {
      const above = lying(rule.objects, 'on', null);
      return above === 0 ? 0 : above + 1;
    }
    case 'stains':
      return beyond(
        rule.objects.map((name) => channel(name, 'dirt')),
        0.05,
      );
    case 'each':
      return beyond(
        rule.objects.map((name) => channel(name, rule.channel)),
        0.9,
      );
    case 'folds':
    case 'flaps':
      return beyond(
        rule.channels.map((key) => channel(rule.object, key)),
        0.9,
      );
    default:
      return channel(rule.object, rule.channel);
  }
}

const countsWhatIsThere: Law = (watched) =>
  complaints(watched, ({ objects, tallies }) => {
    for (const [i, rule] of watched.simulated.scene.tallies.entries()) {
      const tally = tallies[i];
      if (tally?.kind !== rule.kind) return `${rule.kind} is not told`;
      const expected = counted(rule, objects);
      const told = 'count' in tally ? tally.count : 'level' in tally ? tally.level : Number(tally.on);
      if (told !== (tally.kind === 'switch' ? Number(expected > 0.5) : expected)) {
        return `${rule.kind} is told as ${told}, but is ${expected}`;
      }
      const share = doneShare(tally);
      if (!(share >= 0 && share <= 1)) return `${rule.kind} is done by ${share}`;
    }
    return null;
  });

const takesClutterByMistakeAlone: Law = (watched) => {
  const { scene, episode } = watched.simulated;
  const clutter = scene.objects.filter((object) => object.clutter === true);
  const standing = new Set(clutter.filter((object) => !isDecoy(object)).map(({ name }) => name));
  const found = complaints(watched, ({ grippers }) => {
    const arm = ARMS.find((side) => standing.has(grippers[side].holding ?? ''));
    return arm === undefined ? null : `the ${arm} gripper holds ${grippers[arm].holding ?? ''}`;
  });
  if (clutter.some(isDecoy) !== (episode.mishap === 'wrong object')) found.push(`${watched.name}: has a decoy or none`);
  return found;
};

/** Contacts go both ways, and what is damaged is named once. */
const touchesMutually: Law = (watched) =>
  complaints(watched, ({ objects, damage, grippers }) => {
    for (const { name, contacts, relation, relationOf, damaged } of objects) {
      const below = relation === 'on the table' ? 'table' : (relationOf ?? '');
      if (!contacts.includes(below)) return `the ${name} does not touch the ${below}`;
      if (damaged !== damage.includes(name)) return `the ${name} is damaged or not`;
      const other = objects.find((object) => object.name === relationOf);
      if (other && !other.contacts.includes(name)) return `the ${other.name} does not touch the ${name}`;
    }
    for (const arm of ARMS) {
      const held = objects.find(({ name }) => name === grippers[arm].holding);
      if (held && !held.contacts.includes(`${arm} gripper`)) return `the ${held.name} does not touch its gripper`;
    }
    return null;
  });

export const STATE_LAWS: Readonly<Record<string, Law>> = {
  'holds things in one hand': holdsInOneHand,
  'has things where it says': liesWhereItSays,
  'counts what its objects show': countsWhatIsThere,
  'takes clutter by mistake alone': takesClutterByMistakeAlone,
  'touches mutually': touchesMutually,
};
