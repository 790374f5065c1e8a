// Writes a zip archive piece by piece to wherever it goes, so that it may be larger than memory. Weights and pictures are
// stored as they are, text is deflated. Archives above 4 GB or 65,535 files get the 64-bit fields of ZIP64. Format:
// PKWARE's APPNOTE 6.3.
import { Deflate } from 'fflate';
import { crc32 } from '../../base/crc32';
import { nextTurn } from '../../base/turns';

/** Where an archive goes. */
export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export const LOCAL_HEADER = 0x04034b50;
export const CENTRAL_HEADER = 0x02014b50;
export const END = 0x06054b50;
export const END_64 = 0x06064b50;
export const LOCATOR_64 = 0x07064b50;
/** Stands where a 32-bit field is too small and the 64-bit one counts. */
export const SEE_64 = 0xffffffff;
const UTF8 = 0x0800;
/** Summed up and packed at once; the page must stay quick while it saves. */
const PIECE = 1 << 20;
const PACKED_PIECE = 1 << 18;

interface Written {
  name: Uint8Array;
  method: 0 | 8;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

export class ZipWriter {
  readonly #sink: Sink;
  readonly #stamp: number;
  readonly #written: Written[] = [];
  #offset = 0;

  /**
   * @param madeAt what all files in it are dated
   * @param offset bytes that stand before it in the file
   */
  constructor(sink: Sink, madeAt: Date, offset = 0) {
    this.#sink = sink;
    this.#stamp = dosTime(madeAt);
    this.#offset = offset;
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#offset;
  }

  async text(name: string, content: string): Promise<void> {
    const bytes = new TextEncoder().encode(content);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const deflate = new Deflate((part) => parts.push(part as Uint8Array<ArrayBuffer>));
    let crc = 0;
    for (let at = 0; at < bytes.length || at === 0; at += PACKED_PIECE) {
      const piece = bytes.subarray(at, at + PACKED_PIECE);
      crc = crc32(piece, crc);
      deflate.push(piece, at + PACKED_PIECE >= bytes.length);
      if (at > 0) await nextTurn();
    }
    const packed = new Uint8Array(await new Blob(parts).arrayBuffer());
    await this.#add(name, 8, packed, crc, bytes.length);
  }

  /** As they are: weights and pictures would hardly shrink. */
  async bytesOf(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let crc = 0;
    for (let at = 0; at < bytes.length; at += PIECE) {
      crc = crc32(bytes.subarray(at, at + PIECE), crc);
      await nextTurn();
    }
    await this.#add(name, 0, bytes, crc, bytes.length);
  }

  /** Writes the list of contents; without it nothing can be read. */
  async end(): Promise<void> {
    const start = this.#offset;
    for (const file of this.#written) await this.#write(centralHeader(file, this.#stamp));
    await this.#write(endOf(this.#written.length, start, this.#offset - start));
  }

  async #add(name: string, method: 0 | 8, packed: Uint8Array<ArrayBuffer>, crc: number, size: number): Promise<void> {
    const file = {
      name: new TextEncoder().encode(name),
      method,
      crc,
      packed: packed.length,
      size,
      offset: this.#offset,
    };
    const header = new Fields(30 + file.name.length);
    header.u32(LOCAL_HEADER).u16(20).u16(UTF8).u16(method).u32(this.#stamp);
    header.u32(crc).u32(packed.length).u32(size).u16(file.name.length).u16(0).put(file.name);
    await this.#write(header.bytes);
    await this.#write(packed);
    this.#written.push(file);
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#sink.write(bytes);
    this.#offset += bytes.length;
  }
}

function centralHeader({ name, method, crc, packed, size, offset }: Written, stamp: number): Uint8Array<ArrayBuffer> {
  const far = offset >= SEE_64;
  const header = new Fields(46 + name.length + (far ? 12 : 0));
  const version = far ? 45 : 20;
  header.u32(CENTRAL_HEADER).u16(version).u16(version).u16(UTF8).u16(method).u32(stamp);
  header
    .u32(crc)
    .u32(packed)
    .u32(size)
    .u16(name.length)
    .u16(far ? 12 : 0);
  header.u16(0).u16(0).u16(0).u32(0);
  header.u32(far ? SEE_64 : offset).put(name);
  if (far) header.u16(1).u16(8).u64(offset);
  return header.bytes;
}

function endOf(count: number, start: number, bytes: number): Uint8Array<ArrayBuffer> {
  const large = count >= 0xffff || start >= SEE_64 || bytes >= SEE_64;
  const end = new Fields(22 + (large ? 76 : 0));
  if (large) {
    end.u32(END_64).u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(bytes).u64(start);
    end
      .u32(LOCATOR_64)
      .u32(0)
      .u64(start + bytes)
      .u32(1);
  }
  const few = Math.min(count, 0xffff);
  end.u32(END).u16(0).u16(0).u16(few).u16(few);
  end.u32(Math.min(bytes, SEE_64)).u32(Math.min(start, SEE_64)).u16(0);
  return end.bytes;
}

/** Fields one after the other, little-endian. */
class Fields {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

/** Time in the lower half, date in the upper, in steps of two seconds. */
function dosTime(at: Date): number {
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}
