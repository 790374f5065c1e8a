// How fast this device trains, remembered from earlier runs, so that "30 s" and "what a stage costs here" mean
// something before the first step.
import type { Recipe } from '../../training/recipe';

const key = 'palindrome.msPerStep';
/** Before anything was measured: a slow laptop with the smallest model. */
const guess: Record<Recipe['model'], number> = { nano: 250, micro: 900, mini: 4000 };

export interface Speed {
  msPerStep: number;
  measured: boolean;
}

export function speedOf(backend: string, model: Recipe['model']): Speed {
  const known = read()[`${backend} ${model}`];
  return known ? { msPerStep: known, measured: true } : { msPerStep: guess[model], measured: false };
}

export function rememberSpeed(backend: string, model: Recipe['model'], msPerStep: number): void {
  const all = read();
  const name = `${backend} ${model}`;
  const known = all[name];
  if (known && Math.abs(known - msPerStep) < 0.1 * known) return;
  try {
    localStorage.setItem(key, JSON.stringify({ ...all, [name]: msPerStep }));
  } catch {
    // Storage is switched off: the guess serves next time too.
  }
}

function read(): Record<string, number> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    const entries = Object.entries(value).filter(([, ms]) => typeof ms === 'number' && ms > 0 && ms < 1e6);
    return Object.fromEntries(entries) as Record<string, number>;
  } catch {
    return {};
  }
}
