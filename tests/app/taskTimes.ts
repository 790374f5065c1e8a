// How long the page's own tasks take, by the clock of its thread. That clock stands while other programs have the
// processor, so what is measured is the page's work and not how busy the machine is.
import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds since the machine started. */
  ts: number;
  /** Microseconds by the clock on the wall, and by the thread's. */
  dur?: number;
  tdur?: number;
}

const CATEGORIES = ['disabled-by-default-devtools.timeline', 'devtools.timeline', 'blink.user_timing'];

/** Sets a mark in the trace, at which a span begins or ends. */
export const mark = (page: Page, name: string): Promise<void> =>
  page.evaluate((words) => void performance.mark(words), name);

export function startTrace(browser: Browser, page: Page): Promise<void> {
  return browser.startTracing(page, { categories: CATEGORIES, screenshots: false });
}

/** A finished trace. */
export class TaskTimes {
  readonly #events: readonly TraceEvent[];

  constructor(events: readonly TraceEvent[]) {
    this.#events = events;
  }

  static async stop(browser: Browser): Promise<TaskTimes> {
    const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    return new TaskTimes(trace.traceEvents);
  }

  /**
   * Milliseconds of work of every task of the page's thread that began between two marks.
   * @throws Error where a mark or the thread's clock is missing from the trace
   */
  between(from: string, to: string): number[] {
    const [start, end] = [this.#mark(from), this.#mark(to)];
    const tasks = this.#events.filter(
      ({ name, ph, pid, tid, ts }) =>
        name === 'RunTask' && ph === 'X' && pid === end.pid && tid === end.tid && ts >= start.ts && ts < end.ts,
    );
    if (tasks.length === 0) throw new Error(`The trace holds no tasks between ${from} and ${to}.`);
    return tasks.map(({ tdur }) => {
      if (tdur === undefined) throw new Error('This browser does not tell the time of its threads.');
      return tdur / 1000;
    });
  }

  #mark(wanted: string): TraceEvent {
    const found = this.#events.findLast(({ name }) => name === wanted);
    if (!found) throw new Error(`The trace has no mark ${wanted}.`);
    return found;
  }
}

/** Those over a limit, longest first, in whole milliseconds. */
export const over = (limit: number, tasks: readonly number[]): number[] =>
  tasks
    .filter((ms) => ms > limit)
    .map(Math.round)
    .sort((a, b) => b - a);
