// Looks at the first bytes of a file that no demultiplexer opened, so that the sentence can say what the file really is
// ("plain text", "an AVI with MPEG-4 Part 2", "an mp4 without its index") and not only that it failed.
import { Refusal } from './refusal';
import * as m from '../words/messages';

const CODEC_NAMES: Record<string, string> = {
  avc: 'H.264',
  hevc: 'H.265 (HEVC)',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
  prores: 'ProRes',
  mp4v: 'MPEG-4 Part 2',
  fmp4: 'MPEG-4 Part 2',
  xvid: 'MPEG-4 Part 2',
  divx: 'MPEG-4 Part 2',
  dx50: 'MPEG-4 Part 2',
  mjpg: 'Motion JPEG',
  apcn: 'ProRes',
  apch: 'ProRes',
  apcs: 'ProRes',
  'v_mpeg4/iso/asp': 'MPEG-4 Part 2',
  v_mpeg2: 'MPEG-2',
  v_theora: 'Theora',
};

/** The usual name of a codec, given its short or four-letter name; unknown ones are shown as they are. */
export function codecName(code: string): string {
  return CODEC_NAMES[code.trim().toLowerCase()] ?? code.trim();
}

/** Why a file could not be opened as a video. Reads at most its box headers and first kilobytes. */
export async function explainUnopened(file: Blob, cause: unknown): Promise<Refusal> {
  if (file.size === 0) {
    return new Refusal('unreadable', m.engine_file_empty(), cause);
  }
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  const text = latin(head);
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'AVI ') {
    const stream = text.indexOf('vids');
    const codec = stream < 0 ? m.engine_codec_unknown() : codecName(text.slice(stream + 4, stream + 8));
    return new Refusal('unsupported codec', m.engine_avi({ codec, convert: m.engine_convert() }), cause);
  }
  if (text.slice(4, 8) === 'ftyp' || text.slice(4, 8) === 'moov' || text.slice(4, 8) === 'mdat') {
    if (!(await hasBox(file, 'moov'))) {
      return new Refusal('unreadable', m.engine_index_missing(), cause);
    }
    return new Refusal('unreadable', m.engine_index_damaged(), cause);
  }
  if (text.startsWith('FLV') || text.startsWith('0&²u') || text.startsWith('RIFF')) {
    return new Refusal('unsupported codec', m.engine_container_unplayed({ convert: m.engine_convert() }), cause);
  }
  if (isPlainText(head)) {
    return new Refusal('unreadable', m.engine_plain_text(), cause);
  }
  return new Refusal('unreadable', m.engine_not_a_video(), cause);
}

/** Walks the top-level boxes of an ISO media file. */
async function hasBox(file: Blob, name: string): Promise<boolean> {
  let at = 0;
  for (let boxes = 0; boxes < 1000 && at + 8 <= file.size; boxes++) {
    const header = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const kind = latin(new Uint8Array(header.buffer, 4, 4));
    let size = header.getUint32(0);
    if (size === 1 && header.byteLength >= 16) size = Number(header.getBigUint64(8));
    if (kind === name) return true;
    if (size === 0 || size < 8) return false;
    at += size;
  }
  return false;
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function isPlainText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte !== 127));
}
