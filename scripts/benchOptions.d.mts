import type { BenchOptions } from '../tests/bench/bench';

export interface Options {
  hardware: boolean;
  json: string | null;
  /** Folder for the self-contained benchmark, where one is to be written. */
  bundle: string | null;
  bench: BenchOptions;
}

export function readOptions(command: string, engines?: string[]): Options;
export function machine(): string;
export function writeReport(file: string | null, report: unknown): void;
