// The archive under the project file: what is written can be read by others, and what others write is not trusted.
import * as fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { blobOf, readDirectory, textOf } from '../../src/app/project/zipReader';
import { ZipWriter } from '../../src/app/project/zipWriter';
import { crc32 } from '../../src/base/crc32';

const MADE_AT = new Date('2026-05-06T07:08:10');

async function written(fill: (zip: ZipWriter) => Promise<void>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new ZipWriter({ write: async (bytes) => void parts.push(bytes.slice()) }, MADE_AT);
  await fill(zip);
  await zip.end();
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const words = 'Stack the cubes. '.repeat(500);
const small = () =>
  written(async (zip) => {
    await zip.text('a/words.txt', words);
    await zip.bytesOf('a/numbers.bin', Uint8Array.of(1, 2, 3, 250));
  });

/** Where a signature is, from the end. */
function lastOf(bytes: Uint8Array, signature: number): number {
  const view = new DataView(bytes.buffer);
  for (let at = bytes.length - 4; at >= 0; at--) if (view.getUint32(at, true) === signature) return at;
  throw new Error('no such signature');
}

describe('an archive', () => {
  it('has the sums that everybody computes', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    expect(crc32(bytes.subarray(400), crc32(bytes.subarray(0, 400)))).toBe(crc32(bytes));
  });

  it('is one that other programs read', async () => {
    const files = unzipSync(await small());
    expect(Object.keys(files)).toEqual(['a/words.txt', 'a/numbers.bin']);
    expect(new TextDecoder().decode(files['a/words.txt'])).toBe(words);
    expect([...(files['a/numbers.bin'] ?? [])]).toEqual([1, 2, 3, 250]);
  });

  it('comes back as it went in, whatever is in it', async () => {
    const name = fc.stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,12}$/);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.string({ unit: 'binary' }), { noNullPrototype: true }), async (texts) => {
        const file = new Blob([
          await written(async (zip) => {
            for (const [at, text] of Object.entries(texts)) await zip.text(`f/${at}`, text);
          }),
        ]);
        const entries = await readDirectory(file);
        expect(entries.size).toBe(Object.keys(texts).length);
        for (const [at, text] of Object.entries(texts)) {
          const entry = entries.get(`f/${at}`);
          expect(entry && (await textOf(file, entry))).toBe(new TextDecoder().decode(new TextEncoder().encode(text)));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is read also when another program packed it, its folders left out', async () => {
    const packed = zipSync({ a: { 'words.txt': new TextEncoder().encode(words) }, '__MACOSX/._x': Uint8Array.of(1) });
    const file = new Blob([packed as Uint8Array<ArrayBuffer>]);
    const entries = await readDirectory(file);
    const entry = entries.get('a/words.txt');
    expect(entry && (await textOf(file, entry))).toBe(words);
    expect([...entries.keys()]).not.toContain('__MACOSX/._x');
  });
});

describe('a bad archive', () => {
  const refusal = async (bytes: Uint8Array<ArrayBuffer>) => {
    const file = new Blob([bytes]);
    const entries = await readDirectory(file);
    for (const entry of entries.values()) await textOf(file, entry);
    throw new Error('it was read');
  };

  it('is refused in words at whatever place it was cut', async () => {
    const whole = await small();
    for (let length = 0; length < whole.length; length += 7) {
      await expect(refusal(whole.slice(0, length))).rejects.toThrow(/cut off|damaged|no \.zip/);
    }
  });

  it('is refused or read as it was, whatever bit of it is flipped', async () => {
    const whole = await small();
    const texts = async (bytes: Uint8Array<ArrayBuffer>) => {
      const file = new Blob([bytes]);
      const entry = (await readDirectory(file)).get('a/words.txt');
      return entry ? textOf(file, entry) : null;
    };
    for (let at = 0; at < whole.length; at++) {
      const bent = whole.slice();
      bent[at] = (bent[at] ?? 0) ^ 0x10;
      const read = await texts(bent).catch((error: Error) => error);
      if (read instanceof Error) expect(read.name, `byte ${at}: ${read.message}`).toBe('BadArchive');
      else if (read !== null) expect(read).toBe(words);
    }
  });

  it('does not unpack to more than it says, and not to a thousand times its size', async () => {
    const zeros = await written((zip) => zip.text('zeros.txt', '\0'.repeat(8 << 20)));
    await expect(refusal(zeros)).rejects.toThrow(/beyond measure/);
    // One that lies about its size: the list says 100 bytes.
    const lying = (await written((zip) => zip.text('a.txt', words))).slice();
    const at = lastOf(lying, 0x02014b50);
    new DataView(lying.buffer).setUint32(at + 24, 100, true);
    await expect(refusal(lying)).rejects.toThrow(/beyond measure/);
  });

  it('cannot share bytes between its files, lead out of its folder or name something twice', async () => {
    const twice = await written(async (zip) => {
      await zip.text('a.txt', 'one');
      await zip.text('a.txt', 'two');
    });
    await expect(readDirectory(new Blob([twice]))).rejects.toThrow(/twice/);
    const shared = (
      await written(async (zip) => {
        await zip.text('a.txt', words);
        await zip.text('b.txt', words);
      })
    ).slice();
    new DataView(shared.buffer).setUint32(lastOf(shared, 0x02014b50) + 42, 0, true);
    await expect(readDirectory(new Blob([shared]))).rejects.toThrow(/damaged/);
    for (const name of [
      '../a.txt',
      '/a.txt',
      'a/../../b.txt',
      'a\\b.txt',
      'a//b.txt',
      '.hidden',
      `${'x'.repeat(300)}`,
    ]) {
      const file = new Blob([await written((zip) => zip.text(name, 'x'))]);
      expect((await readDirectory(file)).size, name).toBe(0);
    }
  });

  it('tells a damaged part from a whole one, also where it lies as it is', async () => {
    const whole = await small();
    const file = new Blob([whole]);
    const entry = (await readDirectory(file)).get('a/numbers.bin');
    expect(entry && [...new Uint8Array(await (await blobOf(file, entry)).arrayBuffer())]).toEqual([1, 2, 3, 250]);
    expect(entry?.crc).toBe(crc32(Uint8Array.of(1, 2, 3, 250)));
  });
});

describe('an archive above four gigabytes', () => {
  /** A file of which only the written pieces exist; the rest is zeros. */
  class Sparse {
    size = 0;
    readonly pieces: { at: number; bytes: Uint8Array }[] = [];

    async write(bytes: Uint8Array): Promise<void> {
      this.pieces.push({ at: this.size, bytes: bytes.slice() });
      this.size += bytes.length;
    }

    slice(from: number, to = this.size): Blob {
      const bytes = new Uint8Array(Math.max(0, Math.min(to, this.size) - from));
      for (const piece of this.pieces) {
        for (let i = Math.max(0, from - piece.at); i < piece.bytes.length && piece.at + i < to; i++) {
          bytes[piece.at + i - from] = piece.bytes[i] as number;
        }
      }
      return new Blob([bytes]);
    }
  }

  it('finds files beyond the reach of 32 bits', async () => {
    const sparse = new Sparse();
    // As if five gigabytes stood before it.
    const before = 5 * 2 ** 30;
    sparse.size = before;
    const zip = new ZipWriter(sparse, MADE_AT, before);
    await zip.text('first.txt', 'before');
    await zip.text('last.txt', 'after');
    await zip.end();
    const file = sparse as unknown as Blob;
    const entries = await readDirectory(file);
    const last = entries.get('last.txt');
    expect(last?.offset).toBeGreaterThan(before);
    expect(last && (await textOf(file, last))).toBe('after');
  });
});
