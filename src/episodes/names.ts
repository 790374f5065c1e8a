// What splits are called where people read them; records and reports hold the words of the code.
import * as m from '../words/messages';
import type { Split } from './episode';

export function splitName(split: Split): string {
  return { train: m.engine_split_train, validation: m.engine_split_validation, test: m.engine_split_test }[split]();
}
