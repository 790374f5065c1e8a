// Curves as files: a table for spreadsheets, and a record with the names that VLAC's own files have, which the studio
// reads again as another critic.
import { seenRegressions } from '../../../reward/events';
import type { CriticReading } from '../../../reward/reading';
import type { ProgressData } from '../../plots/progressPlot';
import type { Table } from '../../plots/table';
import { modelName } from '../../../workers/modelNames';
import type { ShownReading } from './shownReading';

/** One line a frame; names of columns stay English, for programs. */
export function progressCsv({ frames, rate, curve, done, truth }: ProgressData): Table {
  const marked = seenRegressions(curve.critic);
  return {
    columns: ['frame', 'seconds', 'value', 'low', 'high', 'critic', 'done', 'truth', 'marked'],
    rows: frames.map((frame, t) => [
      frame,
      rate ? frame / rate : null,
      curve.value[t] ?? null,
      curve.low[t] ?? null,
      curve.high[t] ?? null,
      curve.critic[t] ?? null,
      done[t] ?? null,
      truth?.[t] ?? null,
      marked.some(({ from, until }) => t >= from && t < until) ? 1 : 0,
    ]),
  };
}

const percents = (values: ArrayLike<number>) => Array.from(values, (value) => 100 * value);

export function progressRecord(shown: ShownReading, data: ProgressData, penalty: number, at: Date) {
  const { episode, task, model } = shown;
  const { curve, done, truth, frames, rate } = data;
  const raw = (place: number) => frames[place] ?? 0;
  return {
    kind: 'palindrome progress',
    version: 1,
    savedAt: at.toISOString(),
    episode: { id: episode.id, name: episode.name, framesPerSecond: rate },
    task,
    model: { ...model.identity, called: modelName(model.identity), weightsSha256: model.weights },
    penalty,
    trust: { consistency: data.agreement, comparisons: data.comparisons, doubt: data.doubt },
    frames: [...frames],
    critic_list: percents(curve.critic),
    value_list: percents(curve.value),
    done_list: Array.from(done),
    low_list: percents(curve.low),
    high_list: percents(curve.high),
    truth_list: truth && percents(truth),
    regressions: seenRegressions(curve.critic).map(({ from, until }) => ({ from: raw(from), to: raw(until) })),
    /** Both answers of every comparison, from which all of it follows. */
    answers: shown.reading.strides.map(numbers),
  };
}

const numbers = ({ stride, shown, swapped }: CriticReading['strides'][number]) => ({
  stride,
  shown: Array.from(shown),
  swapped: Array.from(swapped),
});
