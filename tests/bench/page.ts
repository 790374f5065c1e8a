// The benchmarks in a browser; scripts/bench.mjs opens this page, calls and listens.
import { bench, type BenchOptions } from './bench';
import { table } from './table';

declare global {
  interface Window {
    benchTell?: (line: string) => void;
    runBench?: (options: BenchOptions, machine: string) => Promise<{ report: unknown; text: string }>;
  }
}

window.runBench = async (options, machine) => {
  const browser = /(Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? 'a browser';
  const report = await bench(options, `${machine}, ${browser}`, (line) => window.benchTell?.(line));
  return { report, text: table(report) };
};
