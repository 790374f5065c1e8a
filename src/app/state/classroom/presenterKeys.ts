// What a key does on the start page: everything in the presenter view, and the guided tour's own keys wherever it is open.

export type Deed =
  | 'first'
  | 'second'
  | 'reveal'
  | 'swap'
  | 'another'
  | 'plots'
  | 'teach'
  | 'length'
  | 'replay'
  | 'model'
  | 'screen'
  | 'back'
  | 'next'
  | 'leave';

const presenter: Readonly<Record<string, Deed>> = {
  '1': 'first',
  '2': 'second',
  s: 'swap',
  n: 'another',
  r: 'reveal',
  v: 'plots',
  t: 'teach',
  l: 'length',
  p: 'replay',
  m: 'model',
  f: 'screen',
  escape: 'leave',
};

const tour: Readonly<Record<string, Deed>> = { arrowleft: 'back', arrowright: 'next', escape: 'leave' };

/** What of an event decides; its target may be anything. */
type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented' | 'repeat' | 'target'>;

/** Null where the key belongs to something else. */
export function deedOf(event: Press, is: { presenting: boolean; touring: boolean }): Deed | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return null;
  const target = event.target as Partial<HTMLInputElement> | null;
  const key = event.key.toLowerCase();
  if (takesText(target)) return null;
  // Other controls keep their own keys; letters and digits mean nothing to them that a class should wait for.
  if (key.length > 1 && target?.closest?.('select, input, [role="slider"]')) return null;
  return (is.touring ? tour[key] : undefined) ?? (is.presenting ? (presenter[key] ?? null) : null);
}

const withoutText = ['radio', 'checkbox', 'range', 'button', 'submit', 'reset', 'file', 'color', 'image'];

/** Something is written there, or something is open that has keys of its own. */
function takesText(target: Partial<HTMLInputElement> | null): boolean {
  if (target?.tagName === 'INPUT' && !withoutText.includes(target.type ?? 'text')) return true;
  return Boolean(target?.closest?.('textarea, [contenteditable], [role="textbox"], [role="dialog"], [role="menu"]'));
}
