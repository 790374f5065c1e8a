// Colours with names. Saturated and far apart, because the model sees objects of some eight pixels.

export const COLOURS = {
  red: 0xe01b24,
  green: 0x1fa83a,
  blue: 0x1c4fe0,
  yellow: 0xffd000,
  orange: 0xff7a00,
  purple: 0x8a1fc9,
  pink: 0xff5fb0,
  cyan: 0x00b8d4,
} as const;

export type ColourName = keyof typeof COLOURS;
export const COLOUR_NAMES = Object.keys(COLOURS) as ColourName[];

export const WOOD = 0x8a5a32;
export const CARDBOARD = 0xb98a55;
export const STEEL = 0x6b7480;
export const WHITE = 0xf4f4f2;
export const DARK = 0x2b2d33;

/** The colour with each channel multiplied, for undersides and inner walls. */
export function shade(colour: number, factor: number): number {
  const channel = (shift: number) => Math.min(255, Math.round(((colour >> shift) & 255) * factor)) << shift;
  return channel(16) | channel(8) | channel(0);
}
