// The form of an evaluation in reports: documented in docs/report.md.
import type { SummaryIntervals } from './intervals';
import type { Summary } from './metrics';

export interface EvaluationReport {
  /** What had been trained when this was measured: bias, cot, tag, … */
  after: string;
  step: number;
  split: 'validation' | 'test';
  /** Forced choice at the judgement, or free generation; of tag or CoT answers. */
  judging: 'tag' | 'tag-generated' | 'cot' | 'cot-generated';
  /** Percent of CoT answers that really describe both images before they judge; null for tag judging. */
  described: number | null;
  overall: Summary;
  /** By window in kept frames ("5" … "16"), and "≥12" as in the paper. */
  byWindow: Record<string, Summary | null>;
  byTemplate: Record<string, Summary | null>;
  /** 95 % intervals with episodes as clusters. */
  intervals: SummaryIntervals;
  /** One sentence: what may be concluded. */
  verdict: string;
}
