// Which of several shaders for the same operation runs here. A measured choice wins, else the adapter's nature decides.
// A variant that computed wrongly on this device is switched off, and the reason is kept for the page.
import type { AdapterTraits } from './traits';

export interface Candidate {
  name: string;
  /** What the variant was made for; one for hardware uses workgroup memory and barriers. */
  suits: 'hardware' | 'software';
  /** What the adapter must offer. */
  needs?: readonly ('f16' | 'subgroups')[];
  /** Results differ beyond f32 rounding, so it runs only where it was measured and allowed, never by default. */
  onlyTuned?: boolean;
}

export interface SwitchedOff {
  operation: string;
  variant: string;
  /** A sentence for the page. */
  why: string;
}

const tuned = new Map<string, string>();
const forced = new Map<string, string>();
const off = new Map<string, SwitchedOff>();

/** A choice that was made, and whether there is another variant to fall back on. */
export interface Chosen {
  operation: string;
  variant: string;
  last: boolean;
}

let listening: Chosen[] | null = null;

/** Notes which variants are chosen while `work` runs. */
export function chosenBy<T>(work: () => T): { result: T; chosen: readonly Chosen[] } {
  const before = listening;
  const chosen: Chosen[] = [];
  listening = chosen;
  try {
    return { result: work(), chosen };
  } finally {
    listening = before;
  }
}

const classKey = (operation: string, sizeClass: string) => `${operation}/${sizeClass}`;
const variantKey = (operation: string, variant: string) => `${operation}/${variant}`;

/** Whether the adapter offers what the candidate needs and it was not switched off. */
export function isAvailable(operation: string, candidate: Candidate, traits: AdapterTraits): boolean {
  if (off.has(variantKey(operation, candidate.name))) return false;
  return (candidate.needs ?? []).every((need) => traits[need]);
}

/**
 * The variant to run.
 * @param sizeClass sizes within one class share their choice
 * @param candidates those that fit the sizes at hand; the last is the reference, which runs everywhere
 * @throws Error where there is no candidate
 */
export function variantFor(
  operation: string,
  sizeClass: string,
  candidates: readonly Candidate[],
  traits: AdapterTraits,
): string {
  const variant = choose(operation, sizeClass, candidates, traits);
  listening?.push({ operation, variant, last: variant === candidates.at(-1)?.name });
  return variant;
}

function choose(operation: string, sizeClass: string, candidates: readonly Candidate[], traits: AdapterTraits): string {
  const reference = candidates.at(-1);
  if (reference === undefined) throw new Error(`The operation ${operation} has no variant to choose from.`);
  const able = candidates.filter((candidate) => isAvailable(operation, candidate, traits));
  const has = (name: string | undefined) => able.some((candidate) => candidate.name === name);
  const wish = forced.get(operation);
  if (wish !== undefined && has(wish)) return wish;
  const measured = tuned.get(classKey(operation, sizeClass));
  if (measured !== undefined && has(measured)) return measured;
  const nature = traits.software ? 'software' : 'hardware';
  return (able.find(({ suits, onlyTuned }) => suits === nature && onlyTuned !== true) ?? reference).name;
}

/** For tests: this variant runs wherever it is a candidate; null ends that. */
export function forceVariant(operation: string, variant: string | null): void {
  if (variant === null) forced.delete(operation);
  else forced.set(operation, variant);
}

/** Notes the fastest variant of a size class. */
export function chooseVariant(operation: string, sizeClass: string, variant: string): void {
  tuned.set(classKey(operation, sizeClass), variant);
}

/** Never runs this variant again on this device. */
export function switchOff(operation: string, variant: string, why: string): void {
  off.set(variantKey(operation, variant), { operation, variant, why });
}

/** What is switched off, with a sentence each. */
export function switchedOff(): readonly SwitchedOff[] {
  return [...off.values()];
}

/** Forgets measured choices and what was switched off: another device starts. */
export function forgetVariants(): void {
  tuned.clear();
  off.clear();
}
