// Many objects of the same fields as one table: the names once and then the values, which halves the summary's length.

export interface Packed<T> {
  readonly columns: readonly (keyof T & string)[];
  /** Values in the order of the columns; null where an object has no such field. */
  readonly rows: readonly (readonly (T[keyof T] | null)[])[];
}

export function packed<T extends object>(objects: readonly T[]): Packed<T> {
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))] as (keyof T & string)[];
  return { columns, rows: objects.map((object) => columns.map((column) => object[column] ?? null)) };
}

/** The objects again; what was null is absent. */
export function unpacked<T extends object>({ columns, rows }: Packed<T>): T[] {
  return rows.map((row) => {
    const cells = columns.map((column, i) => [column, row[i] ?? null] as const).filter(([, cell]) => cell !== null);
    return Object.fromEntries(cells) as T;
  });
}
