// The numbers behind a figure, as one table: shown on request beside the picture, read out point by point, and exported
// as CSV with all digits.
import { whole, written } from '../reading';

export type Cell = string | number | null;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A cell as a person reads it: one decimal from 1 on, three digits that count below; a dash for nothing. */
export function cellText(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '–';
  if (typeof cell === 'string') return cell;
  if (Number.isInteger(cell)) return whole(cell);
  const kept = Math.abs(cell) >= 10 ? cell.toFixed(1) : cell.toPrecision(3);
  return written(`${Number(kept)}`);
}

/** One row as a sentence, for reading a figure point by point; empty cells are left out. */
export function rowText(table: Table, index: number): string {
  const row = table.rows[index];
  if (row === undefined) return '';
  const parts = table.columns.flatMap((column, i) => {
    const cell = row[i] ?? null;
    if (cell === null || cell === '') return [];
    return [column.endsWith(' %') ? `${column.slice(0, -2)} ${cellText(cell)}\u00a0%` : `${column} ${cellText(cell)}`];
  });
  return parts.join(', ');
}

/** The table as CSV (RFC 4180). Texts that a spreadsheet would run as a formula are set off by an apostrophe. */
export function csvText(table: Table): string {
  return [table.columns, ...table.rows].map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}

/** The table with what its rows come from, the same in every row. */
export function withFacts({ columns, rows }: Table, facts: readonly (readonly [name: string, value: string])[]): Table {
  const [names, values] = [facts.map(([name]) => name), facts.map(([, value]) => value)];
  return { columns: [...columns, ...names], rows: rows.map((row) => [...row, ...values]) };
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? `${cell}` : '';
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
