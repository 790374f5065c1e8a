// A storage in memory that can fail at any single moment, locks to go with it, and a scripted run to save. A moment is
// one write or one commit; the fault plan says at which moment what goes wrong.

import type { CheckpointDescription } from '../../src/checkpoints/manifest';
import { StorageProblem } from '../../src/checkpoints/problem';
import { ProtocolStore } from '../../src/checkpoints/protocol';
import type { LockPort, Room, StoragePort, StorageTransaction, TransactionMode } from '../../src/checkpoints/storage';
import { ROOMS } from '../../src/checkpoints/storage';
import type { CheckpointParts, CheckpointStore } from '../../src/checkpoints/store';

export const FAULTS = [
  'crash before',
  'crash after',
  'hang before',
  'hang after',
  'half chunk',
  'error',
  'full',
] as const;
export type Fault = (typeof FAULTS)[number];
type Rooms = Record<Room, Map<string, unknown>>;

/** The tab died: nothing may be learned from this storage until it is opened again. */
export class Crash extends Error {}

export class FaultyStorage implements StoragePort {
  rooms: Rooms = Object.fromEntries(ROOMS.map((room) => [room, new Map()])) as Rooms;
  /** Moments so far. */
  moments = 0;
  plan: { at: number; fault: Fault } | null = null;
  /** Bytes of chunks that fit; a transaction that would go above fails as a full disk does. */
  capacity = Infinity;
  /** Rejects when the tab dies while something hangs. */
  died = new Promise<never>(() => undefined);
  #dead = false;
  #die: (reason: Crash) => void = () => undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor() {
    this.reopen();
  }

  /** As after a restart: what was committed is there, nothing else. */
  reopen(): void {
    this.#dead = false;
    this.plan = null;
    this.moments = 0;
    this.#queue = Promise.resolve();
    this.died = new Promise<never>((_, reject) => (this.#die = reject));
    this.died.catch(() => undefined);
  }

  transact<T>(
    rooms: readonly Room[],
    mode: TransactionMode,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T> {
    const result = this.#queue.then(() => this.#transact(rooms, mode, work));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #transact<T>(
    rooms: readonly Room[],
    mode: TransactionMode,
    work: (transaction: StorageTransaction) => Promise<T>,
  ): Promise<T> {
    if (this.#dead) throw new Crash('the tab is gone');
    const draft = Object.fromEntries(ROOMS.map((room) => [room, new Map(this.rooms[room])])) as Rooms;
    const inRoom = (room: Room) => {
      if (!rooms.includes(room)) throw new Error(`the transaction does not cover ${room}`);
      return draft[room];
    };
    const keysOf = (room: Room, prefix: string) =>
      [...inRoom(room).keys()].filter((key) => key.startsWith(prefix)).sort();
    const write = async (change: (fault: Fault | null) => void) => {
      if (mode === 'read') throw new Error('this transaction only reads');
      const fault = this.#next();
      await this.#before(fault);
      change(fault);
      await this.#after(fault === 'half chunk' ? null : fault);
    };
    let halved = false;
    const result = await work({
      get: async (room, key) => structuredClone(inRoom(room).get(key)),
      values: async (room, prefix) => keysOf(room, prefix).map((key) => structuredClone(inRoom(room).get(key))),
      keys: async (room, prefix) => keysOf(room, prefix),
      add: (room, key, value) =>
        write((fault) => {
          if (inRoom(room).has(key)) throw new DOMException('the key exists', 'ConstraintError');
          halved = fault === 'half chunk' && value instanceof ArrayBuffer;
          inRoom(room).set(key, halved ? (value as ArrayBuffer).slice(0, 10) : structuredClone(value));
        }),
      put: (room, key, value) => write(() => void inRoom(room).set(key, structuredClone(value))),
      delete: (room, key) => write(() => void inRoom(room).delete(key)),
      deletePrefix: (room, prefix) => write(() => keysOf(room, prefix).forEach((key) => void inRoom(room).delete(key))),
    });
    if (mode === 'read') return result;
    const fault = this.#next();
    await this.#before(fault);
    // Deleting always works, as in a browser.
    if (bytesIn(draft) > Math.max(this.capacity, bytesIn(this.rooms)))
      throw new StorageProblem('StorageFull', 'The disk is full.');
    this.rooms = draft;
    await this.#after(halved ? 'crash after' : fault);
    return result;
  }

  keepOpen<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async estimate() {
    return { used: bytesIn(this.rooms), quota: null, persisted: false };
  }

  close(): void {}

  #next(): Fault | null {
    const moment = this.moments++;
    return this.plan?.at === moment ? this.plan.fault : null;
  }

  async #before(fault: Fault | null): Promise<void> {
    if (fault === 'crash before') throw this.#kill();
    if (fault === 'hang before') await this.#hang();
    if (fault === 'error') throw new DOMException('a hiccup', 'DataError');
    if (fault === 'full') throw new StorageProblem('StorageFull', 'The disk is full.');
  }

  async #after(fault: Fault | null): Promise<void> {
    if (fault === 'crash after') throw this.#kill();
    if (fault === 'hang after') await this.#hang();
  }

  #kill(): Crash {
    this.#dead = true;
    return new Crash('the tab died');
  }

  #hang(): Promise<never> {
    this.#die(this.#kill());
    return new Promise<never>(() => undefined);
  }
}

function bytesIn({ chunks }: Rooms): number {
  return [...chunks.values()].reduce<number>((sum, chunk) => sum + (chunk as ArrayBuffer).byteLength, 0);
}

/** Locks of one browser; a new instance is a restarted one. */
export class FakeLocks implements LockPort {
  readonly #held = new Map<string, () => void>();

  async acquire(name: string, how: 'try' | 'wait briefly' | 'steal', onLost: () => void): Promise<(() => void) | null> {
    const holder = this.#held.get(name);
    if (holder !== undefined && how !== 'steal') return null;
    this.#held.set(name, onLost);
    holder?.();
    return () => {
      if (this.#held.get(name) === onLost) this.#held.delete(name);
    };
  }

  held(): Promise<string[]> {
    return Promise.resolve([...this.#held.keys()]);
  }
}

export const RUN = {
  id: 'run-1',
  name: 'First run',
  createdAt: '2026-01-02T03:04:05.000Z',
  recipe: { format: 1, seed: 7 },
};

export function storeOver(storage: FaultyStorage, locks: LockPort = new FakeLocks()): CheckpointStore {
  return new ProtocolStore(storage, locks);
}

export function describeStep(step: number, changes: Partial<CheckpointDescription> = {}): CheckpointDescription {
  return {
    ...{ name: null, step, stage: 0, stepInStage: step, dataPosition: step * 16, parent: null },
    createdAt: '2026-01-02T03:04:05.000Z',
    recipe: RUN.recipe,
    tokenizerHash: 'abc',
    modelConfig: { width: 2 },
    parameters: [
      { name: 'model.weight', shape: [2, 3] },
      { name: 'lm_head.weight', shape: [1] },
    ],
    fingerprint: { backend: 'wasm', adapter: 'none', browser: 'test' },
    ...{ trainerState: null, probeLoss: 1.5, reason: 'interval', metrics: null, pinned: false },
    ...changes,
  };
}

/** Seven numbers a part, told apart by step and part. */
export function partsOf(step: number): Required<CheckpointParts> {
  const part = (kind: number) => Float32Array.from({ length: 7 }, (_, i) => step * 100 + kind * 10 + i + 0.1);
  return { parameters: part(0), moment1: part(1), moment2: part(2) };
}

export const rowsOf = (step: number) => [
  { step, loss: 1 / step },
  { step, lr: step / 10 },
];
