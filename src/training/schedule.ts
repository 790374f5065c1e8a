// What changes over a stage. Learning rate: linear warm-up, then half a cosine down to zero (Loshchilov and Hutter
// 2016), as in the paper; each stage has its own. Curriculum: linear over the stage's first part.
import type { Easing } from '../pairs/curriculum';
import type { Stage } from './recipe';

/** @param step optimiser step within the stage, counted from 0 */
export function learningRateAt(step: number, steps: number, peak: number, warmupSteps: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return (peak * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
}

/**
 * What a stage's curriculum asks of pairs at a step; null without one and once it has run its course.
 * @param step optimiser step within the stage, counted from 0
 */
export function easingAt(curriculum: Stage['curriculum'], step: number, steps: number): Easing | null {
  if (!curriculum) return null;
  const { until } = curriculum;
  const progress = until <= 0 ? 1 : Math.min(1, step / Math.max(1, until * steps));
  if (progress >= 1) return null;
  switch (curriculum.kind) {
    case 'wide to narrow':
    case 'narrow to wide':
      return { kind: 'windows', from: curriculum.from, progress };
    case 'clear changes first':
      return { kind: 'changes', from: curriculum.from, progress };
    case 'one task after another':
      return { kind: 'tasks', progress };
  }
}
