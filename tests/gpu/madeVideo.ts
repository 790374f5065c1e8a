// A film of any length, made at once: a few seconds are encoded, and their packets repeated.
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny';

export const MADE_RATE = 30;

/** @param group frames from one key frame to the next */
async function encodedGroup(group: number, width: number, height: number) {
  const chunks: EncodedVideoChunk[] = [];
  let config: VideoDecoderConfig | undefined;
  let failure: unknown;
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      chunks.push(chunk);
      config ??= metadata?.decoderConfig;
    },
    error: (error) => (failure = error),
  });
  encoder.configure({ codec: 'vp8', width, height, bitrate: 200_000, framerate: MADE_RATE });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  for (let i = 0; i < group; i++) {
    if (!context) break;
    context.fillStyle = '#333';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#fc6';
    context.fillRect((i * width) / group, height / 3, width / 6, height / 3);
    const frame = new VideoFrame(canvas, { timestamp: (i * 1e6) / MADE_RATE });
    encoder.encode(frame, { keyFrame: i === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  if (failure) throw failure;
  return { chunks, config };
}

/** A WebM with VP8 of `groups` times `group` frames. */
export async function madeVideo(groups: number, group = 60, width = 160, height = 96): Promise<File> {
  const { chunks, config } = await encodedGroup(group, width, height);
  const source = new EncodedVideoPacketSource('vp8');
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  output.addVideoTrack(source, { frameRate: MADE_RATE });
  await output.start();
  for (let at = 0; at < groups; at++) {
    for (const [i, chunk] of chunks.entries()) {
      const packet = EncodedPacket.fromEncodedChunk(chunk).clone({
        timestamp: (at * group + i) / MADE_RATE,
        duration: 1 / MADE_RATE,
      });
      await source.add(packet, config ? { decoderConfig: config } : undefined);
    }
  }
  await output.finalize();
  if (!target.buffer) throw new Error('The film could not be written.');
  return new File([target.buffer], 'made.webm');
}
