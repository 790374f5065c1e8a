// Tables in Markdown and figures as they stand in their cells: one decimal, an interval in brackets, a dash for nothing.
import { bracket, trimmed } from '../words';
import type { Ends, MeanFigure } from './rows';

/** A table; columns after the first are aligned to the right. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |\n`;
  const marks = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  return `\n${line(columns)}| ${marks.join(' | ')} |\n${rows.map(line).join('')}\n`;
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A number with one decimal, also where that is a zero: columns read better so. */
export function figure(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

export function withEnds(value: number | null, ends: Ends): string {
  return value === null ? '–' : `${figure(value)}${ends ? bracket(...ends) : ''}`;
}

/** Mean over seeds with its interval over episodes; `±` is the standard deviation between seeds. */
export function meanText({ mean, sd, episodes }: MeanFigure): string {
  return `${withEnds(mean, episodes)}${sd === null ? '' : ` ± ${trimmed(sd)}`}`;
}

/** Every seed's value. */
export function each(values: readonly (number | null)[]): string {
  return values.map((value) => figure(value)).join(' · ');
}

export function probabilityText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** Seconds as hours and minutes. */
export function timeText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
