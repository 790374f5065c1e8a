// The form of an evaluation in reports: documented in docs/report.md. Whatever is optional was not measured, or the
// report was stored before it was measured.
import type { Calibration } from './calibration';
import type { ClusterMean } from './clusterMean';
import type { EpisodeDifference } from './comparison';
import type { EpisodeTable } from './episodeCounts';
import type { Interval, SignFlip, SummaryIntervals } from './intervals';
import type { Summary } from './metrics';
import type { PairAnswer, Provenance } from './provenance';
import type { Stability } from './stability';
import type { WorstPair } from './worstPairs';

export interface EvaluationReport {
  /** What had been trained when this was measured: bias, cot, tag, … */
  after: string;
  step: number;
  split: 'validation' | 'test';
  /** Forced choice at the judgement, or free generation; of tag or CoT answers. */
  judging: 'tag' | 'tag-generated' | 'cot' | 'cot-generated';
  /** Name of the control that was asked; absent for the plain question. */
  question?: string;
  /** Percent of CoT answers that really describe both images before they judge; null for tag judging. */
  described: number | null;
  overall: Summary;
  /** By window in kept frames ("5" … "16"), and "≥12" as in the paper. */
  byWindow: Record<string, Summary | null>;
  byTemplate: Record<string, Summary | null>;
  byCategory?: Record<string, Summary | null>;
  /** 95 % intervals with episodes as clusters. */
  intervals: SummaryIntervals;
  /** 95 % intervals of the lines of `byWindow`, `byTemplate` and `byCategory`. */
  spans?: { byWindow: Spans; byTemplate: Spans; byCategory: Spans };
  /** Whether forward and reverse accuracy differ, tested by flipping the sign of whole episodes. */
  lean?: SignFlip;
  /** Counts by episode, for paired tests between reports. */
  episodes?: EpisodeTable;
  /** How far P(second) can be taken at its word; null without logits. */
  calibration?: Calibration | null;
  /** Whether an answer repeats when it is drawn again; null without logits and without repeats. */
  stability?: Stability | null;
  /** Mean over pairs of KL(P forward ‖ P reverse) in nats: 0 for a model that answers by position; null without logits. */
  divergence?: ClusterMean | null;
  /** What cures without training reach on the same judgements; null without logits. */
  baselines?: { swapAveraged: Baseline | null; recalibrated: (Baseline & Recalibration) | null };
  /** Lowest in both-right among those with at least ten pairs; null where none has so many. */
  worst?: { task: WorstLine | null; episode: WorstLine | null };
  /** Pairs judged worst, one of an episode at most; absent where none was wrong. */
  worstPairs?: readonly WorstPair[];
  /** Of measurements that were asked for by themselves: whose answers, and to what. */
  about?: Provenance;
  /** Of the same: every answer. */
  answers?: readonly PairAnswer[];
  /** One sentence: what may be concluded. */
  verdict: string;
}

/** Low and high end in percent of each line's figures; null where there are too few episodes for an interval. */
export type Spans = Record<string, Record<'forward' | 'reverse' | 'average' | 'bothRight', Span | null>>;
export type Span = readonly [low: number, high: number];

export interface Baseline {
  summary: Summary;
  intervals: { average: Interval; bothRight: Interval };
  episodes: EpisodeTable;
  /** Both-right of the judgements themselves minus that of the baseline, in points, paired by episode. */
  margin: EpisodeDifference;
}

export interface Recalibration {
  /** Logits taken off every answer; the mean of the parts' where there are any. */
  offset: number;
  /** On whose pairs the offset was chosen. */
  from: 'validation' | 'test';
  /** Into how many parts the episodes fell, each with the offset that is best for the others; absent for one offset. */
  parts?: number;
}

export interface WorstLine {
  name: string;
  pairs: number;
  bothRight: number;
  average: number;
}
