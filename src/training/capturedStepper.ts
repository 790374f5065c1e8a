// Steps captured once for each shape of batch and replayed: JavaScript writes the batch and a few scalars and submits, the
// GPU does the rest and is never waited for, except that it may not fall behind by more than a moment.
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../batches/batch';
import { FigureRing } from '../gpu/figureRing';
import { InputBlock, makeTensors, type HostArrays } from '../gpu/hostTensors';
import type { Plan } from '../gpu/plan';
import type { Stretch } from '../gpu/readback';
import { currentRecorder, type Recorder } from '../gpu/recorder';
import { CONTROL_SIZE, controlValues, type StepSettings } from '../kernels/optimizer/control';
import type { ModelConfig } from '../model/config';
import { enqueueStep } from './eagerStepper';
import { lossArrays, type LossInputName } from './loss';
import { shapeKey } from './modelInput';
import { readFigures, type StepFigures, type Stepper, type Trained } from './stepper';

/** Submitted work that the GPU has not done yet is kept near this, so that it is never idle and stopping is prompt. */
const AHEAD_MS = 120;
const MOST_AHEAD = 32;

interface CapturedStep {
  plan: Plan;
  inputs: InputBlock<LossInputName | 'control'>[];
  results: readonly tf.Tensor[];
  figures: Stretch[];
  /** Set once a run alone was measured and the plan cut into submits. */
  measured: boolean;
}

export class CapturedStepper implements Stepper {
  readonly #trained: Trained;
  readonly #recorder: Recorder;
  readonly #steps = new Map<string, CapturedStep>();
  readonly #rings = new Map<number, FigureRing>();
  /** [P], for recipes that add up several gradients. */
  #sum: tf.Tensor1D | null = null;
  /** Ends of steps that the GPU may not have reached yet. */
  readonly #ahead: Promise<unknown>[] = [];
  #stepMs = AHEAD_MS;

  constructor(trained: Trained) {
    this.#trained = trained;
    this.#recorder = currentRecorder();
  }

  /** The captured commands of all batch shapes met so far. */
  get plans(): readonly Plan[] {
    return [...this.#steps.values()].map(({ plan }) => plan);
  }

  async step(batches: readonly Batch[], settings: StepSettings): Promise<{ figures: Promise<StepFigures> }> {
    const { config, answers } = this.#trained;
    const key = batches.map(shapeKey).join('|');
    let captured = this.#steps.get(key);
    if (captured === undefined) {
      captured = this.#capture(batches, settings);
      this.#steps.set(key, captured);
    }
    const { inputs, plan, results, figures } = captured;
    batches.forEach((batch, micro) => {
      inputs[micro]?.write(changing(stepArrays(config, batch, answers, settings, micro)));
    });
    const ring = this.#ringOf(figures);
    let raw: Promise<Float32Array> | null = null;
    plan.run((encoder) => (raw = ring.record(encoder, figures)));
    const micros = results.length - 1;
    const read = (raw as unknown as Promise<Float32Array>).then((values) => {
      const losses = Array.from({ length: micros }, (_, i) => values.subarray(1 + 2 * i, 3 + 2 * i));
      return readFigures(losses, values[0] ?? NaN, values[1 + 2 * micros] ?? NaN);
    });
    // Whoever waits hears of a failure; nobody may be waiting yet.
    read.catch(() => undefined);
    ring.tick();
    await this.#keepPace(captured);
    return { figures: read };
  }

  #capture(batches: readonly Batch[], settings: StepSettings): CapturedStep {
    const { config, answers, state } = this.#trained;
    const inputs = batches.map((batch, micro) => new InputBlock(stepArrays(config, batch, answers, settings, micro)));
    const tensors = inputs.map((block) => block.tensors);
    const controls = tensors.map(({ control }) => control as tf.Tensor1D);
    if (batches.length > 1 && this.#sum === null) {
      const values = new Float32Array(state.parameters.size);
      this.#sum = makeTensors({ sum: { values, shape: [values.length] } }).sum as tf.Tensor1D;
    }
    const sum = batches.length > 1 ? this.#sum : null;
    // The batch itself must not stay alive with the plan.
    const layouts = batches.map(({ imageStarts, imageSize }) => ({ imageStarts, imageSize }));
    const { plan, results } = this.#recorder.capture(() => enqueueStep(this.#trained, tensors, controls, layouts, sum));
    plan.cut(plan.cautiousMs);
    const figures = [...results, state.scaling].map((tensor) => {
      const { buffer, offset } = this.#recorder.bufferOf(tensor);
      return { buffer, offset, size: Math.max(1, tensor.size) * 4 };
    });
    return { plan, inputs, results, figures, measured: false };
  }

  #ringOf(figures: readonly Stretch[]): FigureRing {
    const bytes = figures.reduce((sum, { size }) => sum + size, 0);
    let ring = this.#rings.get(bytes);
    if (ring === undefined) {
      ring = new FigureRing(this.#recorder.device, bytes);
      this.#rings.set(bytes, ring);
    }
    return ring;
  }

  async #keepPace(captured: CapturedStep): Promise<void> {
    const { queue } = this.#recorder.device;
    if (!captured.measured) {
      // The first run compiles, so the second one is measured, alone.
      await Promise.all(this.#ahead.splice(0));
      const before = performance.now();
      await queue.onSubmittedWorkDone();
      const took = performance.now() - before;
      if (captured.plan.runs < 2) return;
      captured.measured = true;
      captured.plan.cut(took);
      this.#stepMs = took;
      return;
    }
    this.#ahead.push(queue.onSubmittedWorkDone());
    const most = Math.min(MOST_AHEAD, Math.max(2, Math.ceil(AHEAD_MS / Math.max(1, this.#stepMs))));
    while (this.#ahead.length > most) await this.#ahead.shift();
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#rings.values()].map((ring) => ring.flush()));
  }

  dispose(): void {
    for (const { plan, inputs, results } of this.#steps.values()) {
      for (const block of inputs) block.dispose();
      tf.dispose([...results]);
      plan.dispose();
    }
    this.#steps.clear();
    for (const ring of this.#rings.values()) ring.destroy();
    this.#sum?.dispose();
  }
}

function stepArrays(
  config: ModelConfig,
  batch: Batch,
  answers: readonly [number, number],
  settings: StepSettings,
  micro: number,
): HostArrays<LossInputName | 'control'> {
  const control = { values: controlValues(settings, micro), shape: [CONTROL_SIZE] };
  return { ...lossArrays(config, batch, answers), control };
}

/** All but the rotary positions, which follow from the shape alone. */
function changing(arrays: HostArrays<LossInputName | 'control'>): Partial<typeof arrays> {
  return Object.fromEntries(Object.entries(arrays).filter(([name]) => name !== 'places'));
}
