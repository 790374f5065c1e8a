import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Arena, Intermediate } from '../../src/gpu/arena';

interface FakeBuffer {
  size: number;
  destroyed: boolean;
}

const made: FakeBuffer[] = [];
const device = {
  createBuffer: ({ size }: { size: number }) => {
    const buffer = { size, destroyed: false, destroy: () => (buffer.destroyed = true) };
    made.push(buffer);
    return buffer;
  },
} as unknown as GPUDevice;

beforeAll(() => {
  Object.assign(globalThis, { GPUBufferUsage: { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4 } });
});

const lifetimes = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 4000 }),
    first: fc.nat(30),
    length: fc.nat(10),
    result: fc.boolean(),
  }),
  { maxLength: 40 },
);

function intermediates(plan: readonly { size: number; first: number; length: number; result: boolean }[]) {
  return plan.map(({ size, first, length, result }) => {
    const made = new Intermediate(size);
    made.usedBy(first);
    made.usedBy(first + length);
    made.result = result;
    return made;
  });
}

describe('the arena', () => {
  it('never has two that live at once share a buffer, and gives each one that is long enough', () => {
    fc.assert(
      fc.property(lifetimes, lifetimes, (first, second) => {
        const arena = new Arena(device);
        const kept: unknown[] = [];
        for (const plan of [first, second].map(intermediates)) {
          arena.place(plan);
          plan.forEach((a, i) => {
            expect((a.buffer as unknown as FakeBuffer).size).toBeGreaterThanOrEqual(a.size);
            expect(kept).not.toContain(a.buffer);
            for (const b of plan.slice(i + 1)) {
              const together = a.result || b.result || (a.first <= b.last && b.first <= a.last);
              if (together) expect(a.buffer).not.toBe(b.buffer);
            }
          });
          kept.push(...plan.filter(({ result }) => result).map(({ buffer }) => buffer));
        }
      }),
    );
  });

  it('needs no more than is alive at once where all are of one size', () => {
    const arena = new Arena(device);
    arena.place(
      intermediates(Array.from({ length: 20 }, (_, i) => ({ size: 1024, first: i, length: 1, result: false }))),
    );
    expect(arena.bytes).toBe(2 * 1024);
  });

  it('gives all back with the last plan', () => {
    made.length = 0;
    const arena = new Arena(device);
    const plan = () =>
      intermediates([
        { size: 64, first: 0, length: 1, result: true },
        { size: 64, first: 0, length: 2, result: false },
      ]);
    const [one, two] = [arena.place(plan()), arena.place(plan())];
    expect(arena.bytes).toBe(3 * 64);
    arena.release(one);
    expect(arena.bytes).toBe(2 * 64);
    arena.release(two);
    expect(arena.bytes).toBe(0);
    expect(made.every(({ destroyed }) => destroyed)).toBe(true);
  });
});
