// Measures the device in about a minute, on the backend that the studio runs on and through the functions that a training
// run goes through: its best rates, then steps and judgements of each preset on made-up batches.
import { nextTurn } from '../base/turns';
import { forcedChoice, forgetCaptured } from '../evaluation/judge';
import { DeviceLost, onTrouble, type Trouble } from '../gpu/health';
import type { Roofline } from '../gpu/roofline';
import { chosenBy, switchedOff, type Chosen } from '../gpu/variants';
import { modelConfig, type ModelSize } from '../model/config';
import { floorMs, judgingCost, trainingCost } from '../model/cost';
import { parameterTable } from '../model/parameters';
import { CapturedStepper } from '../training/capturedStepper';
import { makeStepper } from '../training/makeStepper';
import { ModelState } from '../training/modelState';
import { PRESETS } from '../training/presets';
import { recipeFlops } from '../training/recipeCost';
import { heldBytes, measureRates, threads } from '../training/thisDevice';
import {
  ACCUMULATION,
  batchShape,
  OPTIMIZER,
  PAIRS,
  presetWorkload,
  TOKENS,
  tokensOf,
  VOCABULARY,
  type Workload,
} from '../training/workload';
import type { BackendInfo } from './gpuApi';
import type { DeviceReport, MeasureProgress, PresetFigures, PresetResult } from './deviceReport';
import * as m from '../words/messages';

const SIZES = ['nano', 'micro', 'mini'] as const;
export const USUAL_SECONDS = 50;
const LEAST_STEPS = 2;
const MOST_STEPS = 200;
/** Of a preset's time; the rest is for judging. */
const STEPS_SHARE = 0.75;
/** A first step, two more and a judgement, in steps: a preset for which there is less time is not begun. */
const STEPS_NEEDED = 3.5;
const ENGINE = { webgpu: 'palindrome', wasm: 'wasm', cpu: 'cpu' } as const;

/** Where a dynamic loss scale starts, for half-precision products; it finds its own place soon. */
const FIRST_LOSS_SCALE = 2 ** 12;

class Cancelled extends Error {}

interface Workplan {
  end: number;
  seconds: number;
  tell: (progress: MeasureProgress) => void;
  chosen: Map<string, { operation: string; variant: string }>;
  lossScale: number;
}

export class DeviceMeasurement {
  #isOn = false;
  #isCancelled = false;

  get isOn(): boolean {
    return this.#isOn;
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  /**
   * @param starting the backend to measure; nothing else may change it meanwhile
   * @param seconds after which no further preset is begun
   * @returns null where it was cancelled
   * @throws Error in words where another measurement is on or the device is lost
   */
  async run(
    starting: () => Promise<BackendInfo>,
    onProgress: (progress: MeasureProgress) => void,
    seconds = USUAL_SECONDS,
  ): Promise<DeviceReport | null> {
    if (this.#isOn) throw new Error(m.engine_measuring());
    this.#isOn = true;
    this.#isCancelled = false;
    let forget: () => void = () => undefined;
    // A lost device may leave a read waiting for ever.
    const lost = new Promise<never>((_, reject) => {
      forget = onTrouble((trouble) => trouble instanceof DeviceLost && reject(trouble));
    });
    lost.catch(() => undefined);
    try {
      const backend = await starting();
      const end = performance.now() + seconds * 1000;
      const lossScale = backend.halves ? FIRST_LOSS_SCALE : 1;
      const plan = { end, seconds, tell: onProgress, chosen: new Map(), lossScale };
      return await Promise.race([this.#measure(backend, plan), lost]);
    } catch (error) {
      if (error instanceof Cancelled) return null;
      throw error;
    } finally {
      forget();
      this.#isOn = false;
    }
  }

  async #measure(backend: BackendInfo, plan: Workplan): Promise<DeviceReport> {
    await this.#breathe(plan, m.engine_measuring_best());
    const first = await measureRates();
    const engine = ENGINE[backend.name];
    const presets: DeviceReport['presets'] = { nano: {}, micro: {}, mini: {} };
    const work = { nano: facts('nano'), micro: facts('micro'), mini: facts('mini') };
    let smaller: { ms: number; flops: number } | null = null;
    for (const [i, size] of SIZES.entries()) {
      const { flops } = work[size];
      const expected: number | null = smaller && (smaller.ms * flops) / smaller.flops;
      const left = plan.end - performance.now();
      const result: PresetResult =
        expected !== null && expected * STEPS_NEEDED > left
          ? tooSlow(size, expected)
          : await this.#preset(size, plan, performance.now() + left / (SIZES.length - i));
      presets[size][engine] = result;
      const ms: number | null = 'problem' in result ? result.estimatedMsPerStep : result.msPerStep;
      if (ms !== null) smaller = { ms, flops };
    }
    await this.#breathe(plan, m.engine_measuring_again());
    const rates = better(first, await measureRates());
    const report: DeviceReport = {
      device: backend.label,
      id: backend.id,
      environment: navigator.userAgent,
      when: new Date().toISOString(),
      ...rates,
      threads: threads(),
      workloads: work,
      presets,
      variants: [...plan.chosen.values()],
      switchedOff: [...switchedOff()],
    };
    return withShares(report);
  }

  /** Lets messages through, so that a wish to cancel arrives, and tells how far it is. */
  async #breathe(plan: Workplan, doing: string): Promise<void> {
    const left = Math.max(0, (plan.end - performance.now()) / 1000);
    plan.tell({ share: Math.min(0.99, 1 - left / plan.seconds), doing, secondsLeft: left });
    await nextTurn();
    if (this.#isCancelled) throw new Cancelled();
  }

  /** One preset until a moment; trouble of its own becomes its result. */
  async #preset(size: ModelSize, plan: Workplan, until: number): Promise<PresetResult> {
    let forget: () => void = () => undefined;
    const trouble = new Promise<never>((_, reject) => (forget = onTrouble((found: Trouble) => reject(found))));
    trouble.catch(() => undefined);
    try {
      await this.#breathe(plan, size);
      return await this.#figures(size, plan, until, trouble);
    } catch (error) {
      if (error instanceof Cancelled || error instanceof DeviceLost) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const problem = m.engine_size_untrained({ size, why: why.replace(/[.!]?$/, '.') });
      return { problem, estimatedMsPerStep: null };
    } finally {
      forget();
    }
  }

  async #figures(size: ModelSize, plan: Workplan, until: number, trouble: Promise<never>): Promise<PresetFigures> {
    const work = presetWorkload(size);
    const trial = new Trial(work, plan.lossScale);
    const clock = () => performance.now();
    const timed = async (deed: () => Promise<unknown>): Promise<number> => {
      await this.#breathe(plan, size);
      const from = clock();
      await Promise.race([deed(), trouble]);
      return clock() - from;
    };
    try {
      const begun = clock();
      const firstStepMs = await timed(() => listened(plan, () => trial.step()));
      const firstLoss = trial.loss;
      const stepsEnd = begun + (until - begun) * STEPS_SHARE;
      const times: number[] = [];
      while (times.length < LEAST_STEPS || (clock() < stepsEnd && times.length < MOST_STEPS)) {
        times.push(await timed(() => trial.step()));
      }
      if (!Number.isFinite(firstLoss + trial.loss)) throw new Error(m.engine_loss_no_number());
      const msPerStep = median(times);
      const judgings: number[] = [];
      // The first one compiles, where anything does.
      if (trial.plan !== null) await timed(() => listened(plan, () => trial.judge()));
      while (judgings.length === 0 ? clock() + msPerStep / 2 < plan.end : clock() < until && judgings.length < 20) {
        judgings.push(await timed(() => trial.judge()));
      }
      const { samples } = work.shape;
      return {
        msPerStep,
        fastestMs: Math.min(...times),
        steps: times.length,
        firstStepMs,
        samplesPerSecond: (samples * work.batches.length * 1000) / msPerStep,
        tokensPerSecond: (tokensOf(work) * 1000) / msPerStep,
        dispatches: trial.plan?.dispatches ?? null,
        bindGroups: null,
        submits: trial.plan?.submits ?? null,
        encodeMs: null,
        peakBytes: heldBytes(),
        gflops: trainingCost(work.config, work.shape, work.batches.length).flops / (msPerStep * 1e6),
        rooflineShare: null,
        judgedPairsPerSecond: judgings.length === 0 ? null : (samples / 2) * (1000 / median(judgings)),
        firstLoss,
        loss: trial.loss,
        kernels: null,
      };
    } finally {
      trial.dispose();
    }
  }
}

/** A preset's model on the backend, ready to be trained and asked. */
class Trial {
  loss = NaN;
  readonly #work: Workload;
  readonly #state: ModelState;
  readonly #stepper: ReturnType<typeof makeStepper>;
  #steps = 0;

  constructor(work: Workload, lossScale: number) {
    const { config, table, weights, answers } = work;
    const zeros = () => new Float32Array(table.total);
    this.#work = work;
    this.#state = new ModelState(table, { parameters: weights, moment1: zeros(), moment2: zeros() }, lossScale);
    this.#stepper = makeStepper({ config, table, state: this.#state, answers });
  }

  /** Null where steps are not captured. */
  get plan() {
    return this.#stepper instanceof CapturedStepper ? (this.#stepper.plans[0] ?? null) : null;
  }

  async step(): Promise<void> {
    const { batches } = this.#work;
    const settings = { ...OPTIMIZER, step: ++this.#steps, accumulation: batches.length };
    const { figures } = await this.#stepper.step(batches, settings);
    await this.#stepper.flush();
    this.loss = (await figures).loss / batches.length;
  }

  async judge(): Promise<void> {
    const { config, table, answers, batches } = this.#work;
    const judge = { config, table, parameters: this.#state.parameters, answers, end: 2, padding: 0, cue: [] };
    await forcedChoice(judge, batches[0] as Workload['batches'][number]);
  }

  dispose(): void {
    forgetCaptured(this.#state);
    this.#stepper.dispose();
    this.#state.dispose();
  }
}

/** Notes which variants the work chooses; choices are made before it first waits. */
function listened<T>(plan: Workplan, work: () => Promise<T>): Promise<T> {
  const { result, chosen } = chosenBy(work);
  for (const { operation, variant } of chosen as readonly Chosen[]) {
    plan.chosen.set(`${operation} ${variant}`, { operation, variant });
  }
  return result;
}

function facts(size: ModelSize): DeviceReport['workloads']['nano'] {
  const config = modelConfig(size, VOCABULARY, TOKENS, 'language');
  const shape = batchShape(config, 'tag', PAIRS);
  const accumulation = ACCUMULATION[size];
  return {
    parameters: parameterTable(config).total,
    shape,
    accumulation,
    ...trainingCost(config, shape, accumulation),
    floorMs: 0,
    judging: judgingCost(config, shape),
    recipeFlops: {
      smoke: recipeFlops(PRESETS.smoke, size),
      class: recipeFlops(PRESETS.class, size),
      paper: recipeFlops(PRESETS.paper, size),
    },
  };
}

function tooSlow(size: ModelSize, estimatedMsPerStep: number): PresetResult {
  const problem = m.engine_size_slow({ size });
  return { problem, estimatedMsPerStep };
}

/** The better of two measurements, of which one may have met a busy moment. */
function better(a: Roofline, b: Roofline): Roofline {
  const product = a.matmulPeakGflops >= b.matmulPeakGflops ? a : b;
  return { ...product, bandwidthGBs: Math.max(a.bandwidthGBs, b.bandwidthGBs) };
}

/** Floors and shares from the report's rates, which may not be lower than what a step reached. */
function withShares(report: DeviceReport): DeviceReport {
  const results = SIZES.flatMap((size) => Object.values(report.presets[size]).map((result) => ({ size, result })));
  for (const { size, result } of results) {
    if ('problem' in result || result.gflops <= report.matmulPeakGflops) continue;
    Object.assign(report, { matmulPeakGflops: result.gflops, matmul: m.engine_a_step_of({ size }) });
  }
  for (const size of SIZES) report.workloads[size].floorMs = floorMs(report.workloads[size], report);
  for (const { size, result } of results) {
    if (!('problem' in result)) result.rooflineShare = report.workloads[size].floorMs / result.msPerStep;
  }
  return report;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2;
}
