// The shaders that multiply matrices, which of them fit given sizes, and how big the piece of C is that a workgroup makes.
import linearSource from '../../../shaders/linear.wgsl?raw';
import lanesSource from '../../../shaders/linearLanes.wgsl?raw';
import halfSource from '../../../shaders/linearHalf.wgsl?raw';
import singleSource from '../../../shaders/linearSingle.wgsl?raw';
import wideSource from '../../../shaders/linearWide.wgsl?raw';
import type { Shader } from '../../gpu/recorder';
import type { AdapterTraits } from '../../gpu/traits';
import type { Candidate } from '../../gpu/variants';
import { variantFor } from '../../gpu/variants';

/** The operation's name in variants.ts. */
export const PRODUCT = 'product';

export interface Sides {
  m: number;
  n: number;
  k: number;
  aTransposed: boolean;
  bTransposed: boolean;
}

/** How a variant is dispatched: rows and columns of C a workgroup makes. */
export interface Layout {
  shader: Shader;
  overrides: Record<string, number>;
  rows: number;
  columns: number;
  /** The same where a column is gate and up at once; half of `columns` unless said. */
  gatedColumns?: number;
  /** The most results a machine of this kind computes at once, in workgroups; 1 where K is never split. */
  busyGroups: number;
}

export interface Variant extends Candidate {
  layout(sides: Sides): Layout;
  fits(sides: Sides): boolean;
  /** Unmeasured, it is taken only where at least so many workgroups come of it: fewer leave the machine idle. */
  leastGroups?: number;
}

const tiles = (threads: number): Layout => ({
  shader: { name: 'linear', source: linearSource },
  overrides: { THREADS: threads },
  rows: threads * 4,
  columns: threads * 4,
  busyGroups: 64,
});

const wide = (name: 'linearWide' | 'linearHalf', threadsX: number, threadsY: number): Layout => ({
  shader: { name, source: name === 'linearWide' ? wideSource : halfSource },
  // 128 columns and rows of depth 16 would not fit into 16 KiB.
  overrides: { THREADS_X: threadsX, THREADS_Y: threadsY, DEPTH: threadsX * threadsY > 128 ? 8 : 16 },
  rows: threadsY * 8,
  columns: threadsX * 8,
  busyGroups: 64,
});

/** Numbers are read in fours along the sides that are contiguous in memory. */
function readsInFours({ m, n, k, aTransposed, bTransposed }: Sides): boolean {
  return k > 0 && (aTransposed ? m : k) % 4 === 0 && (bTransposed ? k : n) % 4 === 0;
}

export const VARIANTS: readonly Variant[] = [
  {
    name: 'lanes',
    suits: 'software',
    needs: ['subgroups'],
    // Rows that A does not have are computed all the same, so few rows take the short form.
    layout: ({ m }) => ({
      shader: { name: 'linearLanes', source: lanesSource },
      overrides: { TALL: Number(m > 16) },
      rows: m > 16 ? 32 : 16,
      columns: 64,
      busyGroups: 1,
    }),
    fits: readsInFours,
  },
  { name: 'wide64', suits: 'hardware', layout: () => wide('linearWide', 8, 8), fits: readsInFours, leastGroups: 96 },
  { name: 'tiles32', suits: 'hardware', layout: () => tiles(8), fits: () => true },
  { name: 'tiles64', suits: 'hardware', layout: () => tiles(16), fits: () => true },
  { name: 'wide128', suits: 'hardware', layout: () => wide('linearWide', 16, 16), fits: readsInFours },
  { name: 'tall128', suits: 'hardware', layout: () => wide('linearWide', 8, 16), fits: readsInFours },
  {
    name: 'half64',
    suits: 'hardware',
    needs: ['f16'],
    onlyTuned: true,
    layout: () => wide('linearHalf', 8, 8),
    fits: readsInFours,
  },
  {
    name: 'half128',
    suits: 'hardware',
    needs: ['f16'],
    onlyTuned: true,
    layout: () => wide('linearHalf', 16, 16),
    fits: readsInFours,
  },
  {
    name: 'single',
    suits: 'software',
    layout: () => ({
      shader: { name: 'linearSingle', source: singleSource },
      overrides: {},
      rows: 4,
      columns: 16,
      gatedColumns: 16,
      busyGroups: 1,
    }),
    fits: () => true,
  },
];

/** Sizes within a class are measured once: by how the matrices are stored, the number of results and the sums' length. */
export function sizeClass({ m, n, k, aTransposed, bTransposed }: Sides): string {
  const stored = `${aTransposed ? 'T' : 'N'}${bTransposed ? 'T' : 'N'}`;
  const results = m * n;
  const area = results >= 1 << 20 ? 'large' : results >= 1 << 16 ? 'middle' : 'small';
  const form = m >= 8 * n ? 'tall' : n >= 8 * m ? 'flat' : 'square';
  return `${stored} ${area} ${form} ${k >= 512 ? 'long' : 'short'}`;
}

/** The layout of the variant that is to run. */
export function layoutOf(sides: Sides, traits: AdapterTraits): Layout {
  const candidates = candidatesFor(sides);
  const name = variantFor(PRODUCT, sizeClass(sides), candidates, traits);
  return (candidates.find((variant) => variant.name === name) as Variant).layout(sides);
}

/** The variants that fit, in the order of choice where nothing was measured; the last is the reference. */
export function candidatesFor(sides: Sides): readonly Variant[] {
  return defaultOrder(
    VARIANTS.filter((variant) => variant.fits(sides)),
    sides,
  );
}

// Large pieces re-read less, small ones keep more of the machine busy: of those for hardware the first that makes enough
// workgroups comes first.
function defaultOrder(able: readonly Variant[], sides: Sides): readonly Variant[] {
  const idle = (variant: Variant) => {
    const { rows, columns } = variant.layout(sides);
    return Math.ceil(sides.m / rows) * Math.ceil(sides.n / columns) < (variant.leastGroups ?? 0);
  };
  const rest = able.slice(0, -1);
  return [...rest.filter((variant) => !idle(variant)), ...rest.filter(idle), ...able.slice(-1)];
}

/** Into how many ranges K is cut, so that few results still keep the machine busy. */
export function splitsOf({ m, n, k }: Sides, { rows, columns, busyGroups }: Layout): number {
  const groups = Math.ceil(m / rows) * Math.ceil(n / columns);
  return Math.max(1, Math.min(Math.floor(busyGroups / groups), Math.floor(k / 128)));
}
