// The compiled loops in the repository are those of the sources beside them. Compiling takes seconds, so one of the three
// builds is made again here; `npm run wasm` writes all three at once.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileLoops, KINDS } from '../../scripts/wasm.mjs';

test('wasm/fused.wasm is what wasm/*.ts compile to', async () => {
  const kept = new Uint8Array(readFileSync('wasm/fused.wasm'));
  const made = await compileLoops('fused');
  expect(Buffer.compare(kept, made), 'run `npm run wasm` and commit what it writes').toBe(0);
});

/** The ids of a binary's sections. */
function sections(binary: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < binary.length;) {
    ids.push(binary[at++] as number);
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[at++] as number;
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  return ids;
}

test('no build writes into the memory that it is given when it starts', () => {
  const [start, data] = [8, 11];
  for (const kind of KINDS) {
    const ids = sections(readFileSync(`wasm/${kind}.wasm`));
    expect(ids).toContain(10);
    expect(ids).not.toContain(start);
    expect(ids).not.toContain(data);
  }
});
