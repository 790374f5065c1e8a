// Crash at every write: each moment of a scripted run times each kind of fault, then again during the recovery.

import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/checkpoints/problem';
import type { CheckpointStore } from '../../src/checkpoints/store';
import type { Fault } from './checkpointFakes';
import { describeStep, FAULTS, FaultyStorage, partsOf, RUN, rowsOf, storeOver } from './checkpointFakes';

const STEPS = [1, 2, 3, 4, 5];

interface Progress {
  created: boolean;
  attempted: number;
  acknowledged: number;
  /** Steps whose rows the run should have, as far as it got. */
  history: number[];
}

const start = (): Progress => ({ created: false, attempted: 0, acknowledged: 0, history: [] });

/** Saves five checkpoints: the first is a stage boundary, the second the best, the third must go when the fifth comes. */
async function train(store: CheckpointStore, progress: Progress, steps = STEPS): Promise<void> {
  await store.createRun(RUN);
  progress.created = true;
  for (const step of steps) await trainStep(store, step, progress);
  await store.closeRun(RUN.id);
}

async function trainStep(store: CheckpointStore, step: number, progress: Progress): Promise<void> {
  await store.appendMetrics(RUN.id, rowsOf(step));
  progress.attempted = step;
  progress.history.push(step);
  const average = step === 2 ? 90 : 50;
  const metrics = { loss: 1, average, gap: 1, bothRight: 1 };
  await store.save(RUN.id, {
    manifest: describeStep(step, { metrics, name: step === 1 ? 'bias' : null }),
    parts: partsOf(step),
  });
  progress.acknowledged = step;
}

/** Runs until the end, the fault, or the hang. */
async function until(storage: FaultyStorage, work: Promise<void>): Promise<void> {
  await Promise.race([work, storage.died]).catch(() => undefined);
}

function expectNoOrphans(storage: FaultyStorage): void {
  const listed = [...storage.rooms.manifests.values()].flatMap((manifest) =>
    Object.values((manifest as { chunks: Record<string, { key: string }[]> }).chunks).flatMap((chunks) =>
      chunks.map(({ key }) => key),
    ),
  );
  expect([...storage.rooms.chunks.keys()].sort()).toEqual(listed.sort());
}

async function expectIntact(storage: FaultyStorage, progress: Progress): Promise<void> {
  const store = storeOver(storage);
  if ((await store.runs()).length === 0) {
    expect(progress.created).toBe(false);
    return;
  }
  await store.openRun(RUN.id);
  expectNoOrphans(storage);
  let step = 0;
  try {
    const { manifest, parts, note } = await store.resume(RUN.id);
    step = manifest.step;
    expect(note).toBeNull();
    expect(parts).toEqual(partsOf(step));
    expect(manifest.dataPosition).toBe(step * 16);
  } catch (error) {
    if (!isProblem(error, 'NoCheckpoint')) throw error;
  }
  expect(step).toBeGreaterThanOrEqual(progress.acknowledged);
  expect(step).toBeLessThanOrEqual(progress.attempted);
  expect(await store.metrics(RUN.id)).toEqual(progress.history.filter((s) => s <= step).flatMap(rowsOf));
  // And the run goes on: what is kept afterwards is whole, too.
  await store.save(RUN.id, { manifest: describeStep(9), parts: partsOf(9) });
  expect((await store.load(RUN.id)).manifest.step).toBe(9);
  for (const { id, step: kept } of await store.list(RUN.id)) {
    expect((await store.load(RUN.id, id)).parts).toEqual(partsOf(kept));
  }
  expectNoOrphans(storage);
  await store.close();
}

async function countMoments(steps = STEPS): Promise<number> {
  const storage = new FaultyStorage();
  await train(storeOver(storage), start(), steps);
  return storage.moments;
}

describe('checkpoints under faults', () => {
  it.each(FAULTS)('survive "%s" at every write and commit', async (fault) => {
    const moments = await countMoments();
    expect(moments).toBeGreaterThan(40);
    for (let at = 0; at < moments; at++) {
      const storage = new FaultyStorage();
      const progress = start();
      storage.plan = { at, fault };
      await until(storage, train(storeOver(storage), progress));
      storage.reopen();
      await expectIntact(storage, progress);
    }
  });

  it.each<Fault>(['crash before', 'crash after'])('survive "%s" again while recovering', async (fault) => {
    // Short, as every moment is tried with every other; the first checkpoint goes when the third comes.
    const steps = [3, 4, 5];
    const moments = await countMoments(steps);
    for (let at = 0; at < moments; at++) {
      for (let again = 0; ; again++) {
        const storage = new FaultyStorage();
        const progress = start();
        storage.plan = { at, fault };
        await until(storage, train(storeOver(storage), progress, steps));

        storage.reopen();
        storage.plan = { at: again, fault };
        const recovery = async () => {
          const store = storeOver(storage);
          await store.sweep();
          await store.openRun(RUN.id);
          const { manifest } = await store.resume(RUN.id);
          progress.history = steps.filter((step) => step <= manifest.step);
          await trainStep(store, 6, progress);
        };
        await until(storage, recovery());
        const finished = storage.moments <= again;

        storage.reopen();
        await expectIntact(storage, progress);
        if (finished) break;
      }
    }
  });

  it('keeps earlier checkpoints and says StorageFull when the disk stays full, then goes on when there is room', async () => {
    const storage = new FaultyStorage();
    const store = storeOver(storage);
    const progress = start();
    await train(store, progress);
    await store.openRun(RUN.id);
    storage.capacity = 0;
    await expect(trainStep(store, 6, progress)).rejects.toMatchObject({ name: 'StorageFull' });
    expect((await store.load(RUN.id)).parts).toEqual(partsOf(5));
    expectNoOrphans(storage);
    storage.capacity = Infinity;
    await trainStep(store, 6, progress);
    expect((await store.load(RUN.id)).parts).toEqual(partsOf(6));
  });

  it('makes room by dropping the bin and older unpinned checkpoints, and retries once', async () => {
    const storage = new FaultyStorage();
    const store = storeOver(storage);
    await store.createRun({ ...RUN, id: 'old' });
    await store.save('old', { manifest: describeStep(1), parts: partsOf(1) });
    await store.deleteRun('old', '2026-01-03T00:00:00.000Z');
    await store.createRun(RUN);
    for (const step of [1, 2, 3]) {
      await store.save(RUN.id, { manifest: describeStep(step, { pinned: step === 1 }), parts: partsOf(step) });
    }
    // Four checkpoints lie there; three and a half fit.
    storage.capacity = 3.5 * 3 * 28;
    const saved = await store.save(RUN.id, { manifest: describeStep(4), parts: partsOf(4) });
    expect(saved.step).toBe(4);
    expect((await store.list(RUN.id)).map(({ step }) => step)).toEqual([4, 3, 1]);
    expect(await store.runs({ deleted: true })).toEqual([]);
    expectNoOrphans(storage);
  });
});
