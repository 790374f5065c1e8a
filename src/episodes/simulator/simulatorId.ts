// The id of a simulated episode says all that is needed to make it again: seed, number, and what it was drawn from.
// Templates are named by their places in the registry, as the bits of a hexadecimal number.
import { TEMPLATE_NAMES } from './registry';
import type { TemplateName } from './registry';
import { SIMULATOR_ID } from './simulatorIdForm';
import * as m from '../../words/messages';

/** What episodes are drawn from. */
export interface SimulatorSettings {
  seed: number;
  /** Only these task templates; null for all. */
  templates: readonly TemplateName[] | null;
  /** Strength of domain randomisation (camera, light, textures, clutter, shake), from 0, none, to 1. */
  variety: number;
  /** Share of episodes in which something goes wrong, in [0, 1]. */
  mishaps: number;
  /** Tasks that can be turned round are, half of the time: what is put in here is taken out there. */
  counterTasks: boolean;
}

/** Shares are kept to a percent, so that an id and the settings it came from mean the same. */
const percent = (share: number) => Math.round(share * 100);

/** @throws RangeError for an unknown template name */
export function simulatorId(settings: SimulatorSettings, number: number): string {
  const { seed, templates, variety, mishaps, counterTasks } = settings;
  const drawn = `v${percent(variety)}m${percent(mishaps)}${counterTasks ? 'c' : ''}`;
  return `sim-${seed}-${number}-${drawn}${templates === null ? '' : `t${maskOf(templates)}`}`;
}

/** What an id says; null if it is not a simulated episode's. */
export function parseSimulatorId(id: string): { settings: SimulatorSettings; number: number } | null {
  const match = SIMULATOR_ID.exec(id);
  if (match === null) return null;
  const [, seed, number, variety, mishaps, turns, mask] = match;
  const templates = mask === undefined ? null : named(BigInt(`0x${mask}`));
  if (templates?.length === 0 || Number(variety) > 100 || Number(mishaps) > 100) return null;
  return {
    settings: {
      seed: Number(seed),
      templates,
      variety: Number(variety) / 100,
      mishaps: Number(mishaps) / 100,
      counterTasks: turns === 'c',
    },
    number: Number(number),
  };
}

function maskOf(templates: readonly TemplateName[]): string {
  const mask = templates.reduce((sum, name) => {
    const place = TEMPLATE_NAMES.indexOf(name);
    if (place < 0) {
      throw new RangeError(m.engine_no_such_task({ name, known: TEMPLATE_NAMES.join(', ') }));
    }
    return sum | (1n << BigInt(place));
  }, 0n);
  return mask.toString(16);
}

function named(mask: bigint): TemplateName[] {
  return TEMPLATE_NAMES.filter((_, place) => (mask >> BigInt(place)) & 1n);
}
