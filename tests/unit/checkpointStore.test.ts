import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../src/checkpoints/chunks';
import type { CheckpointManifest } from '../../src/checkpoints/manifest';
import type { CheckpointStore } from '../../src/checkpoints/store';
import { describeStep, FakeLocks, FaultyStorage, partsOf, RUN, rowsOf, storeOver } from './checkpointFakes';

async function started(steps: readonly number[] = []) {
  const storage = new FaultyStorage();
  const store = storeOver(storage);
  await store.createRun(RUN);
  for (const step of steps) await saveStep(store, step);
  return { storage, store };
}

async function saveStep(store: CheckpointStore, step: number, changes = {}): Promise<CheckpointManifest> {
  return store.save(RUN.id, { manifest: describeStep(step, changes), parts: partsOf(step) });
}

const steps = async (store: CheckpointStore) => (await store.list(RUN.id)).map(({ step }) => step);
const evaluated = (average: number) => ({ metrics: { loss: 1, average, gap: 2, bothRight: 3 } });

describe('checkpoint store', () => {
  it('gives back what was saved, in chunks of at most 4 MB', async () => {
    const { storage, store } = await started();
    const length = 2.5 * (CHUNK_BYTES / 4);
    const parameters = Float32Array.from({ length }, (_, i) => Math.sin(i));
    const manifest = describeStep(1, { parameters: [{ name: 'w', shape: [length] }] });
    const saved = await store.save(RUN.id, { manifest, parts: { parameters } });
    expect(saved.chunks.parameters.map(({ bytes }) => bytes)).toEqual([CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES / 2]);
    expect([...storage.rooms.chunks.keys()]).toEqual(saved.chunks.parameters.map(({ key }) => key));
    const loaded = await store.load(RUN.id);
    expect(loaded.manifest).toEqual(saved);
    // Not toEqual, which takes seconds for millions of numbers.
    expect(Buffer.from(parameters.buffer).equals(new Uint8Array(loaded.parts.parameters.buffer))).toBe(true);
    expect(loaded.parts.moment1).toBeUndefined();
    expect(await store.usage()).toMatchObject({ runs: [{ runId: RUN.id, checkpoints: 1, bytes: length * 4 }] });
  });

  it('keeps the last two, the best, the pinned and the named', async () => {
    const { store } = await started();
    await saveStep(store, 1, { name: 'bias' });
    await saveStep(store, 2, evaluated(90));
    const pinned = await saveStep(store, 3, evaluated(80));
    await store.pin(RUN.id, pinned.id, true);
    for (const step of [4, 5, 6]) await saveStep(store, step, evaluated(70));
    expect(await steps(store)).toEqual([6, 5, 3, 2, 1]);
    await store.pin(RUN.id, pinned.id, false);
    await saveStep(store, 7, evaluated(95));
    await saveStep(store, 8);
    await saveStep(store, 9);
    expect(await steps(store)).toEqual([9, 8, 7, 1]);
  });

  it('keeps the end of a stage once, as it was measured', async () => {
    const { store } = await started();
    const saved = await saveStep(store, 5, { name: 'cot' });
    await saveStep(store, 5, { name: 'cot', ...evaluated(70) });
    expect(await steps(store)).toEqual([5]);
    expect((await store.list(RUN.id))[0]?.sequence).toBe(saved.sequence + 1);
  });

  it('leaves a run alone that another tab has open', async () => {
    const [storage, locks] = [new FaultyStorage(), new FakeLocks()];
    const [here, there] = [storeOver(storage, locks), storeOver(storage, locks)];
    await there.createRun(RUN);
    expect([...(await here.elsewhere())]).toEqual([RUN.id]);
    expect([...(await there.elsewhere())]).toEqual([]);
    await expect(here.deleteRun(RUN.id, '2026-01-03T00:00:00.000Z')).rejects.toMatchObject({ name: 'RunBusy' });
    await there.closeRun(RUN.id);
    await here.deleteRun(RUN.id, '2026-01-03T00:00:00.000Z');
    expect(await here.runs()).toEqual([]);
  });

  it('makes room from the bin, but not of what is pinned', async () => {
    const { storage, store } = await started([1]);
    for (const id of ['loose', 'fast']) {
      await store.createRun({ ...RUN, id });
      if (id === 'fast') await store.pinRun(id, true);
      await store.deleteRun(id, '2026-01-03T00:00:00.000Z');
    }
    storage.plan = { at: storage.moments + 1, fault: 'full' };
    await saveStep(store, 2);
    expect((await store.runs({ deleted: true })).map(({ id }) => id)).toEqual(['fast']);
  });

  it.each<[string, (chunk: ArrayBuffer) => unknown]>([
    ['flipped', (chunk) => new Uint8Array(chunk).map((byte, i) => (i === 5 ? byte ^ 1 : byte)).buffer],
    ['short', (chunk) => chunk.slice(0, 8)],
    ['missing', () => undefined],
    ['of another kind', () => 'not a buffer'],
  ])('falls back with a note where a chunk of the latest is %s', async (_what, spoil) => {
    const { storage, store } = await started([1, 2]);
    const [latest] = await store.list(RUN.id);
    const key = latest?.chunks.moment2?.[0]?.key ?? '';
    storage.rooms.chunks.set(key, spoil(storage.rooms.chunks.get(key) as ArrayBuffer));
    const loaded = await store.load(RUN.id);
    expect(loaded.parts).toEqual(partsOf(1));
    expect(loaded.note).toMatch(/step 2 .*step 1, was loaded instead\.$/);
    await expect(store.load(RUN.id, latest?.id)).rejects.toMatchObject({ name: 'DamagedCheckpoint' });
  });

  it('falls back where the latest manifest is damaged, and refuses one of a newer version in words', async () => {
    const { storage, store } = await started([1, 2]);
    const [latest] = await store.list(RUN.id);
    const key = `${RUN.id}/${latest?.id}`;
    storage.rooms.manifests.set(key, { ...latest, step: -1 });
    expect((await store.load(RUN.id)).manifest.step).toBe(1);
    storage.rooms.manifests.set(key, { ...latest, format: 2, new: true });
    await expect(store.load(RUN.id, latest?.id)).rejects.toThrow(/newer version/);
  });

  it('falls back along the past it was rewound to, not to one that was given up', async () => {
    const { storage, store } = await started();
    const first = await saveStep(store, 1, { name: 'bias' });
    for (const step of [2, 3]) await saveStep(store, step);
    await store.resume(RUN.id, first.id);
    const branch = await saveStep(store, 20);
    expect(branch.parent).toBe(first.id);
    storage.rooms.chunks.delete(branch.chunks.parameters[0]?.key ?? '');
    expect((await store.load(RUN.id)).manifest.step).toBe(1);
  });

  it('says so when nothing is saved or nothing is whole', async () => {
    const { storage, store } = await started();
    await expect(store.load(RUN.id)).rejects.toMatchObject({ name: 'NoCheckpoint' });
    await expect(store.load('unknown')).rejects.toMatchObject({ name: 'RunMissing' });
    await saveStep(store, 1);
    storage.rooms.chunks.clear();
    await expect(store.load(RUN.id)).rejects.toMatchObject({ name: 'DamagedCheckpoint' });
  });

  it.each([
    ['NaN', NaN, 7],
    ['infinity', -Infinity, 7],
    ['a part of another length', 0, 6],
  ])('does not save %s, and keeps the last good one', async (_what, value, length) => {
    const { storage, store } = await started([1]);
    const parts = { ...partsOf(2), moment1: new Float32Array(length).fill(value) };
    const before = storage.moments;
    await expect(store.save(RUN.id, { manifest: describeStep(2), parts })).rejects.toMatchObject({
      name: 'BadSnapshot',
    });
    expect(storage.moments).toBe(before);
    expect((await store.load(RUN.id)).manifest.step).toBe(1);
  });

  it('drops rows beyond the watermark when resuming, so that curves do not double', async () => {
    const { storage, store } = await started();
    await store.appendMetrics(RUN.id, rowsOf(1));
    const first = await saveStep(store, 1);
    await store.appendMetrics(RUN.id, rowsOf(2));
    await saveStep(store, 2);
    await store.appendMetrics(RUN.id, rowsOf(3));
    expect(await store.metrics(RUN.id)).toEqual([1, 2, 3].flatMap(rowsOf));
    expect(await store.metrics(RUN.id, first.metricsWatermark)).toEqual(rowsOf(1));

    storage.reopen();
    const again = storeOver(storage);
    await again.openRun(RUN.id);
    await again.resume(RUN.id);
    expect(await again.metrics(RUN.id)).toEqual([1, 2].flatMap(rowsOf));
    await again.appendMetrics(RUN.id, rowsOf(3));
    expect(await again.metrics(RUN.id)).toEqual([1, 2, 3].flatMap(rowsOf));
    // Back to an older one: the run goes on from there.
    await again.resume(RUN.id, first.id);
    expect(await again.metrics(RUN.id)).toEqual(rowsOf(1));
    expect((await again.runs())[0]).toMatchObject({ latest: first.id, metricsWatermark: 2 });
  });

  it('counts only rows handed in before the save into its watermark', async () => {
    const { store } = await started();
    const results = await Promise.all([
      store.appendMetrics(RUN.id, rowsOf(1)),
      saveStep(store, 1),
      store.appendMetrics(RUN.id, rowsOf(2)),
    ]);
    expect(results[1].metricsWatermark).toBe(2);
  });

  it('lets one opener write: a second is refused, and a taken-over one is fenced off', async () => {
    const storage = new FaultyStorage();
    const locks = new FakeLocks();
    const here = storeOver(storage, locks);
    const there = storeOver(storage, locks);
    let told = 0;
    await here.createRun(RUN, { onLost: () => told++ });
    await saveStep(here, 1);
    await expect(there.openRun(RUN.id)).rejects.toMatchObject({ name: 'RunBusy' });

    const underWay = saveStep(here, 2);
    await there.openRun(RUN.id, { takeOver: true });
    await underWay.catch(() => undefined);
    expect(told).toBe(1);
    await expect(saveStep(here, 3)).rejects.toMatchObject({ name: 'RunTaken' });
    await saveStep(there, 4);
    expect((await there.load(RUN.id)).parts).toEqual(partsOf(4));
    expect((await here.load(RUN.id)).parts).toEqual(partsOf(4));
  });

  it('fences by the epoch alone where locks do not help', async () => {
    const storage = new FaultyStorage();
    const here = storeOver(storage);
    const there = storeOver(storage);
    await here.createRun(RUN);
    await there.openRun(RUN.id);
    for (const write of [
      () => saveStep(here, 1),
      () => here.appendMetrics(RUN.id, rowsOf(1)),
      () => here.putReport(RUN.id, {}),
      () => here.putSummary(RUN.id, {}),
    ]) {
      await expect(write()).rejects.toMatchObject({ name: 'RunTaken' });
    }
    expect(await there.list(RUN.id)).toEqual([]);
  });

  it('does not sweep the chunks of whoever took the run over', async () => {
    for (let at = 0; at < 16; at++) {
      const storage = new FaultyStorage();
      const here = storeOver(storage);
      const there = storeOver(storage);
      await here.createRun(RUN);
      await there.openRun(RUN.id);
      // One of the two finds the disk full and tidies up while the other is between its chunks and its commit.
      storage.plan = { at: storage.moments + at, fault: 'full' };
      await Promise.allSettled([saveStep(here, 1), saveStep(there, 2)]);
      const [saved, ...others] = await there.list(RUN.id);
      expect(others).toEqual([]);
      expect(saved?.step).toBe(2);
      expect((await there.load(RUN.id, saved?.id)).parts).toEqual(partsOf(2));
    }
  });

  it('moves runs to the bin and back, and purges them whole', async () => {
    const { storage, store } = await started([1]);
    await store.appendMetrics(RUN.id, rowsOf(1));
    await store.putReport(RUN.id, { figures: [1] });
    await store.putSummary(RUN.id, { state: 'running' });
    await store.rename(RUN.id, '<b>Second</b>');
    expect((await store.runs())[0]).toMatchObject({ name: '<b>Second</b>', summary: { state: 'running' } });
    await store.deleteRun(RUN.id, '2026-01-03T00:00:00.000Z');
    expect(await store.runs()).toEqual([]);
    await expect(store.openRun(RUN.id)).rejects.toThrow(/bin/);
    await store.restoreRun(RUN.id);
    await store.openRun(RUN.id);
    expect(await store.report(RUN.id)).toEqual({ figures: [1] });
    expect((await store.load(RUN.id)).parts).toEqual(partsOf(1));
    await store.purgeRun(RUN.id);
    expect(Object.values(storage.rooms).map((room) => room.size)).toEqual([0, 0, 0, 0, 0]);
  });

  it('never overwrites a run', async () => {
    const { store } = await started([1]);
    await expect(store.createRun(RUN)).rejects.toMatchObject({ name: 'RunExists' });
    await expect(store.createRun({ ...RUN, id: 'a/b' })).rejects.toThrow(TypeError);
    expect((await store.load(RUN.id)).manifest.step).toBe(1);
  });
});
