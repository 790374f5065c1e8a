// The stretch of an episode that is on screen: zooming, moving along, and which pictures fill it. An hour's video has a
// hundred thousand frames; only those that are seen are ever asked for.
import { nearestKept } from '../../../../episodes/annotations/described';
import { fixed } from '../../../reading';

/** Raw frames on screen: frame f takes the place from f to f + 1. */
export interface Span {
  from: number;
  /** Not included. */
  to: number;
}

/** One picture of the filmstrip. */
export interface Tile {
  frame: number;
  /** Percent of the strip's width. */
  left: number;
  width: number;
}

const TILE_WIDTH = 84;
/** Closer than this many kept frames nothing more is to be seen. */
const FEWEST_KEPT = 8;

export const whole = (frameCount: number): Span => ({ from: 0, to: Math.max(1, frameCount) });

/** @param by above 1 comes closer @param at raw frame that stays where it is */
export function zoomed(span: Span, by: number, at: number, frameCount: number, downsample: number): Span {
  const least = Math.min(frameCount, FEWEST_KEPT * downsample);
  const length = Math.min(frameCount, Math.max(least, (span.to - span.from) / by));
  const share = Math.min(Math.max((at - span.from) / (span.to - span.from), 0), 1);
  return movedTo({ from: 0, to: length }, at - share * length, frameCount);
}

/** The span, beginning at a frame or as near to it as the episode's ends allow. */
export function movedTo(span: Span, from: number, frameCount: number): Span {
  const length = span.to - span.from;
  const start = Math.min(Math.max(0, from), Math.max(0, frameCount - length));
  return { from: start, to: start + length };
}

/** Turns the page where a frame is out of sight. */
export function showing(span: Span, frame: number, frameCount: number): Span {
  if (frame >= span.from && frame < span.to) return span;
  const length = span.to - span.from;
  return movedTo(span, frame < span.from ? frame - 0.9 * length : frame - 0.1 * length, frameCount);
}

/** Place of a frame's beginning in percent of the width; below 0 or above 100 where it is out of sight. */
export function placeOf(span: Span, frame: number): number {
  return (100 * (frame - span.from)) / (span.to - span.from);
}

/** The raw frame at a share of the width. */
export function frameAt(span: Span, share: number, frameCount: number): number {
  const frame = Math.floor(span.from + share * (span.to - span.from));
  return Math.min(Math.max(0, frame), frameCount - 1);
}

/**
 * The pictures that fill a strip of so many pixels. They stand on a grid that begins with the episode, so that moving
 * along asks for new ones only at the end that comes into sight; each shows the kept frame nearest to its middle.
 */
export function tiles(span: Span, pixels: number, kept: readonly number[], frameCount: number): Tile[] {
  const length = span.to - span.from;
  const step = Math.max(1, length / Math.max(1, Math.round(pixels / TILE_WIDTH)));
  const found: Tile[] = [];
  for (let i = Math.floor(span.from / step); i * step < span.to - 1e-6; i++) {
    const middle = Math.min(frameCount - 1, Math.floor((i + 0.5) * step));
    const near = kept[nearestKept(kept, middle)];
    // Beyond the trimmed ends no frame is kept, and what is shown there is what is there.
    const frame = near !== undefined && near >= i * step && near < (i + 1) * step ? near : middle;
    found.push({ frame, left: placeOf(span, i * step), width: (100 * step) / length });
  }
  return found;
}

/** "0:07", "12:34", "1:02:03"; with tenths where asked for. */
export function clock(seconds: number, tenths = false): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = tenths ? (Math.floor(seconds * 10) / 10) % 60 : Math.floor(seconds) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  const said = tenths ? fixed(rest, 1).padStart(4, '0') : two(rest);
  return hours > 0 ? `${hours}:${two(minutes)}:${said}` : `${minutes}:${said}`;
}
