// Runs every engine on every preset in one go and says what was measured, and in words what could not be. The same code
// runs in a browser page and in Node.
import { measureRoofline, type Roofline } from '../../src/gpu/roofline';
import { floorMs, judgingCost, trainingCost, type Cost } from '../../src/model/cost';
import type { ModelSize } from '../../src/model/config';
import type { Engine, EngineName, KernelTime, Runner } from './engine';
import { jaxjs } from './engines/jaxjs';
import { palindrome, wasm } from './engines/palindrome';
import { stock } from './engines/stock';
import { counted, startCounting } from './meter';
import { presetWorkload, tokensOf, type Workload } from './workload';

export interface BenchOptions {
  presets: ModelSize[];
  engines: EngineName[];
  /** Measuring ends after so many seconds an engine and preset, but not before two steps. */
  seconds: number;
  kind: 'tag' | 'cot';
  /** Pairs in a micro-batch, and micro-batches a step (null for the preset's own). */
  pairs: number;
  accumulation: number | null;
}

export interface EngineFigures {
  /** Median of the measured steps, and the fastest. */
  msPerStep: number;
  fastestMs: number;
  steps: number;
  /** The first step, which compiles. */
  firstStepMs: number;
  samplesPerSecond: number;
  tokensPerSecond: number;
  /** A step's dispatches and bind groups, and JavaScript's milliseconds from its start to its last submit; null without WebGPU. */
  dispatches: number | null;
  bindGroups: number | null;
  submits: number | null;
  encodeMs: number | null;
  peakBytes: number;
  gflops: number;
  /** The floor's share of the measured time; null without WebGPU, whose rates are the ones measured. */
  rooflineShare: number | null;
  judgedPairsPerSecond: number | null;
  loss: number;
  kernels: (KernelTime & { floorMs: number })[] | null;
}

export type EngineResult = EngineFigures | { problem: string };

export interface BenchReport {
  device: string;
  environment: string;
  when: string;
  matmulPeakGflops: number;
  bandwidthGBs: number;
  matmul: string;
  workloads: Record<
    string,
    { parameters: number; shape: Workload['shape']; accumulation: number; floorMs: number } & Cost
  >;
  presets: Record<string, Partial<Record<EngineName, EngineResult>>>;
}

type Tell = (line: string) => void;

const ENGINES: readonly Engine[] = [palindrome, stock, jaxjs, wasm];
const LEAST_STEPS = 2;
const MOST_STEPS = 200;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function ratesOfDevice(): Promise<{ device: string; rates: Roofline } | { problem: string }> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return { problem: 'There is no WebGPU adapter here, so only the processor can be measured.' };
  const { vendor, architecture, device: name, description } = adapter.info;
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    },
  });
  const rates = await measureRoofline(device);
  device.destroy();
  return { device: [vendor, architecture, name, description].filter(Boolean).join(' '), rates };
}

export async function bench(options: BenchOptions, environment: string, tell: Tell): Promise<BenchReport> {
  startCounting();
  const measured = await ratesOfDevice();
  const rates = 'rates' in measured ? measured.rates : { matmulPeakGflops: 0, bandwidthGBs: 0, matmul: '' };
  const report: BenchReport = {
    device: 'rates' in measured ? measured.device : 'none',
    environment,
    when: new Date().toISOString(),
    ...rates,
    workloads: {},
    presets: {},
  };
  if ('problem' in measured) tell(measured.problem);
  else
    tell(
      `${report.device}: ${rates.matmulPeakGflops.toFixed(2)} GFLOP/s (${rates.matmul}), ${rates.bandwidthGBs.toFixed(2)} GB/s`,
    );
  for (const preset of options.presets) {
    const work = presetWorkload(preset, options.kind, options.pairs, options.accumulation);
    const cost = trainingCost(work.config, work.shape, work.batches.length);
    report.workloads[preset] = {
      parameters: work.table.total,
      shape: work.shape,
      accumulation: work.batches.length,
      ...cost,
      floorMs: 'rates' in measured ? floorMs(cost, rates) : 0,
    };
    const results: BenchReport['presets'][string] = {};
    report.presets[preset] = results;
    for (const engine of ENGINES.filter(({ name }) => options.engines.includes(name))) {
      const result = await measure(engine, work, rates, options.seconds);
      results[engine.name] = result;
      const words = 'problem' in result ? result.problem : `${result.msPerStep.toFixed(1)} ms a step`;
      tell(`${preset} ${engine.name}: ${words}`);
    }
  }
  return report;
}

async function measure(engine: Engine, work: Workload, rates: Roofline, seconds: number): Promise<EngineResult> {
  startCounting();
  let runner: Runner | null = null;
  try {
    runner = await engine.prepare(work);
    return await figures(engine, runner, work, rates, seconds);
  } catch (error) {
    return { problem: `${engine.name} could not run ${work.name} here: ${reasonOf(error)}` };
  } finally {
    runner?.dispose();
  }
}

async function figures(
  engine: Engine,
  runner: Runner,
  work: Workload,
  rates: Roofline,
  seconds: number,
): Promise<EngineFigures> {
  const clock = () => performance.now();
  const begun = clock();
  let loss = await runner.step();
  const firstStepMs = clock() - begun;
  const times: number[] = [];
  const encodes: number[] = [];
  let stepCounts = counted();
  for (const start = clock(); times.length < LEAST_STEPS || clock() - start < seconds * 1000;) {
    if (times.length >= MOST_STEPS) break;
    const [before, from] = [counted(), clock()];
    loss = await runner.step();
    times.push(clock() - from);
    const after = counted();
    encodes.push(after.lastSubmit - from);
    stepCounts = {
      ...after,
      dispatches: after.dispatches - before.dispatches,
      bindGroups: after.bindGroups - before.bindGroups,
      submits: after.submits - before.submits,
    };
  }
  if (!Number.isFinite(loss)) throw new Error('the loss is not a number');
  const msPerStep = median(times);
  const { peakBytes } = counted();
  const cost = trainingCost(work.config, work.shape, work.batches.length);
  const samples = work.batches.reduce((sum, batch) => sum + batch.lengths.length, 0);
  const kernels = (await runner.kernelTimes?.()) ?? null;
  return {
    msPerStep,
    fastestMs: Math.min(...times),
    steps: times.length,
    firstStepMs,
    samplesPerSecond: (samples * 1000) / msPerStep,
    tokensPerSecond: (tokensOf(work) * 1000) / msPerStep,
    dispatches: engine.onGpu ? stepCounts.dispatches : null,
    bindGroups: engine.onGpu ? stepCounts.bindGroups : null,
    submits: engine.onGpu ? stepCounts.submits : null,
    encodeMs: engine.onGpu ? median(encodes) : null,
    peakBytes: engine.onGpu ? peakBytes : (runner.hostBytes?.() ?? 0),
    gflops: cost.flops / (msPerStep * 1e6),
    rooflineShare: engine.onGpu ? floorMs(cost, rates) / msPerStep : null,
    judgedPairsPerSecond: await judging(runner, work, seconds),
    loss,
    kernels: kernels?.map((kernel) => ({ ...kernel, floorMs: floorMs(kernel, rates) })) ?? null,
  };
}

/** Pairs a second, each judged in both orders. */
async function judging(runner: Runner, work: Workload, seconds: number): Promise<number> {
  await runner.judge();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < LEAST_STEPS || (times.length < 20 && performance.now() - start < seconds * 250)) {
    const from = performance.now();
    await runner.judge();
    times.push(performance.now() - from);
  }
  return (work.shape.samples / 2) * (1000 / median(times));
}

/** The floor of judging a batch, for the table. */
export function judgingFloorMs(work: Workload, rates: Roofline): number {
  return floorMs(judgingCost(work.config, work.shape), rates);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2;
}
