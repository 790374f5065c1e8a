// One backend at a time: who waits for whom, what a failed start and a lost device leave behind.
import { expect, it } from 'vitest';
import { DeviceLost, reportTrouble } from '../../src/gpu/health';
import type { BackendInfo } from '../../src/workers/gpuApi';
import { RunningBackend } from '../../src/workers/runningBackend';

function studio() {
  const events: string[] = [];
  const open: { name: string; done: () => void; fail: () => void }[] = [];
  let refusal: string | null = null;
  const backend = new RunningBackend(
    {
      refusal: () => refusal,
      starting: () => events.push('starting'),
      started: ({ name }) => events.push(`started ${name}`),
      lost: () => events.push('lost'),
    },
    (choice) =>
      new Promise((resolve, reject) => {
        const name = choice === 'auto' ? 'wasm' : choice;
        const done = () => resolve({ name } as BackendInfo);
        open.push({ name: choice, done, fail: () => reject(new Error(`no ${choice}`)) });
      }),
  );
  /** The start that is on, once it is. */
  const next = async () => {
    await expect.poll(() => open.length).toBeGreaterThan(0);
    return open.shift() as (typeof open)[number];
  };
  return { backend, events, open, next, refuse: (why: string | null) => (refusal = why) };
}

it('starts one after the other, the same wish once, and gives whoever takes any the last', async () => {
  const { backend, events, open, next } = studio();
  const first = backend.start('auto');
  const any = backend.any();
  const [second, again] = [backend.start('webgpu'), backend.start('webgpu')];
  const one = await next();
  expect([one.name, open.length]).toEqual(['auto', 0]);
  one.done();
  expect((await first).name).toBe('wasm');
  const two = await next();
  expect(backend.current).toBeNull();
  two.done();
  expect((await Promise.all([second, again, any])).map(({ name }) => name)).toEqual(['webgpu', 'webgpu', 'webgpu']);
  expect(events).toEqual(['starting', 'started wasm', 'starting', 'started webgpu']);
  expect((await backend.start('webgpu')).name).toBe('webgpu');
  expect(events).toHaveLength(4);
});

it('has none after a start that failed, and starts anew for whoever wants any', async () => {
  const { backend, next } = studio();
  const first = backend.start('webgpu');
  (await next()).done();
  await first;
  const second = backend.start('wasm');
  (await next()).fail();
  await expect(second).rejects.toThrow('no wasm');
  expect(backend.current).toBeNull();
  const any = backend.any();
  const third = await next();
  expect(third.name).toBe('auto');
  third.done();
  expect((await any).name).toBe('wasm');
});

it('gives a start up whose device is lost, though it never ends, and goes on with the next', async () => {
  const { backend, events, next } = studio();
  const first = backend.start('webgpu');
  const stuck = await next();
  reportTrouble(new DeviceLost('gone'));
  await expect(first).rejects.toThrow('gone');
  const second = backend.start('webgpu');
  stuck.done();
  const two = await next();
  expect(backend.current).toBeNull();
  two.done();
  expect((await second).name).toBe('webgpu');
  expect(events).toEqual(['starting', 'lost', 'starting', 'started webgpu']);
});

it('asks again whether it may when its turn has come', async () => {
  const { backend, next, refuse } = studio();
  const first = backend.start('auto');
  const second = backend.start('webgpu');
  const one = await next();
  refuse('a run is on');
  one.done();
  await first;
  await expect(second).rejects.toThrow('a run is on');
  expect([backend.current?.name, (await backend.any()).name]).toEqual(['wasm', 'wasm']);
  await expect(backend.start('cpu')).rejects.toThrow('a run is on');
});
