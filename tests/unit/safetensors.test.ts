import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadFile } from '../../src/checkpoints/problem';
import type { NamedTensor } from '../../src/checkpoints/safetensors';
import { MAX_HEADER_BYTES, parseSafetensors, toFloat32, writeSafetensors } from '../../src/checkpoints/safetensors';

const names = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', 'toString', 'a.b.weight', ''))
  .filter((name) => name !== '__metadata__' && !/\p{Surrogate}/u.test(name));
const tensor = fc
  .tuple(names, fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }))
  .chain(([name, shape]): fc.Arbitrary<NamedTensor> => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ name, shape, data }));
  });
const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 8 });
const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4, noNullPrototype: true });

/** A file with any header text over any data. */
function file(header: string | Uint8Array, data = new Uint8Array(0), length?: bigint): Uint8Array<ArrayBuffer> {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The tensors, or null where the file was refused with a sentence. Anything else fails the test. */
function attempt(bytes: Uint8Array<ArrayBuffer>) {
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    expect(error.message).toMatch(/^[A-Z0-9].*\.$/s);
    return null;
  }
}

describe('safetensors', () => {
  it('reads back what was written, bit for bit', () => {
    fc.assert(
      fc.property(tensors, metadata, (written, texts) => {
        const bytes = writeSafetensors(written, texts);
        const read = parseSafetensors(bytes);
        expect([...read.tensors.keys()].sort()).toEqual(written.map(({ name }) => name).sort());
        for (const { name, shape, data } of written) {
          const found = read.tensors.get(name);
          if (found === undefined) throw new Error(`lost ${name}`);
          expect(found.shape).toEqual(shape);
          expect(new Uint8Array(toFloat32(found).buffer)).toEqual(new Uint8Array(data.slice().buffer));
        }
        for (const [key, text] of Object.entries(texts)) {
          if (key !== 'format') expect(read.metadata.get(key)).toBe(text);
        }
        expect(read.metadata.get('format')).toBe('pt');
      }),
    );
  });

  it('pads the header to eight bytes, sorts by name and leaves no gaps', () => {
    const data = new Float32Array([1, 2]);
    const bytes = writeSafetensors([
      { name: 'b', shape: [2], data },
      { name: 'a', shape: [1, 2], data },
    ]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd()).toBe(
      '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
        '"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
    );
  });

  it('refuses every truncation and every extension', () => {
    fc.assert(
      fc.property(tensors, fc.nat(), fc.integer({ min: 1, max: 16 }), (written, cut, more) => {
        const bytes = writeSafetensors(written);
        expect(attempt(bytes.slice(0, cut % bytes.length))).toBeNull();
        const longer = new Uint8Array(bytes.length + more);
        longer.set(bytes);
        expect(attempt(longer)).toBeNull();
      }),
    );
  });

  it('after a flipped bit refuses, or still covers the data exactly without overlap', () => {
    fc.assert(
      fc.property(tensors, fc.nat(), fc.nat({ max: 7 }), (written, at, bit) => {
        const bytes = writeSafetensors(written);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        const read = attempt(bytes);
        if (read === null) return;
        let covered = 0;
        for (const { shape, dtype, bytes: view } of read.tensors.values()) {
          const item = { F32: 4, F16: 2, BF16: 2, I32: 4, U8: 1 }[dtype];
          expect(view.length).toBe(shape.reduce((product, size) => product * size, item));
          expect(view.byteOffset - read.data.byteOffset).toBe(covered);
          covered += view.length;
        }
        expect(covered).toBe(read.data.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('never crashes on arbitrary headers', () => {
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'F64', '__proto__'), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.oneof(fc.nat(5), fc.double(), fc.constant(2 ** 53))), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.nat(16), fc.nat(16)), fc.jsonValue()),
      },
      { noNullPrototype: true },
    );
    const header = fc.dictionary(fc.oneof(names, fc.constant('__metadata__')), fc.oneof(entry, fc.jsonValue()));
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 16 }), (value, data) => {
        attempt(file(JSON.stringify(value), data));
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void attempt(bytes.slice())));
  });

  const f32 = (begin: number, end: number, shape = '[1]', dtype = 'F32') =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;
  const eight = new Uint8Array(8);
  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['an empty file', new Uint8Array(0), /too few/],
    ['a length above 2^53', file('{}', eight, 2n ** 63n + 2n), /larger than/],
    ['a header above the cap', file(`{${' '.repeat(MAX_HEADER_BYTES)}}`), /larger than/],
    ['a header longer than the file', file('{}', eight, 11n), /cut off/],
    ['bytes that are not UTF-8', file(new Uint8Array([0x7b, 0xff, 0x7d])), /not valid text/],
    ['an overlong encoding', file(new Uint8Array([0x7b, 0xc0, 0xa2, 0x7d])), /not valid text/],
    ['a byte order mark', file('\ufeff{}'), /begin/],
    ['a list', file('[]'), /begin/],
    ['broken JSON', file('{"a":'), /not valid JSON/],
    ['deep nesting', file(`{"a":${'['.repeat(100_000)}`), /nested/],
    ['a doubled name', file(`{"a":${f32(0, 4)},"a":${f32(0, 8, '[2]')}}`, eight), /twice/],
    ['a doubled name in other letters', file(`{"a":${f32(0, 4)},"\\u0061":${f32(0, 8, '[2]')}}`, eight), /twice/],
    ['a doubled field', file('{"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}', eight), /twice/],
    ['overlap', file(`{"a":${f32(0, 8, '[2]')},"b":${f32(4, 8)}}`, eight), /overlaps/],
    ['a gap', file(`{"a":${f32(4, 8)}}`, eight), /belong to none/],
    ['bytes left over', file(`{"a":${f32(0, 4)}}`, eight), /belong to no tensor/],
    ['offsets beyond the end', file(`{"a":${f32(0, 12, '[3]')}}`, eight), /beyond the end/],
    ['offsets backwards', file(`{"a":${f32(8, 0)}}`, eight), /ends before/],
    ['a shape that does not fit', file(`{"a":${f32(0, 8, '[3]')}}`, eight), /do not fit/],
    ['a shape that overflows', file(`{"a":${f32(0, 8, '[4294967296,4294967296,4294967296]')}}`, eight), /do not fit/],
    ['a shape above 2^53', file(`{"a":${f32(0, 8, '[9007199254740993]')}}`, eight), /no valid shape/],
    ['a negative shape', file(`{"a":${f32(0, 8, '[-1,-2]')}}`, eight), /no valid shape/],
    ['a number type of the prototype', file(`{"a":${f32(0, 8, '[2]', 'toString')}}`, eight), /can be read/],
    ['F64', file(`{"a":${f32(0, 8, '[1]', 'F64')}}`, eight), /can be read/],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /not a text/],
    ['metadata as a list', file('{"__metadata__":[]}'), /not an object/],
    ['a field too many', file('{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"x":1}}', eight), /nothing else/],
    ['fields under __proto__', file(`{"a":{"__proto__":${f32(0, 8, '[2]')}}}`, eight), /deeply|nothing else/],
    [
      'too many tensors',
      file(`{${Array.from({ length: 10_001 }, (_, i) => `"${i}":${f32(0, 0, '[0]')}`).join(',')}}`),
      /more than 10000/,
    ],
  ])('refuses %s with a sentence', (_what, bytes, sentence) => {
    expect(() => parseSafetensors(bytes)).toThrow(sentence);
    expect(attempt(bytes)).toBeNull();
  });

  it('keeps a tensor called __proto__ a tensor', () => {
    const { tensors: read } = parseSafetensors(file(`{"__proto__":${f32(0, 8, '[2]')}}`, eight));
    expect([...read.keys()]).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });

  it('widens half precision exactly', () => {
    const halves = new Uint16Array([0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x7e00]);
    const read = (dtype: 'F16' | 'BF16') =>
      Array.from(toFloat32({ dtype, shape: [halves.length], bytes: new Uint8Array(halves.buffer) }));
    expect(read('F16')).toEqual([0, -0, 1, -2, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, NaN]);
    expect(read('BF16').slice(0, 4)).toEqual([0, -0, 0.0078125, -2]);
    expect(() => toFloat32({ dtype: 'U8', shape: [1], bytes: new Uint8Array(1) })).toThrow(BadFile);
  });

  it('does not write what could not be read', () => {
    const data = new Float32Array(2);
    expect(() => writeSafetensors([{ name: 'a', shape: [3], data }])).toThrow(RangeError);
    const twice = { name: 'a', shape: [2], data };
    expect(() => writeSafetensors([twice, twice])).toThrow(RangeError);
    expect(() => writeSafetensors([twice], { note: 'x'.repeat(MAX_HEADER_BYTES) })).toThrow(RangeError);
  });
});
