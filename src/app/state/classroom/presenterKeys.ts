// What a key does on the start page: everything in the presenter view, and the guided tour's own keys wherever it is open.

export type Deed =
  'first' | 'second' | 'reveal' | 'swap' | 'another' | 'teach' | 'replay' | 'back' | 'next' | 'plots' | 'leave';

const presenter: Readonly<Record<string, Deed>> = {
  '1': 'first',
  '2': 'second',
  r: 'reveal',
  s: 'swap',
  n: 'another',
  t: 'teach',
  p: 'replay',
  v: 'plots',
};

const tour: Readonly<Record<string, Deed>> = { arrowleft: 'back', arrowright: 'next' };

/** Fields that need the keys themselves. */
const typing = 'input, select, textarea, [role="slider"], [role="dialog"], [role="menu"], [contenteditable]';

/** Null where the key belongs to something else. */
export function deedOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented' | 'target'>,
  is: { presenting: boolean; touring: boolean },
): Deed | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.target as { closest?: (selector: string) => unknown } | null;
  if (target?.closest?.(typing)) return null;
  const key = event.key.toLowerCase();
  if (is.touring && tour[key]) return tour[key];
  if (key === 'escape') return is.touring || is.presenting ? 'leave' : null;
  return is.presenting ? (presenter[key] ?? null) : null;
}
