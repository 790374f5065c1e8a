// A lesson that was recorded while it went on: what the model answered at each look, by step and by second. Made by
// `npm run record`, shown where the same lesson cannot be given live, and always called recorded.
import * as v from 'valibot';
import { problemOf } from '../../base/problems';
import { parseRecipe } from '../../training/recipe';
import * as m from '../../words/messages';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const percentage = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** P(second) of one pair: shown earlier first, then later first. */
const answers = v.tuple([share, share]);

const pointSchema = v.object({
  step: count,
  stage: v.string(),
  /** Of training, since its first step; asking takes no part in it. */
  seconds: v.pipe(v.number(), v.minValue(0)),
  /** Percentages on the lesson's validation pairs. */
  forward: percentage,
  reverse: percentage,
  bothRight: percentage,
  /** What it answered on the pairs that the start page shows, by their places. */
  shown: v.array(answers),
  /** And on those that it counts. */
  counted: v.array(answers),
});

const recordingSchema = v.object({
  version: v.literal(1),
  name: v.string(),
  /** ISO 8601 day. */
  date: v.pipe(v.string(), v.isoDate()),
  device: v.string(),
  recipe: v.pipe(v.unknown(), v.transform(parseRecipe)),
  /** The first before any training, then in order of time. */
  points: v.pipe(v.array(pointSchema), v.minLength(2)),
});

export type Recording = v.InferOutput<typeof recordingSchema>;
export type RecordedPoint = v.InferOutput<typeof pointSchema>;

/** Throws an Error whose message says what is wrong with the file. */
export function parseRecording(value: unknown): Recording {
  const result = v.safeParse(recordingSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? m.engine_description_top();
  throw new Error(m.start_recording_damaged({ where, what: problemOf(issue) }));
}

/** The last point at or before a second of the recording; the first before all. */
export function pointAt(points: readonly RecordedPoint[], seconds: number): number {
  const later = points.findIndex((point) => point.seconds > seconds);
  return later === -1 ? points.length - 1 : Math.max(0, later - 1);
}
