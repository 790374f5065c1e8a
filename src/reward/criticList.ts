// Critics and values as other tools write them: VLAC's `critic_list`, `value_list` and `done_list`, or a bare list of
// numbers. What the studio writes, it reads again.
import * as v from 'valibot';
import * as m from '../words/messages';
import { vlacValues, type ValueRule } from './valueRules';

const numbers = v.array(v.pipe(v.union([v.number(), v.pipe(v.string(), v.transform(Number))]), v.number(), v.finite()));
const named = v.object({
  critic_list: v.exactOptional(numbers),
  value_list: v.exactOptional(numbers),
  done_list: v.exactOptional(numbers),
});
/** A list would pass for an object without any of these names. */
const list = v.pipe(
  numbers,
  v.transform((critic_list) => ({ critic_list })),
);

/** What another critic says of an episode. */
export interface CriticList {
  /** n − 1 critics in percent, −100 … 100; null where only values are given. */
  critics: number[] | null;
  /** n values in percent: given, or made of the critics by VLAC's rule. */
  values: number[];
  /** n chances of being done, 0 … 1, where given. */
  done: number[] | null;
}

/** @throws Error in words where the text holds no such list */
export function readCriticList(text: string, rule: ValueRule = 'same'): CriticList {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    throw new Error(m.critic_list_no_json());
  }
  const read = Array.isArray(input) ? v.safeParse(list, input) : v.safeParse(named, input);
  if (!read.success) throw new Error(m.critic_list_no_numbers());
  const lists: v.InferOutput<typeof named> = read.output;
  const critics = lists.critic_list ?? null;
  if (critics?.some((critic) => Math.abs(critic) > 100)) throw new Error(m.critic_list_range());
  const values = lists.value_list ?? (critics && [...vlacValues(critics, rule)]);
  if (!values || values.length < 2) throw new Error(m.critic_list_empty());
  return { critics, values, done: lists.done_list ?? null };
}

/** Values of any number laid evenly over the frames of an episode, with straight lines between them. */
export function valuesAt(values: readonly number[], frames: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: frames }, (_, t) => {
    const place = (t / Math.max(1, frames - 1)) * (values.length - 1);
    const before = Math.floor(place);
    const [a, b] = [values[before] ?? NaN, values[Math.min(values.length - 1, before + 1)] ?? NaN];
    return a + (b - a) * (place - before);
  });
}
