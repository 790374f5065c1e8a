// Our wasm loops by themselves: what they compute depends neither on how many threads share the work nor, beyond rounding,
// on which of the builds a browser gets.
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random';
import type { Loops } from '../../src/gpu/loops';
import { startLoops } from '../../src/gpu/loops';

const PAGES = 512;

async function start(shared: boolean, threads: number): Promise<{ loops: Loops; memory: WebAssembly.Memory }> {
  const memory = shared
    ? new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
    : new WebAssembly.Memory({ initial: PAGES });
  let free = 1024;
  const loops = await startLoops(
    memory,
    (bytes) => {
      free += Math.ceil(bytes / 64) * 64;
      return free - Math.ceil(bytes / 64) * 64;
    },
    threads,
  );
  if (loops === null) throw new Error('the loops did not start');
  return { loops, memory };
}

/** Runs one of everything that is shared among threads, `rounds` times, and returns all that was written the last time. */
async function compute(shared: boolean, threads: number, rounds: number): Promise<Float32Array> {
  const { loops, memory } = await start(shared, threads);
  const { functions: f } = loops;
  const all = new Float32Array(memory.buffer);
  const random = new Random(5, 1);
  let free = 65536;
  const take = (count: number, fresh = true): number => {
    const at = free;
    free += count * 4;
    if (fresh) for (let i = 0; i < count; i++) all[at / 4 + i] = random.between(-1, 1);
    return at;
  };
  const [rows, width, outputs] = [803, 67, 133];
  const [x, weight, bias, dy] = [take(rows * width), take(outputs * width), take(outputs), take(rows * outputs)];
  const [batch, tokens, heads, kvHeads, headWidth] = [5, 37, 4, 2, 9];
  const packed = (heads + 2 * kvHeads) * headWidth;
  const qkv = take(batch * tokens * packed);
  const dOut = take(batch * tokens * heads * headWidth);
  const room = take(300_000, false);
  f.setRoom(room, 65536 * 4);
  const spare = take(200_000, false);
  const first = free;
  const y = take(rows * outputs, false);
  const dWeight = take(outputs * width, false);
  const dBias = take(outputs, false);
  const out = take(batch * tokens * heads * headWidth, false);
  const logSumExp = take(batch * tokens * heads, false);
  const dqkv = take(batch * tokens * packed, false);
  const statistics = take(rows * 2, false);
  const [normed, dx, dNorm, dNormBias] = [
    take(rows * width, false),
    take(rows * width, false),
    take(width, false),
    take(width, false),
  ];
  for (let round = 0; round < rounds; round++) {
    all.fill(NaN, first / 4, free / 4);
    const multiply = (a: number[], b: number[], c: number, sides: [number, number, number], more: number[]) =>
      f.multiply(
        ...(a as [number, number, number]),
        ...(b as [number, number, number]),
        c,
        ...sides,
        spare,
        ...(more as [number, number]),
        0,
        0,
        0,
      );
    const w = width * 4;
    multiply([x, w, 4], [weight, 4, w], y, [rows, outputs, width], [bias, 0]);
    multiply([dy, 4, outputs * 4], [x, w, 4], dWeight, [outputs, width, rows], [0, dBias]);
    f.attend(qkv, out, logSumExp, batch, tokens, heads, kvHeads, headWidth, 1);
    f.attendGrad(qkv, out, logSumExp, dOut, dqkv, batch, tokens, heads, kvHeads, headWidth, 1);
    f.addNorm(x, 0, x, weight, bias, normed, statistics, rows, width, 1, 1e-5);
    f.addNormGrad(x, statistics, weight, 0, normed, dx, dNorm, dNormBias, spare, rows, width, 1);
  }
  const result = all.slice(first / 4, free / 4);
  loops.stop();
  return result;
}

test('one thread and four give the same bits, again and again', async () => {
  const alone = await compute(true, 1, 1);
  expect(alone.every(Number.isFinite)).toBe(true);
  const together = await compute(true, 4, 200);
  expect([...new Uint32Array(together.buffer)].findIndex((bits, i) => bits !== new Uint32Array(alone.buffer)[i])).toBe(
    -1,
  );
});

test('memory that is not shared gets one thread and the same numbers', async () => {
  const { loops } = await start(false, 4);
  expect(loops.threads).toBe(1);
  const [single, shared] = [await compute(false, 1, 1), await compute(true, 1, 1)];
  const worst = single.reduce((most, value, i) => {
    const other = shared[i] as number;
    return Math.max(most, Math.abs(value - other) / Math.max(1, Math.abs(other)));
  }, 0);
  expect(worst).toBeLessThan(2e-5);
});
