// What a benchmarked engine can do. Each trains and judges the same model on the same batches from the same weights.
import type { Cost } from '../../src/model/cost';
import type { Workload } from '../../src/training/workload';

/** Time and least cost of the dispatches of one kernel within a step. */
export interface KernelTime extends Cost {
  name: string;
  dispatches: number;
  ms: number;
}

export interface Runner {
  /** One optimiser step, to the end of its computation. @returns the mean loss of its micro-batches */
  step(): Promise<number>;
  /** Judges every pair of the first batch in both orders. */
  judge(): Promise<void>;
  /** Loss of the first batch, and the global norm of its gradient. */
  check(): Promise<{ loss: number; gradientNorm: number }>;
  /** Time of each kernel within a step; null where this engine or device cannot tell. */
  kernelTimes?(): Promise<KernelTime[] | null>;
  /** Bytes held at most where they are not WebGPU buffers. */
  hostBytes?(): number;
  dispose(): void;
}

export interface Engine {
  name: EngineName;
  /** Whether dispatches and WebGPU memory are counted. */
  onGpu: boolean;
  /** @throws Error in words where this engine cannot run here */
  prepare(workload: Workload): Promise<Runner>;
}

export type EngineName = 'palindrome' | 'tfjs' | 'jaxjs' | 'wasm';
