// The five steps of the guided tour, and what on the page each points at.
import * as m from '../../../words/messages';

export type TourTarget = 'answer' | 'swap' | 'tally' | 'teach' | 'proof';

export interface TourStep {
  readonly target: TourTarget;
  readonly title: () => string;
  readonly words: () => string;
  /** What to press, by mouse or by key. */
  readonly todo: () => string;
}

export const TOUR: readonly TourStep[] = [
  {
    target: 'answer',
    title: m.classroom_tour_collapse_title,
    words: m.classroom_tour_collapse_words,
    todo: m.classroom_tour_collapse_todo,
  },
  {
    target: 'swap',
    title: m.classroom_tour_swap_title,
    words: m.classroom_tour_swap_words,
    todo: m.classroom_tour_swap_todo,
  },
  {
    target: 'tally',
    title: m.classroom_tour_tally_title,
    words: m.classroom_tour_tally_words,
    todo: m.classroom_tour_tally_todo,
  },
  {
    target: 'teach',
    title: m.classroom_tour_cure_title,
    words: m.classroom_tour_cure_words,
    todo: m.classroom_tour_cure_todo,
  },
  {
    target: 'proof',
    title: m.classroom_tour_proof_title,
    words: m.classroom_tour_proof_words,
    todo: m.classroom_tour_proof_todo,
  },
];
