// Learning rate over a stage: linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2016), as in the
// paper; each stage has its own.

/** @param step optimiser step within the stage, counted from 0 */
export function learningRateAt(step: number, steps: number, peak: number, warmupSteps: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return (peak * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
}

/** Share of the way from the curriculum's wide windows to the narrow ones, in [0, 1]. */
export function narrowingAt(step: number, steps: number, until: number): number {
  return until <= 0 ? 1 : Math.min(1, step / Math.max(1, until * steps));
}
