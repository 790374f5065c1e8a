// Reads one local video with mediabunny (demultiplexing) and WebCodecs (decoding). Frames are known by their
// presentation timestamps, never by guess: before decoding, the timestamps of all packets are listed; every decoded
// frame must be the next of that list, and at the end none may be missing. Rotation, mirroring, non-square pixels and
// edit lists are the file's, applied here, so that a stored picture looks as a player would show it.
import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input, VideoSampleSink } from 'mediabunny';
import type { InputVideoTrack, VideoSample } from 'mediabunny';
import { CONVERT_ADVICE, codecName, explainUnopened } from './containerSniff';
import { counted, inSeconds, Refusal, refuseIfCancelled } from './refusal';
import { FRAME_BYTES } from './squarePicture';
import { VideoPictures } from './videoPictures';

/** Fewer frames give less than two pairs at the smallest window once anything is trimmed. */
export const SHORTEST_VIDEO = 12;
/** Clips up to this long keep every frame; longer ones are thinned to THINNED_RATE. */
export const WHOLE_CLIP_SECONDS = 5.05;
export const THINNED_RATE = 30;
/** Timestamps this close (in seconds) are the same: containers and decoders round differently. */
const SAME_TIME = 1e-4;
const WATCHDOG_MS = 10_000;
const LARGEST_PIXELS = 8192 * 8192;
/** Frames that one call of `keep` receives at most. */
const BUNDLE = 16;

export interface VideoFacts {
  codec: string;
  /** Frames kept. */
  frameCount: number;
  /** Frames of the file as shown, before thinning. */
  shownFrames: number;
  seconds: number;
  /** Mean rate of the kept frames. */
  framesPerSecond: number;
  width: number;
  height: number;
  /** Presentation times of the kept frames in seconds from the first, rising. */
  timestamps: number[];
  /** Things worth telling about this file, as sentences. */
  notes: string[];
}

export interface ReadProgress {
  done: number;
  total: number | null;
  /** Seconds of the recording that are done. */
  seconds: number;
}

export interface ReadOptions {
  signal?: AbortSignal;
  progress?: (progress: ReadProgress) => void;
  /** For tests. */
  watchdogMs?: number;
}

/** Receives [n, STORE_SIZE, STORE_SIZE, 3] bytes; the next bundle waits for its promise. The bytes are reused. */
export type KeepFrames = (bytes: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/**
 * Decodes a video and hands on its frames in order, a bounded number at a time.
 * @throws Refusal with a sentence; errors of `keep` pass through
 */
export async function readVideo(file: Blob, keep: KeepFrames, options: ReadOptions = {}): Promise<VideoFacts> {
  refuseIfCancelled(options.signal);
  const watchdog = options.watchdogMs ?? WATCHDOG_MS;
  const source = new BlobSource(file, { handleUnhandledError: () => undefined });
  const input = new Input({ formats: ALL_FORMATS, source });
  const stop = () => input.dispose();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const track = await answerWithin(watchdog, openTrack(input, file), 'The file');
    return await decode(file, track, keep, options, watchdog);
  } catch (error) {
    refuseIfCancelled(options.signal);
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    input.dispose();
  }
}

async function openTrack(input: Input, file: Blob): Promise<InputVideoTrack> {
  let track: InputVideoTrack | null;
  try {
    if (file.size === 0) throw new Error('empty');
    track = await input.getPrimaryVideoTrack();
  } catch (error) {
    throw await explainUnopened(file, error);
  }
  if (!track) {
    if ((await input.getTracks()).length === 0) throw await explainUnopened(file, undefined);
    const sound = await input.getPrimaryAudioTrack().catch(() => null);
    const codec = sound ? await sound.getCodec() : null;
    throw new Refusal(
      'unreadable',
      sound
        ? `The file holds only sound (${(codec ?? 'unknown').toUpperCase()}) and no pictures. Choose the file with the pictures.`
        : 'The file holds no video track. Choose the file with the pictures.',
    );
  }
  const codec = await track.getCodec();
  if (codec === null || !(await track.canDecode())) {
    const inner = await track.getInternalCodecId();
    const name = codecName(codec ?? (typeof inner === 'string' ? inner : 'an unknown codec'));
    throw new Refusal(
      'unsupported codec',
      `The video is coded as ${name}, which this browser cannot decode. ${CONVERT_ADVICE}`,
    );
  }
  return track;
}

async function decode(
  file: Blob,
  track: InputVideoTrack,
  keep: KeepFrames,
  options: ReadOptions,
  watchdog: number,
): Promise<VideoFacts> {
  const codec = codecName((await track.getCodec()) ?? '');
  const width = await track.getDisplayWidth();
  const height = await track.getDisplayHeight();
  if (width * height > LARGEST_PIXELS || width * height === 0) {
    throw new Refusal('unreadable', `The pictures are ${width} × ${height} pixels; up to 8192 × 8192 can be read.`);
  }
  const listed = await listTimestamps(file, track, options.signal, watchdog);
  const stated = await track.getDurationFromMetadata();
  const { shown, end } = listed;
  const first = shown[0] ?? 0;
  const what = `${codec}, ${counted(shown.length, 'frame')}, ${inSeconds(end - first)}`;
  if (shown.length < SHORTEST_VIDEO) {
    throw new Refusal(
      'too short',
      `The video is too short (${what}): at least ${SHORTEST_VIDEO} frames are needed to compare moments of it.`,
    );
  }
  const shownRate = shown.length / Math.max(end - first, 1e-6);
  const thin = end - first > WHOLE_CLIP_SECONDS && shownRate > THINNED_RATE * 1.1;

  const pictures = new VideoPictures(width, height);
  const bundle = new Uint8Array(BUNDLE * FRAME_BYTES);
  let inBundle = 0;
  const timestamps: number[] = [];
  let decoded = 0;
  let place = 0;
  let slot = -1;
  let before = -Infinity;
  // Errors while storing are the store's, not the file's.
  let storing = false;
  const store = async (bytes: Uint8Array<ArrayBuffer>) => {
    storing = true;
    await keep(bytes);
    storing = false;
  };
  const frames = new VideoSampleSink(track).samples(first);
  try {
    for (;;) {
      const next = await answerWithin(watchdog, frames.next(), `The video decoder (${codec})`);
      if (next.done) break;
      const sample: VideoSample = next.value;
      try {
        refuseIfCancelled(options.signal);
        if (sample.timestamp < first - SAME_TIME) continue;
        place = findTimestamp(shown, place, sample.timestamp);
        if (place < 0 || sample.timestamp <= before) {
          throw new Refusal(
            'unreadable',
            `The frames of this video (${what}) come out of order or at times that its index does not name. Convert it again.`,
          );
        }
        before = sample.timestamp;
        decoded++;
        place++;
        if (thin) {
          const due = Math.floor((sample.timestamp - first) * THINNED_RATE + 0.25);
          if (due <= slot) continue;
          slot = due;
        }
        await pictures.reduce(sample, bundle, inBundle * FRAME_BYTES);
      } finally {
        sample.close();
      }
      inBundle++;
      timestamps.push(before - first);
      if (inBundle === BUNDLE) {
        await store(bundle);
        inBundle = 0;
        options.progress?.({ done: decoded, total: shown.length, seconds: before - first });
      }
    }
    if (inBundle > 0) await store(bundle.slice(0, inBundle * FRAME_BYTES));
  } catch (error) {
    if (error instanceof Refusal || storing || options.signal?.aborted) throw error;
    throw await explainBroken(track, what, decoded, before - first, error);
  } finally {
    await frames.return();
  }

  // An open group of pictures may lose its first one or two frames; anything more is damage.
  if (decoded < shown.length - 2) {
    throw await explainBroken(track, what, decoded, before - first, undefined);
  }
  const missingEnd = (stated ?? end) - end;
  if (missingEnd > Math.max(0.5, 3 / shownRate)) {
    throw new Refusal(
      'truncated',
      `The video says it lasts ${inSeconds((stated ?? end) - first)}, but its pictures (${what}) end early: the file was cut off. Copy it again from where it came.`,
    );
  }
  options.progress?.({ done: decoded, total: shown.length, seconds: end - first });
  const notes: string[] = [];
  if (thin) {
    notes.push(
      `${counted(shown.length, 'frame')} at ${Math.round(shownRate)} a second were thinned to ${timestamps.length} at about ${THINNED_RATE} a second.`,
    );
  }
  if (isUneven(timestamps)) notes.push('Its frame rate varies; frames are taken one by one as they come.');
  if (decoded < shown.length) notes.push(`${counted(shown.length - decoded, 'frame')} could not be decoded.`);
  if (await track.hasHighDynamicRange()) notes.push('The high dynamic range was reduced to ordinary colours.');
  return {
    codec,
    frameCount: timestamps.length,
    shownFrames: shown.length,
    seconds: end - first,
    framesPerSecond: timestamps.length / Math.max(end - first, 1e-6),
    width,
    height,
    timestamps,
    notes,
  };
}

interface Timestamps {
  /** Presentation timestamps in seconds, rising, of all frames that are to be shown. */
  shown: Float64Array;
  /** When the last one ends. */
  end: number;
}

async function listTimestamps(
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
      const next = await answerWithin(watchdog, packets.next(), 'The file');
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
function isUneven(timestamps: readonly number[]): boolean {
  const steps = timestamps.slice(1).map((time, i) => time - (timestamps[i] ?? 0));
  steps.sort((a, b) => a - b);
  return (steps.at(-1) ?? 0) > 1.6 * (steps[Math.floor(steps.length / 4)] ?? 0);
}

/** Index of the timestamp in the rising list at or after `from`, or -1; equal within a tenth of a millisecond. */
function findTimestamp(times: Float64Array, from: number, timestamp: number): number {
  for (let i = from; i < times.length; i++) {
    const difference = (times[i] as number) - timestamp;
    if (Math.abs(difference) < SAME_TIME) return i;
    if (difference > 0) return -1;
  }
  return -1;
}

/** Decides whether frames are missing because the file ends early or because it is damaged. */
async function explainBroken(
  track: InputVideoTrack,
  what: string,
  decoded: number,
  reached: number,
  cause: unknown,
): Promise<Refusal> {
  const cut = !(await lastPacketIsThere(track));
  const seen = `${decoded} of its frames (${inSeconds(Math.max(0, reached))})`;
  if (cut) {
    return new Refusal(
      'truncated',
      `The file (${what}) was cut off: only ${seen} are there, the rest is missing. Copy it again from where it came.`,
      cause,
    );
  }
  return new Refusal(
    'unreadable',
    `The file (${what}) is damaged: decoding stopped after ${seen}. Copy it again from where it came.`,
    cause,
  );
}

async function lastPacketIsThere(track: InputVideoTrack): Promise<boolean> {
  try {
    const packet = await new EncodedPacketSink(track).getPacket(Infinity);
    return packet !== null && packet.data.byteLength > 0 && packet.data.byteLength === packet.byteLength;
  } catch {
    return false;
  }
}

/** Waits at most so long for the browser, which may hang on a broken file without any error. */
async function answerWithin<T>(milliseconds: number, answer: Promise<T>, who: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = inSeconds(milliseconds / 1000);
      reject(
        new Refusal(
          'unreadable',
          `${who} stopped answering for ${seconds}. The file may be damaged; try another copy.`,
        ),
      );
    }, milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
