// What measuring a device gives: what the page shows, keeps and hands out as JSON. The form is that of the benchmarks'
// own `--json`, with our engine alone, so that one reader serves both. It is also read back from the page's storage, so
// its shape is checked.
import * as v from 'valibot';

const figure = v.pipe(v.number(), v.finite(), v.minValue(0));

const presetFigures = v.object({
  /** Median of the measured steps, and the fastest. */
  msPerStep: figure,
  fastestMs: figure,
  steps: figure,
  /** The first step, which compiles. */
  firstStepMs: figure,
  samplesPerSecond: figure,
  tokensPerSecond: figure,
  /** Of a captured step; null elsewhere. */
  dispatches: v.nullable(figure),
  bindGroups: v.null(),
  submits: v.nullable(figure),
  encodeMs: v.null(),
  peakBytes: figure,
  gflops: figure,
  /** The least time that the device's rates allow, as a share of the measured time. */
  rooflineShare: v.nullable(figure),
  /** Pairs judged in both orders; null where there was no time for it. */
  judgedPairsPerSecond: v.nullable(figure),
  /** Of the first step and of the last. */
  firstLoss: v.number(),
  loss: v.number(),
  kernels: v.null(),
});

const presetProblem = v.object({
  /** Why there are no figures, in a sentence. */
  problem: v.string(),
  /** From the next smaller preset by arithmetic, where that is all there is. */
  estimatedMsPerStep: v.nullable(figure),
});

const presetResult = v.union([presetFigures, presetProblem]);

const workload = v.object({
  parameters: figure,
  /** A micro-batch: different images, samples, tokens of each, and supervised places. */
  shape: v.object({ images: figure, samples: figure, tokens: figure, supervised: figure }),
  accumulation: figure,
  flops: figure,
  bytes: figure,
  floorMs: figure,
  judging: v.object({ flops: figure, bytes: figure }),
  /** Arithmetic of all training steps of each recipe that comes with the studio, with this preset's model. */
  recipeFlops: v.object({ smoke: figure, class: figure, paper: figure }),
});

export const deviceReportSchema = v.object({
  /** Backend and adapter in words. */
  device: v.string(),
  /** What the device is remembered by, in every language; absent in measurements of earlier versions. */
  id: v.optional(v.string()),
  /** The browser, as it calls itself. */
  environment: v.string(),
  /** ISO 8601. */
  when: v.string(),
  matmulPeakGflops: figure,
  bandwidthGBs: figure,
  /** Which product was the best, and of what side. */
  matmul: v.string(),
  /** Of the processor; null on a graphics adapter. */
  threads: v.nullable(figure),
  workloads: v.object({ nano: workload, micro: workload, mini: workload }),
  presets: v.object({
    nano: v.partial(v.object({ palindrome: presetResult, wasm: presetResult, cpu: presetResult })),
    micro: v.partial(v.object({ palindrome: presetResult, wasm: presetResult, cpu: presetResult })),
    mini: v.partial(v.object({ palindrome: presetResult, wasm: presetResult, cpu: presetResult })),
  }),
  /** Which shaders computed the operations that have several. */
  variants: v.array(v.object({ operation: v.string(), variant: v.string() })),
  switchedOff: v.array(v.object({ operation: v.string(), variant: v.string(), why: v.string() })),
});

export type DeviceReport = v.InferOutput<typeof deviceReportSchema>;
export type PresetFigures = v.InferOutput<typeof presetFigures>;
export type PresetResult = v.InferOutput<typeof presetResult>;

export interface MeasureProgress {
  /** In [0, 1]. */
  share: number;
  /** What is being measured, as words that go on after "Measuring". */
  doing: string;
  secondsLeft: number;
}

/** A preset's result, whichever engine it is of. */
export function resultOf(report: DeviceReport, size: keyof DeviceReport['presets']): PresetResult | null {
  const { palindrome, wasm, cpu } = report.presets[size];
  return palindrome ?? wasm ?? cpu ?? null;
}
