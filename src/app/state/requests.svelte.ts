// Every request the page has made, as the browser's own log tells it: the proof behind "your videos stay here".

export interface RequestNote {
  address: string;
  foreign: boolean;
}

export class Requests {
  #notes = $state.raw<readonly RequestNote[]>([]);

  constructor() {
    const observer = new PerformanceObserver((list) => this.#add(list.getEntries()));
    observer.observe({ type: 'resource', buffered: true });
  }

  get all(): readonly RequestNote[] {
    return this.#notes;
  }

  get foreign(): readonly RequestNote[] {
    return this.#notes.filter((note) => note.foreign);
  }

  #add(entries: PerformanceEntryList): void {
    const found = entries
      .filter((entry) => /^https?:/.test(entry.name))
      .map((entry) => {
        const url = new URL(entry.name);
        return { address: url.pathname, foreign: url.origin !== location.origin };
      });
    this.#notes = [...this.#notes, ...found].slice(-300);
  }
}
