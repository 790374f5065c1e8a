// A short measuring run when a device starts: every variant of an operation that can run here is first compared with the
// reference, and switched off where it differs; then the fastest of each size class is noted. What was found is kept for the
// adapter in IndexedDB, so that the next start, and a resumed run, computes with the same variants.
import type * as tf from '@tensorflow/tfjs';
import { openDB } from 'idb';
import type { Recorder } from './recorder';
import type { Candidate, SwitchedOff } from './variants';
import { chooseVariant, forceVariant, isAvailable, switchedOff, switchOff } from './variants';
import * as m from '../words/messages';
import { decimal } from '../base/numbers';

/** One operation at sizes that stand for a class. */
export interface Tunable {
  operation: string;
  sizeClass: string;
  /** Those that fit; the last is the reference. */
  candidates: readonly Candidate[];
  /** The largest difference from the reference, relative to its largest number, that rounding explains. */
  tolerance(variant: string): number;
  /** Makes the inputs; the returned function dispatches the operation once, by the variant that is forced. */
  prepare(): { run(): tf.Tensor; dispose(): void };
}

export interface Choice {
  operation: string;
  sizeClass: string;
  variant: string;
}

export interface Tuning {
  choices: Choice[];
  off: SwitchedOff[];
}

export interface TuningOptions {
  /** No new measurement begins after so many milliseconds; 1,500 unless said. Checks are not left out. */
  budget?: number;
  /** Variants that round operands to f16 may be chosen. */
  halves?: boolean;
}

/** The largest difference relative to the largest reference; Infinity where a number is missing or not finite. */
export function differenceFrom(reference: Float32Array, got: Float32Array): number {
  if (reference.length !== got.length) return Infinity;
  let [largest, scale] = [0, 1e-30];
  for (let i = 0; i < reference.length; i++) {
    const difference = Math.abs((got[i] as number) - (reference[i] as number));
    if (!Number.isFinite(difference)) return Infinity;
    largest = Math.max(largest, difference);
    scale = Math.max(scale, Math.abs(reference[i] as number));
  }
  return largest / scale;
}

/** The name with the least time; on a tie within 3 % the earlier one, so that noise does not change a choice. */
export function fastest(times: readonly { variant: string; time: number }[]): string | null {
  let best: { variant: string; time: number } | null = null;
  for (const candidate of times) {
    if (best === null || candidate.time < best.time * 0.97) best = candidate;
  }
  return best?.variant ?? null;
}

/** Variants in the order of trial: what the adapter can run, and halves only where they are allowed. */
export function tried({ operation, candidates }: Tunable, recorder: Recorder, halves: boolean): readonly Candidate[] {
  const { traits } = recorder;
  const nature = traits.software ? 'software' : 'hardware';
  return candidates.filter(
    (candidate) =>
      candidate.suits === nature &&
      isAvailable(operation, candidate, traits) &&
      (halves || candidate.onlyTuned !== true),
  );
}

/** Milliseconds a run of the operation takes, the best of three batches after the compilation. */
async function time(run: () => tf.Tensor, recorder: Recorder): Promise<number> {
  const batch = async (runs: number) => {
    const start = performance.now();
    for (let i = 0; i < runs; i++) run().dispose();
    recorder.flush();
    await recorder.device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / runs;
  };
  const once = await batch(1);
  // Enough of them that the way to the device and back does not count.
  const runs = Math.max(1, Math.min(24, Math.ceil(6 / once)));
  let best = Infinity;
  for (let i = 0; i < 3; i++) best = Math.min(best, await batch(runs));
  return best;
}

/**
 * Checks and measures, and puts the findings into force. On a software adapter it only checks: its variants are few and
 * their order is known. Leaves no tensors behind.
 */
export async function tune(
  tunables: readonly Tunable[],
  recorder: Recorder,
  { budget = 1500, halves = false }: TuningOptions = {},
): Promise<Tuning> {
  const end = performance.now() + budget;
  const choices: Choice[] = [];
  const checked = new Set<string>();
  for (const tunable of tunables) {
    const { operation, sizeClass, candidates } = tunable;
    const reference = (candidates.at(-1) as Candidate).name;
    const { run, dispose } = tunable.prepare();
    const by = async (variant: string) => {
      forceVariant(operation, variant);
      const result = run();
      const numbers = await result.data<'float32'>();
      result.dispose();
      return numbers;
    };
    const times: { variant: string; time: number }[] = [];
    try {
      const wanted = await by(reference);
      for (const { name } of tried(tunable, recorder, halves)) {
        if (name === reference || (recorder.traits.software && checked.has(name))) continue;
        checked.add(name);
        const difference = differenceFrom(wanted, await by(name));
        if (difference > tunable.tolerance(name)) {
          switchOff(operation, name, explain(operation, name, difference));
        } else if (!recorder.traits.software && performance.now() < end) {
          times.push({ variant: name, time: await time(run, recorder) });
        }
      }
    } finally {
      forceVariant(operation, null);
      dispose();
    }
    const variant = fastest(times);
    if (variant !== null) choices.push({ operation, sizeClass, variant });
  }
  const tuning = { choices, off: [...switchedOff()] };
  applyTuning(tuning);
  return tuning;
}

function explain(operation: string, variant: string, difference: number): string {
  return Number.isFinite(difference)
    ? m.engine_variant_off({ operation, variant, difference: decimal(difference.toExponential(1)) })
    : m.engine_variant_not_finite({ operation, variant });
}

/** Puts earlier findings into force. */
export function applyTuning({ choices, off }: Tuning): void {
  for (const { operation, sizeClass, variant } of choices) chooseVariant(operation, sizeClass, variant);
  for (const { operation, variant, why } of off) switchOff(operation, variant, why);
}

const DATABASE = 'palindrome-tuning';
const STORE = 'tunings';

// Where there is no IndexedDB (Node, a private window that refuses it), tuning is done anew each time.
async function withStore<T>(use: (db: Awaited<ReturnType<typeof openDB>>) => Promise<T>): Promise<T | null> {
  if (typeof indexedDB === 'undefined') return null;
  try {
    const db = await openDB(DATABASE, 1, { upgrade: (fresh) => void fresh.createObjectStore(STORE) });
    try {
      return await use(db);
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

/**
 * Puts the findings kept for this adapter into force, or tunes and keeps what it found.
 * @param version changes with the shaders and with the candidates, and so ends what was kept
 */
export async function tuneOnce(
  tunables: readonly Tunable[],
  recorder: Recorder,
  version: string,
  options: TuningOptions = {},
): Promise<Tuning> {
  const key = [recorder.traits.key, navigator.userAgent, version, options.halves === true ? 'halves' : ''].join('|');
  const kept = (await withStore((db) => db.get(STORE, key))) as Tuning | undefined | null;
  if (kept) {
    applyTuning(kept);
    return kept;
  }
  const tuning = await tune(tunables, recorder, options);
  await withStore((db) => db.put(STORE, tuning, key));
  return tuning;
}
