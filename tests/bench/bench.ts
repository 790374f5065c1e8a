// Runs every engine on every preset in one go and says what was measured, and in words what could not be. The same code
// runs in a browser page and in Node.
import { onTrouble } from '../../src/gpu/health';
import { measureRoofline, type Roofline } from '../../src/gpu/roofline';
import { floorMs, judgingCost, trainingCost, type Cost } from '../../src/model/cost';
import type { ModelSize } from '../../src/model/config';
import type { Engine, EngineName, KernelTime, Runner } from './engine';
import { jaxjs } from './engines/jaxjs';
import { palindrome, wasm } from './engines/palindrome';
import { stock } from './engines/stock';
import { counted, startCounting } from './meter';
import { presetWorkload, tokensOf, type Workload } from '../../src/training/workload';

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
  /** Of the first step, from the same weights for every engine, and of the last. */
  firstLoss: number;
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
    { parameters: number; shape: Workload['shape']; accumulation: number; floorMs: number; judging: Cost } & Cost
  >;
  presets: Record<string, Partial<Record<EngineName, EngineResult>>>;
}

type Tell = (line: string) => void;

const ENGINES: readonly Engine[] = [palindrome, stock, jaxjs, wasm];
const LEAST_STEPS = 2;
const MOST_STEPS = 200;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function adapterHere(): Promise<GPUAdapter | null> {
  return (await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
}

async function ratesOf(adapter: GPUAdapter): Promise<Roofline> {
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has('subgroups') ? ['subgroups'] : [],
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    },
  });
  const rates = await measureRoofline(device);
  device.destroy();
  return rates;
}

/** The better of two measurements, of which one may have met a busy moment. */
function better(a: Roofline, b: Roofline): Roofline {
  const product = a.matmulPeakGflops >= b.matmulPeakGflops ? a : b;
  return { ...product, bandwidthGBs: Math.max(a.bandwidthGBs, b.bandwidthGBs) };
}

export async function bench(options: BenchOptions, environment: string, tell: Tell): Promise<BenchReport> {
  startCounting();
  const adapter = await adapterHere();
  let rates: Roofline = { matmulPeakGflops: 0, bandwidthGBs: 0, matmul: '' };
  if (adapter === null) tell('There is no WebGPU adapter here, so only the processor can be measured.');
  else rates = await ratesOf(adapter);
  const { vendor, architecture, device, description } = adapter?.info ?? {};
  const report: BenchReport = {
    device: [vendor, architecture, device, description].filter(Boolean).join(' ') || 'no adapter',
    environment,
    when: new Date().toISOString(),
    ...rates,
    workloads: {},
    presets: {},
  };
  tell(`${report.device}: ${rates.matmulPeakGflops.toFixed(2)} GFLOP/s, ${rates.bandwidthGBs.toFixed(2)} GB/s`);
  for (const preset of options.presets) {
    const work = presetWorkload(preset, options.kind, options.pairs, options.accumulation);
    const cost = trainingCost(work.config, work.shape, work.batches.length);
    const judging = judgingCost(work.config, work.shape);
    const accumulation = work.batches.length;
    report.workloads[preset] = {
      parameters: work.table.total,
      shape: work.shape,
      accumulation,
      ...cost,
      judging,
      floorMs: 0,
    };
    const results: BenchReport['presets'][string] = {};
    report.presets[preset] = results;
    for (const engine of ENGINES.filter(({ name }) => options.engines.includes(name))) {
      const result = await measure(engine, work, options.seconds);
      results[engine.name] = result;
      const words = 'problem' in result ? result.problem : `${result.msPerStep.toFixed(1)} ms a step`;
      tell(`${preset} ${engine.name}: ${words}`);
    }
  }
  if (adapter !== null) {
    const again = await adapterHere();
    applyRates(report, again === null ? rates : better(rates, await ratesOf(again)));
  }
  return report;
}

/** Every share of the report follows from the same two rates; none may be lower than what a kernel of ours reached. */
function applyRates(report: BenchReport, measured: Roofline): void {
  const results = Object.values(report.presets).flatMap((engines) => Object.entries(engines));
  const rates = { ...measured };
  for (const kernel of results.flatMap(([, r]) => ('problem' in r ? [] : (r.kernels ?? [])))) {
    if (!kernel.name.startsWith('linear')) continue;
    const rate = kernel.flops / (kernel.ms * 1e6);
    if (rate > rates.matmulPeakGflops)
      Object.assign(rates, { matmulPeakGflops: rate, matmul: `${kernel.name} in a step` });
  }
  Object.assign(report, rates);
  for (const [preset, engines] of Object.entries(report.presets)) {
    const work = report.workloads[preset];
    if (work === undefined) continue;
    work.floorMs = floorMs(work, rates);
    for (const result of Object.values(engines)) {
      if ('problem' in result || result.dispatches === null) continue;
      result.rooflineShare = work.floorMs / result.msPerStep;
      for (const kernel of result.kernels ?? []) kernel.floorMs = floorMs(kernel, rates);
    }
  }
}

async function measure(engine: Engine, work: Workload, seconds: number): Promise<EngineResult> {
  startCounting();
  let runner: Runner | null = null;
  const troubles: string[] = [];
  const endListening = onTrouble(({ message }) => troubles.push(message));
  try {
    runner = await engine.prepare(work);
    const result = await figures(engine, runner, work, seconds);
    // WebGPU reports a wrong shader beside the program's flow, and then computes zeros.
    if (troubles[0] !== undefined) throw new Error(troubles[0]);
    return result;
  } catch (error) {
    return { problem: `${engine.name} could not run ${work.name} here: ${reasonOf(error)}` };
  } finally {
    endListening();
    runner?.dispose();
  }
}

async function figures(engine: Engine, runner: Runner, work: Workload, seconds: number): Promise<EngineFigures> {
  const clock = () => performance.now();
  const begun = clock();
  const firstLoss = await runner.step();
  let loss = firstLoss;
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
    rooflineShare: null,
    judgedPairsPerSecond: await judging(runner, work, seconds),
    firstLoss,
    loss,
    kernels: kernels?.map((kernel) => ({ ...kernel, floorMs: 0 })) ?? null,
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2;
}
