// How fast a run goes: rates, and the time left as a range from recent steps.

const RECENT = 120;

export class Pace {
  readonly #milliseconds: number[] = [];
  #samples = 0;
  #tokens = 0;

  /** Notes one step of training; time spent evaluating or paused must not be part of it. */
  add(milliseconds: number, samples: number, tokens: number): void {
    this.#milliseconds.push(milliseconds);
    if (this.#milliseconds.length > RECENT) this.#milliseconds.shift();
    this.#samples = samples;
    this.#tokens = tokens;
  }

  get msPerStep(): number {
    return quantile(this.#milliseconds, 0.5);
  }

  get samplesPerSecond(): number {
    return this.msPerStep > 0 ? (1000 * this.#samples) / this.msPerStep : 0;
  }

  get tokensPerSecond(): number {
    return this.msPerStep > 0 ? (1000 * this.#tokens) / this.msPerStep : 0;
  }

  /** Seconds for some more steps, from the quartiles of recent steps; null before there are any. */
  secondsLeft(steps: number): { low: number; likely: number; high: number } | null {
    if (this.#milliseconds.length < 3) return null;
    const at = (q: number) => (quantile(this.#milliseconds, q) * steps) / 1000;
    return { low: at(0.25), likely: at(0.5), high: at(0.75) * 1.1 };
  }
}

function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
