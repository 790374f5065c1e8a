// Reads a zip archive from anywhere without trusting it and without holding it in memory: the list of contents first, with
// everything it claims checked against the file, then single files as slices. What would grow beyond measure, lie over
// something else or lead out of its folder is refused with a sentence.
import { Inflate } from 'fflate';
import { crc32 } from '../../base/crc32';
import { CENTRAL_HEADER, END, END_64, LOCAL_HEADER, LOCATOR_64, SEE_64 } from './zipWriter';
import * as m from '../../words/messages';

/** A file was refused; the message is a sentence for people. */
export class BadArchive extends Error {
  override readonly name = 'BadArchive';
}

export interface ZipEntry {
  name: string;
  /** Bytes it has when it is out. */
  size: number;
  /** Bytes it takes in the archive. */
  packed: number;
  crc: number;
  isDeflated: boolean;
  /** Where its local header begins. */
  offset: number;
}

const MOST_ENTRIES = 200_000;
const MOST_DIRECTORY_BYTES = 64 << 20;
/** Above this a text is no honest text; deflate itself ends at 1,032. */
const MOST_RATIO = 300;
const HARMLESS_BYTES = 1 << 20;
/** Of one file that has to be in memory as a whole. */
export const MOST_TEXT_BYTES = 256 << 20;
const LONGEST_NAME = 240;

/** The files of an archive by name, folders and what is not a plain name left out. @throws BadArchive */
export async function readDirectory(file: Blob): Promise<Map<string, ZipEntry>> {
  const { count, start, bytes } = await findEnd(file);
  if (count > MOST_ENTRIES || bytes > MOST_DIRECTORY_BYTES) throw new BadArchive(m.runs_zip_many());
  if (start + bytes > file.size) throw new BadArchive(m.runs_zip_cut());
  const view = await viewOf(file, start, bytes);
  const entries = new Map<string, ZipEntry>();
  const spans: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes || view.getUint32(at, true) !== CENTRAL_HEADER) throw new BadArchive(m.runs_zip_damaged());
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameBytes + extraBytes + noteBytes;
    if (next > bytes) throw new BadArchive(m.runs_zip_damaged());
    const entry = entryAt(view, at, nameBytes, extraBytes);
    if (entry.offset + 30 + nameBytes + entry.packed > start) throw new BadArchive(m.runs_zip_damaged());
    spans.push(entry);
    if (isPlain(entry.name)) {
      if (entries.has(entry.name)) throw new BadArchive(m.runs_zip_twice({ name: entry.name }));
      entries.set(entry.name, entry);
    }
    at = next;
  }
  // Files that share bytes make a small archive unpack to a huge one.
  spans.sort((a, b) => a.offset - b.offset);
  for (const [i, span] of spans.entries()) {
    const after = spans[i + 1];
    if (after && span.offset + 30 + span.packed > after.offset) throw new BadArchive(m.runs_zip_damaged());
  }
  return entries;
}

/** The bytes of a file, without reading them where they lie in the archive as they are. @throws BadArchive */
export async function blobOf(file: Blob, entry: ZipEntry): Promise<Blob> {
  const header = await viewOf(file, entry.offset, 30);
  if (header.getUint32(0, true) !== LOCAL_HEADER) throw new BadArchive(m.runs_zip_damaged());
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = file.slice(start, start + entry.packed);
  if (packed.size !== entry.packed) throw new BadArchive(m.runs_zip_cut());
  if (!entry.isDeflated) return packed;
  return inflated(packed, entry);
}

/** A text of at most MOST_TEXT_BYTES. @throws BadArchive where it is damaged, too large or no text */
export async function textOf(file: Blob, entry: ZipEntry): Promise<string> {
  if (entry.size > MOST_TEXT_BYTES) throw new BadArchive(m.runs_zip_large({ name: entry.name }));
  const bytes = new Uint8Array(await (await blobOf(file, entry)).arrayBuffer());
  if (crc32(bytes) !== entry.crc) throw new BadArchive(m.runs_zip_sum({ name: entry.name }));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadArchive(m.runs_zip_sum({ name: entry.name }));
  }
}

/** Unpacks piece by piece, and stops as soon as more comes out than was promised. */
async function inflated(packed: Blob, entry: ZipEntry): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const inflate = new Inflate((piece) => {
    size += piece.length;
    if (size > entry.size) throw new BadArchive(m.runs_zip_bomb({ name: entry.name }));
    parts.push(piece as Uint8Array<ArrayBuffer>);
  });
  const step = 1 << 16;
  try {
    for (let at = 0; at < packed.size || at === 0; at += step) {
      const piece = new Uint8Array(await packed.slice(at, at + step).arrayBuffer());
      inflate.push(piece, at + step >= packed.size);
    }
  } catch (error) {
    if (error instanceof BadArchive) throw error;
    throw new BadArchive(m.runs_zip_sum({ name: entry.name }));
  }
  if (size !== entry.size) throw new BadArchive(m.runs_zip_sum({ name: entry.name }));
  return new Blob(parts);
}

function entryAt(view: DataView, at: number, nameBytes: number, extraBytes: number): ZipEntry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameBytes));
  if (flags & 1) throw new BadArchive(m.runs_zip_locked());
  if (method !== 0 && method !== 8) throw new BadArchive(m.runs_zip_method({ name: name.slice(0, 80) }));
  const fields = [24, 20, 42].map((place) => view.getUint32(at + place, true)) as [number, number, number];
  // The 64-bit fields stand in this order, and only those that are needed.
  let extra = at + 46 + nameBytes;
  for (const end = extra + extraBytes; extra + 4 <= end;) {
    const [kind, length] = [view.getUint16(extra, true), view.getUint16(extra + 2, true)];
    let place = extra + 4;
    for (const [i, field] of fields.entries()) {
      if (kind !== 1 || field !== SEE_64 || place + 8 > extra + 4 + length || place + 8 > end) continue;
      fields[i] = Number(view.getBigUint64(place, true));
      place += 8;
    }
    extra += 4 + length;
  }
  const [size, packed, offset] = fields;
  if (![size, packed, offset].every(Number.isSafeInteger)) throw new BadArchive(m.runs_zip_damaged());
  if (method === 0 && size !== packed) throw new BadArchive(m.runs_zip_damaged());
  if (size > HARMLESS_BYTES && size > MOST_RATIO * packed) {
    throw new BadArchive(m.runs_zip_bomb({ name: name.slice(0, 80) }));
  }
  return { name, size, packed, offset, crc: view.getUint32(at + 16, true), isDeflated: method === 8 };
}

/** Words, digits and dots between slashes; nothing that leads out of its folder, and no folder itself. */
function isPlain(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name);
}

/** Where the list of contents is: told at the end of the file, before a comment of up to 64 KB. */
async function findEnd(file: Blob): Promise<{ count: number; start: number; bytes: number }> {
  const from = Math.max(0, file.size - 22 - 0xffff);
  const view = await viewOf(file, from, file.size - from);
  let at = view.byteLength - 22;
  while (at >= 0 && (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) !== view.byteLength))
    at--;
  if (at < 0) throw new BadArchive(m.runs_zip_none());
  const [count, bytes, start] = [
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  if (count !== 0xffff && bytes !== SEE_64 && start !== SEE_64) return { count, start, bytes };
  if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) throw new BadArchive(m.runs_zip_damaged());
  const place = Number(view.getBigUint64(at - 12, true));
  if (!Number.isSafeInteger(place) || place + 56 > file.size) throw new BadArchive(m.runs_zip_damaged());
  const end = await viewOf(file, place, 56);
  if (end.getUint32(0, true) !== END_64) throw new BadArchive(m.runs_zip_damaged());
  const [many, long, far] = [32, 40, 48].map((field) => Number(end.getBigUint64(field, true))) as [
    number,
    number,
    number,
  ];
  if (![many, long, far].every(Number.isSafeInteger)) throw new BadArchive(m.runs_zip_damaged());
  return { count: many, start: far, bytes: long };
}

async function viewOf(file: Blob, from: number, length: number): Promise<DataView> {
  const buffer = await file.slice(from, from + length).arrayBuffer();
  if (buffer.byteLength !== length) throw new BadArchive(m.runs_zip_cut());
  return new DataView(buffer);
}
