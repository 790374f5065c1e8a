// Where episodes happen, and how differently they look: surfaces, camera, light, clutter that means nothing. How much
// of it there is follows from one strength, from 0 (always the same plain picture but for small offsets) to 1.
import type { Random } from '../../base/random';
import { shade } from './palette';
import type { Light, Setting, Vec3, View } from './scene';

const SETTINGS = [
  { name: 'oak table', colour: 0xd9c9ad, second: 0xc4ad86, pattern: 'planks' },
  { name: 'dining table', colour: 0xe2dccf, second: 0xd2c6b2, pattern: 'stripes' },
  { name: 'workbench', colour: 0xc4b79f, second: 0xa8977a, pattern: 'planks' },
  { name: 'kitchen counter', colour: 0xcfd2cf, second: 0xb2b7b4, pattern: 'speckles' },
  { name: 'lab bench', colour: 0xb9c4c6, second: 0xa7b3b6, pattern: 'tiles' },
  { name: 'desk', colour: 0xd8d3c6, second: 0xcac3b3, pattern: 'plain' },
  { name: 'laundry table', colour: 0xdfe3e6, second: 0xc9d0d6, pattern: 'checks' },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];
export const SETTING_NAMES: readonly SettingName[] = SETTINGS.map(({ name }) => name);

export function settingOf(random: Random, names: readonly SettingName[] | undefined, variety: number): Setting {
  const chosen = random.pick(names ? SETTINGS.filter(({ name }) => names.includes(name)) : SETTINGS);
  const brightness = 1 + random.between(-0.12, 0.06) * variety;
  // Without variety surfaces are plain; with little of it the pattern is faint.
  const patterned = random.float() < variety * 1.5;
  return {
    ...chosen,
    colour: shade(chosen.colour, brightness),
    second: shade(chosen.second, brightness),
    pattern: patterned ? chosen.pattern : 'plain',
  };
}

export function viewOf(random: Random, variety: number): View {
  const jitter = (spread: number): number => random.between(-1, 1) * spread;
  const point = (spread: number): Vec3 => [jitter(spread), jitter(spread), jitter(spread)];
  return {
    camera: point(0.02 + 0.16 * variety),
    target: point(0.01 + 0.02 * variety),
    roll: jitter(0.05 * variety),
    width: 1 + random.between(-0.02, 0.1) * variety,
    shake: random.float() < variety ? random.between(0.002, 0.008) * variety : 0,
    seed: random.uint32(),
  };
}

const TINTS: readonly number[] = [0xffffff, 0xfff4e0, 0xffe9cc, 0xeaf2ff, 0xf4fff2];

export function lightOf(random: Random, variety: number): Light {
  return {
    strength: random.between(0.92, 1.06) * (1 + random.between(-0.2, 0.1) * variety),
    ambient: 0.57 + random.between(-0.12, 0.12) * variety,
    from: [-0.4 + random.between(-1.2, 1.2) * variety, 1.2, 0.6 + random.between(-0.7, 0.5) * variety],
    tint: random.float() < variety ? random.pick(TINTS) : 0xffffff,
  };
}
