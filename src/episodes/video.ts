// Reads one local video with mediabunny (demultiplexing) and WebCodecs (decoding). Frames are known by their
// presentation timestamps, never by guess: before decoding, the timestamps of all packets are listed; every decoded
// frame must be the next of that list, and at the end none may be missing. Rotation, mirroring, non-square pixels and
// edit lists are the file's, applied here, so that a stored picture looks as a player would show it.
import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input, VideoSampleSink } from 'mediabunny';
import type { InputVideoTrack, VideoSample } from 'mediabunny';
import { codecName, explainUnopened } from './containerSniff';
import { inSeconds, Refusal, refuseIfCancelled } from './refusal';
import type { Gate } from './importControl';
import { FRAME_BYTES } from './squarePicture';
import { storedPlaces, storedRate, thinnedSentence } from './storedFrames';
import { VideoPictures } from './videoPictures';
import { answerWithin, findTimestamp, isUneven, listTimestamps, SAME_TIME } from './videoTimes';
import * as m from '../words/messages';
import { many } from '../base/numbers';

/** Fewer frames give less than two pairs at the smallest window once anything is trimmed. */
export const SHORTEST_VIDEO = 12;
const WATCHDOG_MS = 10_000;
const LARGEST_PIXELS = 8192 * 8192;
/** Frames that one call of `keep` receives at most. */
const BUNDLE = 16;

export interface VideoFacts {
  codec: string;
  /** Frames kept. */
  frameCount: number;
  /** Frames of the file as shown, of which only some may have been kept. */
  shownFrames: number;
  /** Place of each kept frame among the shown ones, rising. */
  places: number[];
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
  /** Where reading may be halted; while it is, no decoder is held, and afterwards it goes on from the same frame. */
  gate?: Gate;
  /** Told how many frames will be kept before the first is; what it throws ends the reading. */
  plan?: (frames: number) => Promise<void> | void;
  /** Of a damaged or cut-off recording keeps what can be read, instead of refusing it. */
  keepsPart?: boolean;
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
    const track = await answerWithin(watchdog, openTrack(input, file), m.engine_the_file_silent);
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
        ? m.engine_only_sound({ codec: codec?.toUpperCase() ?? m.engine_sound_unknown() })
        : m.engine_no_video_track(),
    );
  }
  const codec = await track.getCodec();
  if (codec === null || !(await track.canDecode())) {
    const inner = await track.getInternalCodecId();
    const name = codecName(codec ?? (typeof inner === 'string' ? inner : m.engine_coded_unknown()));
    throw new Refusal('unsupported codec', m.engine_video_coded({ name, convert: m.engine_convert() }));
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
    throw new Refusal('unreadable', m.engine_video_large({ width, height }));
  }
  const listed = await listTimestamps(file, track, options.signal, watchdog);
  const stated = await track.getDurationFromMetadata();
  const { shown, end } = listed;
  const first = shown[0] ?? 0;
  const what = `${codec}, ${m.engine_count_frames(many(shown.length))}, ${inSeconds(end - first)}`;
  if (shown.length < SHORTEST_VIDEO) {
    throw new Refusal('too short', m.engine_video_short({ what, fewest: SHORTEST_VIDEO }));
  }
  const shownRate = shown.length / Math.max(end - first, 1e-6);
  const wanted = storedPlaces(shown, storedRate(shown.length, end - first));
  await options.plan?.(wanted.length);

  const pictures = new VideoPictures(width, height);
  const bundle = new Uint8Array(BUNDLE * FRAME_BYTES);
  let inBundle = 0;
  const timestamps: number[] = [];
  const places: number[] = [];
  let decoded = 0;
  let place = 0;
  let nextWanted = 0;
  let before = -Infinity;
  let isAgain = false;
  // Errors while storing are the store's, not the file's.
  let storing = false;
  const store = async (bytes: Uint8Array<ArrayBuffer>) => {
    storing = true;
    await keep(bytes);
    storing = false;
  };
  let broken: Refusal | null = null;
  const sink = new VideoSampleSink(track);
  let frames = sink.samples(first);
  try {
    for (;;) {
      if (options.gate?.paused) {
        // A browser may take an idle decoder away, so it is given back; the next one begins at the key frame before.
        await frames.return();
        await options.gate.gate();
        frames = sink.samples(Math.max(first, before));
        isAgain = true;
      }
      const next = await answerWithin(watchdog, frames.next(), ({ seconds }) =>
        m.engine_the_decoder_silent({ codec, seconds }),
      );
      if (next.done) break;
      const sample: VideoSample = next.value;
      try {
        refuseIfCancelled(options.signal);
        if (sample.timestamp < first - SAME_TIME) continue;
        if (isAgain && sample.timestamp < before + SAME_TIME) continue;
        isAgain = false;
        place = findTimestamp(shown, place, sample.timestamp);
        if (place < 0 || sample.timestamp <= before) {
          throw new Refusal('unreadable', m.engine_video_order({ what }));
        }
        before = sample.timestamp;
        decoded++;
        place++;
        // The wanted one may have been lost: then this one stands in for it.
        if (place <= (wanted[nextWanted] ?? Infinity)) continue;
        while (place > (wanted[nextWanted] ?? Infinity)) nextWanted++;
        await pictures.reduce(sample, bundle, inBundle * FRAME_BYTES);
      } finally {
        sample.close();
      }
      inBundle++;
      timestamps.push(before - first);
      places.push(place - 1);
      if (inBundle === BUNDLE) {
        await store(bundle);
        inBundle = 0;
        options.progress?.({ done: decoded, total: shown.length, seconds: before - first });
      }
    }
  } catch (error) {
    if (error instanceof Refusal || storing || options.signal?.aborted) throw error;
    broken = await explainBroken(track, what, decoded, before - first, error);
  } finally {
    await frames.return();
  }

  // An open group of pictures may lose its first one or two frames; anything more is damage.
  if (!broken && decoded < shown.length - 2) {
    broken = await explainBroken(track, what, decoded, before - first, undefined);
  }
  const missingEnd = (stated ?? end) - end;
  if (!broken && missingEnd > Math.max(0.5, 3 / shownRate)) {
    const sentence = m.engine_video_ends_early({ stated: inSeconds((stated ?? end) - first), what });
    broken = new Refusal('truncated', sentence, undefined, decoded);
  }
  if (broken && !(options.keepsPart && broken.readable !== null)) throw broken;
  if (inBundle > 0) await keep(bundle.slice(0, inBundle * FRAME_BYTES));
  const reached = broken ? Math.min(end, before + 1 / shownRate) : end;
  options.progress?.({ done: decoded, total: shown.length, seconds: reached - first });
  const notes: string[] = [];
  if (wanted.length < shown.length) notes.push(thinnedSentence(shown.length, timestamps.length, end - first));
  if (isUneven(timestamps)) notes.push(m.engine_video_uneven());
  if (broken) notes.push(m.engine_video_part({ decoded, frames: m.engine_of_frames(many(shown.length)) }));
  else if (decoded < shown.length) notes.push(m.engine_video_undecoded(many(shown.length - decoded)));
  if (await track.hasHighDynamicRange()) notes.push(m.engine_video_hdr());
  return {
    codec,
    frameCount: timestamps.length,
    shownFrames: shown.length,
    places,
    seconds: end - first,
    framesPerSecond: timestamps.length / Math.max(reached - first, 1e-6),
    width,
    height,
    timestamps,
    notes,
  };
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
  const seen = { what, decoded, seconds: inSeconds(Math.max(0, reached)) };
  const readable = decoded >= SHORTEST_VIDEO ? decoded : null;
  if (cut) {
    return new Refusal('truncated', m.engine_video_cut(seen), cause, readable);
  }
  return new Refusal('unreadable', m.engine_video_damaged(seen), cause, readable);
}

async function lastPacketIsThere(track: InputVideoTrack): Promise<boolean> {
  try {
    const packet = await new EncodedPacketSink(track).getPacket(Infinity);
    return packet !== null && packet.data.byteLength > 0 && packet.data.byteLength === packet.byteLength;
  } catch {
    return false;
  }
}
