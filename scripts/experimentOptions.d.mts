export interface ExperimentOptions {
  name: string | null;
  help: boolean;
  list: boolean;
  seeds: number[] | null;
  only: string[] | null;
  minutes: number | null;
  parallel: number;
  again: boolean;
  backend: 'auto' | 'webgpu' | 'wasm' | 'cpu' | null;
  hardware: boolean;
  profile: string | null;
  port: number | undefined;
  episodes: string | null;
  descriptions: string | null;
  checkpoints: string | null;
  keepBuild: boolean;
  out: string | null;
}

export const usage: string;
export function readOptions(args: readonly string[], from: string): ExperimentOptions;
