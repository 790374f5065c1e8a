// The times of a video's frames: listed from its packets before anything is decoded, and found again for each decoded
// frame. And the watch over a browser that stops answering.
import { EncodedPacketSink } from 'mediabunny';
import type { InputVideoTrack } from 'mediabunny';
import { explainUnopened } from './containerSniff';
import { inSeconds, Refusal, refuseIfCancelled } from './refusal';
import * as m from '../words/messages';

/** Timestamps this close (in seconds) are the same: containers and decoders round differently. */
export const SAME_TIME = 1e-4;

export interface Timestamps {
  /** Presentation timestamps in seconds, rising, of all frames that are to be shown. */
  shown: Float64Array;
  /** When the last one ends. */
  end: number;
}

/**
 * Lists the frames of a track without decoding them.
 * @throws Refusal where the file breaks off on the way
 */
export async function listTimestamps(
  file: Blob,
  track: InputVideoTrack,
  signal: AbortSignal | undefined,
  watchdog: number,
): Promise<Timestamps> {
  const times: number[] = [];
  let end = 0;
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  try {
    for (;;) {
      const next = await answerWithin(watchdog, packets.next(), m.engine_the_file_silent);
      if (next.done) break;
      refuseIfCancelled(signal);
      const { timestamp, duration } = next.value;
      // An edit list hides what lies before time 0; a frame that straddles it counts by its middle.
      if (timestamp + duration / 2 < 0) continue;
      times.push(timestamp);
      end = Math.max(end, timestamp + duration);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    refuseIfCancelled(signal);
    throw await explainUnopened(file, error);
  } finally {
    await packets.return();
  }
  return { shown: Float64Array.from(times).sort(), end };
}

/** Whether the longest step between frames is well over the usual one. */
export function isUneven(timestamps: readonly number[]): boolean {
  const steps = timestamps.slice(1).map((time, i) => time - (timestamps[i] ?? 0));
  steps.sort((a, b) => a - b);
  return (steps.at(-1) ?? 0) > 1.6 * (steps[Math.floor(steps.length / 4)] ?? 0);
}

/** Index of the timestamp in the rising list at or after `from`, or -1; equal within a tenth of a millisecond. */
export function findTimestamp(times: Float64Array, from: number, timestamp: number): number {
  for (let i = from; i < times.length; i++) {
    const difference = (times[i] as number) - timestamp;
    if (Math.abs(difference) < SAME_TIME) return i;
    if (difference > 0) return -1;
  }
  return -1;
}

/**
 * Waits at most so long for the browser, which may hang on a broken file without any error.
 * @param explain the sentence for who did not answer
 */
export async function answerWithin<T>(
  milliseconds: number,
  answer: Promise<T>,
  explain: (waited: { seconds: string }) => string,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = inSeconds(milliseconds / 1000);
      reject(new Refusal('unreadable', explain({ seconds })));
    }, milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
