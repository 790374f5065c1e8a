// Shares loops among threads that work on one memory. A job is a number of items; whoever is free takes the next few by
// one compare-and-swap on a ticket (generation and next item in one word, so that a latecomer never takes from the wrong
// job). What an item computes never depends on who computes it, so results do not depend on the number of threads.
import { run } from './jobs';

// Places in the control block; what is written by different threads lies on different cache lines.
const TICKET: usize = 0;
const DONE: usize = 64;
const SIGNAL: usize = 128;
const SLEEPERS: usize = 192;
const JOB: usize = 256;
const ITEMS: usize = 260;
const GRAIN: usize = 264;
const ROOM: usize = 268;
const ROOM_BYTES: usize = 272;
const ARGUMENTS: usize = 320;

/** Bytes of the control block. */
export const CONTROL_BYTES: i32 = 576;

// How often an idle helper looks for work before it sleeps: some tens of microseconds.
const PATIENCE: i32 = 20000;
const CLOSED: i64 = 0x7fffffff;

let control: usize = 0;
let threads: i32 = 1;
let generation: i32 = 0;

/** Names the control block (zeroed, 64-aligned) and how many threads will share jobs, the caller among them. */
export function setUp(at: usize, count: i32): void {
  control = at;
  threads = count;
  store<i64>(at + TICKET, CLOSED);
}

/** Gives every thread `bytes` of memory of its own, one after the other from `at` on. */
export function setRoom(at: usize, bytes: i32): void {
  store<usize>(control + ROOM, at);
  store<i32>(control + ROOM_BYTES, bytes);
}

/** The i-th argument of the job that runs now. */
/* inline */ export function argument(i: i32): i32 {
  return load<i32>(control + ARGUMENTS + ((<usize>i) << 2));
}

/* inline */ export function argumentFloat(i: i32): f32 {
  return load<f32>(control + ARGUMENTS + ((<usize>i) << 2));
}

/* inline */ export function setArgument(i: i32, value: i32): void {
  store<i32>(control + ARGUMENTS + ((<usize>i) << 2), value);
}

/* inline */ export function setArgumentFloat(i: i32, value: f32): void {
  store<f32>(control + ARGUMENTS + ((<usize>i) << 2), value);
}

function room(index: i32): usize {
  return load<usize>(control + ROOM) + <usize>(index * load<i32>(control + ROOM_BYTES));
}

/** Takes items of the open job until none is left. */
function help(index: i32): void {
  while (true) {
    const ticket = atomic.load<i64>(control + TICKET);
    const next = <i32>(ticket & 0xffffffff);
    const items = load<i32>(control + ITEMS);
    if (next >= items) return;
    const job = load<i32>(control + JOB);
    const end = min(next + load<i32>(control + GRAIN), items);
    // While this item is not taken the job cannot end, so what was read above belongs to it if the swap succeeds.
    if (atomic.cmpxchg<i64>(control + TICKET, ticket, ticket + <i64>(end - next)) !== ticket) continue;
    run(job, next, end, room(index));
    atomic.add<i32>(control + DONE, end - next);
  }
}

/** Runs `items` items of a job, `grain` at a time, with everyone's help, and returns when all are done. */
export function share(job: i32, items: i32, grain: i32): void {
  if (items <= 0) return;
  if (threads === 1 || items <= grain) {
    run(job, 0, items, room(0));
    return;
  }
  store<i32>(control + JOB, job);
  store<i32>(control + ITEMS, items);
  store<i32>(control + GRAIN, grain);
  atomic.store<i32>(control + DONE, 0);
  generation++;
  atomic.store<i64>(control + TICKET, (<i64>generation) << 32);
  atomic.store<i32>(control + SIGNAL, generation);
  if (atomic.load<i32>(control + SLEEPERS) > 0) atomic.notify(control + SIGNAL, -1);
  help(0);
  while (atomic.load<i32>(control + DONE) < items) {
    // Helpers finish the few items that they hold.
  }
  atomic.store<i64>(control + TICKET, ((<i64>generation) << 32) | CLOSED);
}

/** Items taken at a time so that each of the threads comes several times and none takes a tiny piece. */
export function grainOf(items: i32, least: i32): i32 {
  return max(least, (items + threads * 4 - 1) / (threads * 4));
}

/** A helper's whole life: never returns, ends with its worker. */
export function serve(at: usize, index: i32): void {
  control = at;
  let idle = 0;
  while (true) {
    const signal = atomic.load<i32>(at + SIGNAL);
    const next = <i32>(atomic.load<i64>(at + TICKET) & 0xffffffff);
    if (next < load<i32>(at + ITEMS)) {
      help(index);
      idle = 0;
    } else if (++idle > PATIENCE) {
      atomic.add<i32>(at + SLEEPERS, 1);
      atomic.wait<i32>(at + SIGNAL, signal, -1);
      atomic.sub<i32>(at + SLEEPERS, 1);
      idle = 0;
    }
  }
}
