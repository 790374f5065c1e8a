import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportCheckpoint, MANIFEST_KEY, SEAL_KEY, sealOf } from '../../src/checkpoints/exportFile';
import { importCheckpoint, readCheckpointFile } from '../../src/checkpoints/importFile';
import { BadFile } from '../../src/checkpoints/problem';
import { parseSafetensors, toFloat32, writeSafetensors } from '../../src/checkpoints/safetensors';
import type { LoadedCheckpoint } from '../../src/checkpoints/store';
import { describeStep, FaultyStorage, partsOf, RUN, storeOver } from './checkpointFakes';

const IMPORTED = { id: 'imported', name: 'From a file', createdAt: '2026-02-02T00:00:00.000Z' };

let loaded: LoadedCheckpoint;
let file: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const store = storeOver(new FaultyStorage());
  await store.createRun(RUN);
  await store.save(RUN.id, { manifest: describeStep(5, { name: 'cot', pinned: true }), parts: partsOf(5) });
  loaded = await store.load(RUN.id);
  file = await exportCheckpoint(loaded.manifest, loaded.parts);
});

/** The file with another description or other tensors, under a seal that fits. */
async function forged(change: (manifest: Record<string, unknown>) => unknown, keep = (_name: string) => true) {
  const { metadata, tensors } = parseSafetensors(file);
  const manifest = JSON.parse(metadata.get(MANIFEST_KEY) ?? '') as Record<string, unknown>;
  const text = change(manifest);
  const written = Array.from(tensors, ([name, t]) => ({ name, shape: t.shape, data: toFloat32(t) }));
  const kept = written.filter(({ name }) => keep(name));
  const told = { [MANIFEST_KEY]: typeof text === 'string' ? text : JSON.stringify(text) };
  return writeSafetensors(kept, { ...told, [SEAL_KEY]: await sealOf(writeSafetensors(kept, told)) });
}

describe('checkpoint files', () => {
  it('hold the weights under their own names, for any reader of safetensors', () => {
    const { metadata, tensors } = parseSafetensors(file);
    expect([...tensors.keys()]).toEqual(['lm_head.weight', 'model.weight', 'optimizer.moment1', 'optimizer.moment2']);
    expect(tensors.get('model.weight')?.shape).toEqual([2, 3]);
    expect(metadata.get('format')).toBe('pt');
  });

  it('come back as a run of their own, with the same numbers and the same place in training', async () => {
    const store = storeOver(new FaultyStorage());
    await importCheckpoint(store, file, IMPORTED);
    const back = await store.load(IMPORTED.id);
    expect(back.parts).toEqual(loaded.parts);
    expect(back.manifest).toMatchObject({
      step: 5,
      name: 'cot',
      dataPosition: 80,
      reason: 'import',
      parent: 'run-1/1-1',
    });
    expect((await store.runs())[0]).toMatchObject({ ...IMPORTED, recipe: RUN.recipe });
    await store.openRun(IMPORTED.id);
  });

  it('leave the optimizer out on request', async () => {
    const small = await exportCheckpoint(loaded.manifest, loaded.parts, { optimizer: false });
    const read = await readCheckpointFile(small);
    expect(read.parts).toEqual({ parameters: partsOf(5).parameters });
  });

  it('are refused after any cut or flipped bit, and nothing is changed', async () => {
    const storage = new FaultyStorage();
    const store = storeOver(storage);
    const refuse = async (bytes: Uint8Array<ArrayBuffer>) => {
      const error: unknown = await importCheckpoint(store, bytes, IMPORTED).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BadFile);
      expect(storage.moments).toBe(0);
    };
    await fc.assert(fc.asyncProperty(fc.nat({ max: file.length - 1 }), (length) => refuse(file.slice(0, length))));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
        const bytes = file.slice();
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        // Other bits may say the same: a padding blank as a tab, or the ecosystem's format note, which is not ours.
        const same = await readCheckpointFile(bytes).catch(() => null);
        if (same === null) await refuse(bytes);
        else expect(same).toEqual({ manifest: expect.objectContaining({ step: 5 }) as unknown, parts: loaded.parts });
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, () => Promise<Uint8Array<ArrayBuffer>>, RegExp]>([
    ['weights of another program', async () => writeSafetensors([]), /not exported by Palindrome/],
    ['a changed step', () => forged((m) => ({ ...m, step: -1 })), /step/],
    ['a newer format', () => forged((m) => ({ ...m, format: 2 })), /newer version/],
    ['a description that is not JSON', () => forged(() => '{'), /not valid JSON/],
    ['a description that is a list', () => forged(() => []), /cannot be used/],
    ['an unknown field', () => forged((m) => ({ ...m, evil: 1 })), /evil/],
    [
      'a missing tensor',
      () =>
        forged(
          (m) => m,
          (name) => name !== 'lm_head.weight',
        ),
      /lm_head.weight is missing/,
    ],
    [
      'a tensor nobody knows',
      () => forged((m) => ({ ...m, parameters: [{ name: 'lm_head.weight', shape: [1] }] })),
      /shape|knows/,
    ],
    [
      'another shape',
      () => forged((m) => ({ ...m, parameters: [{ name: 'lm_head.weight', shape: [1, 1] }] })),
      /another shape/,
    ],
    [
      'absurd shapes',
      () => forged((m) => ({ ...m, parameters: [{ name: 'w', shape: [2 ** 40, 2 ** 40] }] })),
      /promises more/,
    ],
    [
      'a parameter named twice',
      () => forged((m) => ({ ...m, parameters: Array(2).fill({ name: 'lm_head.weight', shape: [1] }) as unknown })),
      /named twice/,
    ],
    [
      'a deep recipe',
      () => forged((m) => ({ ...m, recipe: JSON.parse('['.repeat(100) + ']'.repeat(100)) as unknown })),
      /plain JSON/,
    ],
  ])('refuse %s with a sentence', async (_what, make, sentence) => {
    const bytes = await make();
    await expect(readCheckpointFile(bytes)).rejects.toThrow(BadFile);
    await expect(readCheckpointFile(bytes)).rejects.toThrow(sentence);
  });

  it('refuse weights that are not finite', async () => {
    const parts = { parameters: partsOf(5).parameters.fill(NaN, 2, 3) };
    await expect(readCheckpointFile(await exportCheckpoint(loaded.manifest, parts))).rejects.toThrow(/finite/);
  });

  it('leave no run behind where the store is full', async () => {
    const storage = new FaultyStorage();
    storage.capacity = 30;
    const store = storeOver(storage);
    await expect(importCheckpoint(store, file, IMPORTED)).rejects.toMatchObject({ name: 'StorageFull' });
    expect(Object.values(storage.rooms).map((room) => room.size)).toEqual([0, 0, 0, 0, 0]);
  });
});
