// Runs from elsewhere: all that was known of them arrives, and nothing is seen of them before all of it has.
import { describe, expect, it } from 'vitest';
import type { ExportedManifest } from '../../src/checkpoints/manifest';
import type { CheckpointStore } from '../../src/checkpoints/store';
import { describeStep, FakeLocks, FAULTS, FaultyStorage, partsOf, RUN, rowsOf, storeOver } from './checkpointFakes';

/** A run with three checkpoints, of which the second is the one it goes on from. */
async function grown() {
  const store = storeOver(new FaultyStorage());
  await store.createRun(RUN);
  for (const step of [1, 2, 3]) {
    await store.appendMetrics(RUN.id, rowsOf(step));
    await store.save(RUN.id, {
      manifest: describeStep(step, { name: `s${step}`, pinned: step === 1 }),
      parts: partsOf(step),
    });
  }
  const [, second] = await store.list(RUN.id);
  await store.resume(RUN.id, second?.id);
  await store.putSummary(RUN.id, { state: 'stopped' });
  await store.putReport(RUN.id, { said: 'well' });
  await store.closeRun(RUN.id);
  return store;
}

/** All of a run as it would lie in a file. */
async function fileOf(store: CheckpointStore) {
  const [record] = await store.runs();
  if (!record) throw new Error('no run');
  const checkpoints = [];
  for (const { id } of await store.list(record.id)) {
    const { manifest, parts } = await store.load(record.id, id);
    const told: ExportedManifest & { chunks?: unknown } = { ...manifest };
    delete told.chunks;
    checkpoints.push({ manifest: told, parts });
  }
  return { record, checkpoints, rows: await store.metrics(record.id), report: await store.report(record.id) };
}

async function arrive(store: CheckpointStore, file: Awaited<ReturnType<typeof fileOf>>): Promise<void> {
  const { id, name, createdAt, recipe, latest, summary } = file.record;
  await store.beginArrival({ id, name, createdAt, recipe, latest, summary }, file.rows, file.report);
  for (const { manifest, parts } of file.checkpoints) await store.addToArrival(id, manifest, parts);
  await store.finishArrivals([id]);
}

describe('a run that arrives', () => {
  it('is the run that it was, to the last number, and goes on from where it was', async () => {
    const file = await fileOf(await grown());
    const store = storeOver(new FaultyStorage());
    await arrive(store, file);
    const again = await fileOf(store);
    expect(again.checkpoints).toEqual(file.checkpoints);
    expect(again.rows).toEqual(file.rows);
    expect(again.report).toEqual({ said: 'well' });
    expect(again.record).toMatchObject({
      ...{ name: RUN.name, createdAt: RUN.createdAt, latest: file.record.latest, summary: { state: 'stopped' } },
      ...{ sequence: 3, metricsWatermark: file.record.metricsWatermark },
    });

    await store.openRun(RUN.id);
    const { manifest } = await store.resume(RUN.id);
    expect(manifest.step).toBe(2);
    // New checkpoints get ids of their own.
    const saved = await store.save(RUN.id, { manifest: describeStep(9), parts: partsOf(9) });
    expect(file.checkpoints.map(({ manifest: known }) => known.id)).not.toContain(saved.id);
    expect(saved.sequence).toBe(4);
  });

  it('is not seen before it is whole, and leaves nothing when it is dropped', async () => {
    const file = await fileOf(await grown());
    const storage = new FaultyStorage();
    const store = storeOver(storage);
    await store.beginArrival(file.record, file.rows, file.report);
    const [first] = file.checkpoints;
    if (first) await store.addToArrival(RUN.id, first.manifest, first.parts);
    expect(await store.runs()).toEqual([]);
    expect(await store.runs({ deleted: true })).toEqual([]);
    await store.dropArrivals([RUN.id]);
    for (const room of Object.values(storage.rooms)) expect(room.size).toBe(0);
  });

  it('never touches a run that is here, also one in the bin', async () => {
    const store = await grown();
    const file = await fileOf(store);
    await store.deleteRun(RUN.id, '2026-03-03T00:00:00.000Z');
    await expect(store.beginArrival(file.record, [], null)).rejects.toMatchObject({ name: 'RunExists' });
    await store.dropArrivals([RUN.id]);
    await store.restoreRun(RUN.id);
    expect((await fileOf(store)).checkpoints).toEqual(file.checkpoints);
  });

  it('refuses a checkpoint of another run, and numbers that are none', async () => {
    const file = await fileOf(await grown());
    const store = storeOver(new FaultyStorage());
    await store.beginArrival(file.record, [], null);
    const [first] = file.checkpoints;
    if (!first) throw new Error('no checkpoint');
    await expect(store.addToArrival('other', first.manifest, first.parts)).rejects.toThrow(/another run/);
    const broken = { ...first.parts, parameters: first.parts.parameters.slice().fill(Number.NaN) };
    await expect(store.addToArrival(RUN.id, first.manifest, broken)).rejects.toMatchObject({ name: 'BadSnapshot' });
  });

  it('is there whole or not at all, whatever happens at whatever moment', async () => {
    const file = await fileOf(await grown());
    const rehearsal = new FaultyStorage();
    await arrive(storeOver(rehearsal), file);
    const moments = rehearsal.moments;
    expect(moments).toBeGreaterThan(20);
    let arrived = 0;
    for (const fault of FAULTS) {
      for (let at = 0; at < moments; at++) {
        const storage = new FaultyStorage();
        storage.plan = { at, fault };
        await Promise.race([arrive(storeOver(storage), file), storage.died]).catch(() => undefined);
        storage.reopen();
        const store = storeOver(storage, new FakeLocks());
        await store.sweep();
        const runs = await store.runs();
        if (runs.length === 0) {
          for (const room of Object.values(storage.rooms)) expect(room.size, `${fault} at ${at}`).toBe(0);
        } else {
          arrived++;
          expect((await fileOf(store)).checkpoints, `${fault} at ${at}`).toEqual(file.checkpoints);
        }
      }
    }
    expect(arrived).toBeGreaterThan(0);
  });
});
