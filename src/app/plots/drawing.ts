// A figure as data: filled or stroked paths and words, in units of pixels, with inks named by meaning instead of colour.
// One figure is thus drawn three ways that cannot disagree: as elements on the page in the theme's colours, as SVG text
// (also by a run without a page), and on a canvas for PNG.

/** What a colour means; the theme decides which colour that is. */
export type Ink = 'ground' | 'ink' | 'rule' | 'forward' | 'reverse' | 'neutral';

/** Colours on paper, used for every export, and the fallback where the theme defines none. */
export const paperInks: Record<Ink, string> = {
  ground: '#fdfcf9',
  ink: '#1c1b19',
  rule: '#dcd8cf',
  forward: '#0072B2',
  reverse: '#D55E00',
  neutral: '#6B6B6B',
};

export interface PathMark {
  readonly kind: 'path';
  /** SVG path data. */
  readonly d: string;
  readonly stroke?: Ink;
  readonly fill?: Ink;
  /** Stroke width in pixels. */
  readonly width?: number;
  /** Lengths of dashes and gaps in pixels. */
  readonly dash?: readonly number[];
  readonly opacity?: number;
  /** What the mark stands for, shown on pointing at it. */
  readonly label?: string;
}

export interface TextMark {
  readonly kind: 'text';
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly text: string;
  readonly ink: Ink;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  /** Rimmed in the colour of the ground, to be read across lines. */
  readonly haloed?: boolean;
  /** Turned a quarter to the left about its anchor, for the title of an upright axis. */
  readonly upright?: boolean;
}

export type Mark = PathMark | TextMark;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Drawing extends Size {
  readonly title: string;
  /** The figure in one sentence, for those who do not see it. */
  readonly summary: string;
  readonly marks: readonly Mark[];
}

/** Size of the letters in every figure, in pixels. */
export const letterSize = 12;

/** Size of a figure where no page says how much room there is. */
export const defaultSize: Size = { width: 640, height: 380 };

/** The words on two lines whose longer one is as short as can be; one where there is but one word. */
export function twoLines(label: string): string[] {
  const words = label.split(' ');
  const ways = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')]);
  const longer = (way: readonly string[]) => Math.max(...way.map((line) => line.length));
  return ways.toSorted((a, b) => longer(a) - longer(b))[0] ?? [label];
}

/** Room a text takes, estimated: builders run where no letters can be measured. */
export function textWidth(text: string): number {
  return text.length * letterSize * 0.54;
}
