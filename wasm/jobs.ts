// What a job does to a stretch of its items. Whatever runs here may run on any thread.
import { attendGradItems, attendItems } from './attention';
import { attendCachedItems } from './cached';
import {
  ACCUMULATE,
  ADAMW,
  ATTENTION,
  ATTENTION_GRAD,
  CACHED_ATTENTION,
  MULTIPLY_ROWS,
  NORM,
  NORM_GRAD,
  PACK_PANELS,
  ROTARY,
  SOFTMAX_SLOPES,
  SOFTMAX_STATISTICS,
  SQUARES,
} from './jobNames';
import { slopesOfRows, statisticsOfRows } from './losses';
import { normGradStretches, normRows } from './norm';
import { accumulateBlocks, adamWBlocks, squaresOfBlocks } from './optimizer';
import { multiplyRows, packPanels } from './product';
import { rotateRows } from './rotary';

export function run(job: i32, from: i32, to: i32, room: usize): void {
  switch (job) {
    case PACK_PANELS:
      return packPanels(from, to);
    case MULTIPLY_ROWS:
      return multiplyRows(from, to, room);
    case ATTENTION:
      return attendItems(from, to, room);
    case ATTENTION_GRAD:
      return attendGradItems(from, to, room);
    case CACHED_ATTENTION:
      return attendCachedItems(from, to, room);
    case NORM:
      return normRows(from, to);
    case NORM_GRAD:
      return normGradStretches(from, to);
    case ROTARY:
      return rotateRows(from, to);
    case SOFTMAX_STATISTICS:
      return statisticsOfRows(from, to);
    case SOFTMAX_SLOPES:
      return slopesOfRows(from, to);
    case SQUARES:
      return squaresOfBlocks(from, to);
    case ACCUMULATE:
      return accumulateBlocks(from, to);
    case ADAMW:
      return adamWBlocks(from, to);
  }
}
