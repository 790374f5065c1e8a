// What an episode shows, by name, for hold-outs. Names of things begin with their colour and end with a number where
// there are several: "red cube", "glass 2".
import type { Traits } from '../episode';
import { COLOUR_NAMES } from './palette';
import type { ColourName } from './palette';
import type { Scene, SceneObject } from './scene';

function colourOf({ name, hue }: SceneObject): ColourName | null {
  return hue ?? COLOUR_NAMES.find((colour) => name.startsWith(`${colour} `)) ?? null;
}

/** "cube" of "red cube 2". */
export function kindOf(name: string): string {
  const colour = COLOUR_NAMES.find((word) => name.startsWith(`${word} `));
  return (colour === undefined ? name : name.slice(colour.length + 1)).replace(/ \d+$/, '');
}

export function traitsOf({ objects, setting }: Scene, phrasing: string): Traits {
  // A hand takes the decoy too, so it shows its kind and colour.
  const handled = objects.filter(({ clutter, decoy }) => clutter !== true || decoy === true);
  const colours = handled.map(colourOf).filter((colour) => colour !== null);
  return {
    objects: [...new Set(handled.map(({ name }) => kindOf(name)))].sort(),
    colours: [...new Set(colours)].sort(),
    scene: setting.name,
    phrasing,
  };
}
