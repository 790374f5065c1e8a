// The safetensors format: eight bytes of header length, a JSON header, then the numbers. Reading trusts nothing: every
// length, name and offset of the header is checked before a byte of data is looked at, since the file may come from
// anywhere. Format: https://huggingface.co/docs/safetensors; the caps are stricter than the reference's 100 MB header.

import { BadFile } from './problem';
import * as m from '../words/messages';

export const MAX_HEADER_BYTES = 1 << 20;
export const MAX_TENSORS = 10_000;
const MAX_RANK = 8;
/** Header object, tensor object, shape list. Anything deeper is not a safetensors header. */
const MAX_DEPTH = 3;

const ITEM_BYTES = { F32: 4, F16: 2, BF16: 2, I32: 4, U8: 1 } as const;
export type Dtype = keyof typeof ITEM_BYTES;

/** A tensor to write, f32. */
export interface NamedTensor {
  name: string;
  shape: readonly number[];
  /** Row-major, as many numbers as the shape says. */
  data: Float32Array;
}

/** A tensor as it lies in a file; `bytes` is a view of the file, not a copy, and may be unaligned. */
export interface StoredTensor {
  dtype: Dtype;
  shape: readonly number[];
  bytes: Uint8Array<ArrayBuffer>;
}

export interface SafetensorsFile {
  metadata: ReadonlyMap<string, string>;
  /** By name, in the order of the data. */
  tensors: ReadonlyMap<string, StoredTensor>;
  /** Everything after the header. */
  data: Uint8Array<ArrayBuffer>;
}

/**
 * Writes f32 tensors in the order of their names. `format: pt` is added to the metadata, because loaders of the
 * ecosystem refuse files without it.
 * @throws {RangeError} for a doubled or reserved name, a shape that does not fit its data, or a header above the cap.
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort((a, b) => compare(a.name, b.name));
  if (sorted.length > MAX_TENSORS) throw new RangeError(`${sorted.length} tensors; at most ${MAX_TENSORS} fit a file`);

  const texts = { ...metadata, format: 'pt' };
  const entries: string[] = [
    `"__metadata__":${JSON.stringify(Object.fromEntries(Object.entries(texts).sort(([a], [b]) => compare(a, b))))}`,
  ];
  let end = 0;
  sorted.forEach(({ name, shape, data }, i) => {
    if (name === '__metadata__' || name === sorted[i - 1]?.name) throw new RangeError(`tensor name ${name} is taken`);
    if (countItems(shape) !== data.length) throw new RangeError(`${name}: ${data.length} numbers in shape [${shape}]`);
    const begin = end;
    end += data.byteLength;
    // Put together as text: assigning to an object would lose a tensor called __proto__.
    entries.push(
      `${JSON.stringify(name)}:${JSON.stringify({ dtype: 'F32', shape: [...shape], data_offsets: [begin, end] })}`,
    );
  });

  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const headerBytes = Math.ceil(json.length / 8) * 8;
  if (headerBytes > MAX_HEADER_BYTES) throw new RangeError(`a header of ${headerBytes} bytes is above the cap`);

  const file = new Uint8Array(8 + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let offset = 8 + headerBytes;
  for (const { data } of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/**
 * Reads a whole file.
 * @throws {BadFile} with a sentence for anything that breaks a rule of the format or one of the caps.
 */
export function parseSafetensors(file: Uint8Array<ArrayBuffer>): SafetensorsFile {
  if (file.length < 8) throw new BadFile(m.engine_tensors_too_few_bytes({ bytes: file.length }));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  // Compared as BigInt: as a number, a length above 2^53 would be rounded first.
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new BadFile(m.engine_tensors_header_large());
  }
  const headerBytes = Number(length);
  if (headerBytes > file.length - 8) {
    throw new BadFile(m.engine_tensors_header_cut());
  }
  const header = parseHeader(file.subarray(8, 8 + headerBytes));
  const data = file.subarray(8 + headerBytes);

  const metadata = new Map<string, string>();
  const entries: { name: string; dtype: Dtype; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, text] of Object.entries(asObject(value, m.engine_tensors_metadata_object))) {
        if (typeof text !== 'string') throw new BadFile(m.engine_tensors_metadata_entry({ key: quote(key) }));
        metadata.set(key, text);
      }
    } else {
      entries.push({ name, ...parseEntry(name, value, data.length) });
      if (entries.length > MAX_TENSORS) {
        throw new BadFile(m.engine_tensors_too_many({ most: MAX_TENSORS }));
      }
    }
  }

  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, StoredTensor>();
  let covered = 0;
  for (const { name, dtype, shape, begin, end } of entries) {
    if (begin < covered) throw new BadFile(m.engine_tensors_overlap({ name: quote(name) }));
    if (begin > covered) throw new BadFile(m.engine_tensors_gap({ name: quote(name) }));
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
    covered = end;
  }
  if (covered !== data.length) {
    throw new BadFile(m.engine_tensors_rest({ bytes: data.length - covered }));
  }
  return { metadata, tensors, data };
}

/**
 * The numbers of a tensor as f32; F16 and BF16 widen exactly.
 * @throws {BadFile} for a tensor of whole numbers.
 */
export function toFloat32(tensor: StoredTensor): Float32Array<ArrayBuffer> {
  const bytes = tensor.bytes.slice();
  switch (tensor.dtype) {
    case 'F32':
      return new Float32Array(bytes.buffer);
    case 'BF16': {
      const bits = new Uint32Array(bytes.length / 2);
      new Uint16Array(bytes.buffer).forEach((half, i) => (bits[i] = half << 16));
      return new Float32Array(bits.buffer);
    }
    case 'F16':
      return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat);
    default:
      throw new BadFile(m.engine_tensors_whole_numbers({ type: tensor.dtype }));
  }
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function parseHeader(bytes: Uint8Array): object {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BadFile(m.engine_tensors_header_text());
  }
  if (!text.startsWith('{')) throw new BadFile(m.engine_tensors_header_begin());
  const written = scan(text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BadFile(m.engine_tensors_header_json());
  }
  const header = asObject(parsed, m.engine_tensors_header_object);
  // JSON.parse lets the last of two equal names win; the reference rejects them, and so must we.
  let kept = 0;
  for (const value of Object.values(header)) {
    kept += 1 + (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).length : 0);
  }
  if (kept !== written) throw new BadFile(m.engine_tensors_named_twice());
  return header;
}

/** Counts the `name: value` pairs of JSON text, and refuses nesting that could not be a header before it is parsed. */
function scan(text: string): number {
  let pairs = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ':') pairs++;
    else if (c === '{' || c === '[') {
      if (++depth > MAX_DEPTH) throw new BadFile(m.engine_tensors_nested());
    } else if (c === '}' || c === ']') depth--;
  }
  return pairs;
}

function parseEntry(name: string, value: unknown, dataBytes: number) {
  const what = { name: quote(name) };
  const fields = new Map(Object.entries(asObject(value, () => m.engine_tensor_object(what))));
  const dtype = fields.get('dtype');
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (fields.size !== 3) throw new BadFile(m.engine_tensor_fields(what));
  if (!isDtype(dtype)) {
    throw new BadFile(m.engine_tensor_type({ ...what, type: quote(String(dtype)) }));
  }
  if (!isCounts(shape) || shape.length > MAX_RANK) throw new BadFile(m.engine_tensor_shape(what));
  if (!isCounts(offsets) || offsets.length !== 2) throw new BadFile(m.engine_tensor_offsets(what));
  const [begin = 0, end = 0] = offsets;
  if (end < begin) throw new BadFile(m.engine_tensor_ends_early(what));
  if (end > dataBytes) {
    throw new BadFile(m.engine_tensor_beyond(what));
  }
  const bytes = countItems(shape) * ITEM_BYTES[dtype];
  if (!Number.isSafeInteger(bytes) || bytes !== end - begin) {
    throw new BadFile(m.engine_tensor_size({ ...what, shape: shape.join(', '), bytes: end - begin }));
  }
  return { dtype, shape, begin, end };
}

function countItems(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(ITEM_BYTES, value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function asObject(value: unknown, problem: () => string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadFile(problem());
  return value;
}

/** Names from files are shown to people: shortened, and with their control characters escaped. */
function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
