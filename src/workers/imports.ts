// One import at a time: the files offered for it, and what pauses and cancels it.
import { ImportControl } from '../episodes/importControl';
import { importFiles, type ImportOptions } from '../episodes/importFiles';
import type { EpisodeLibrary } from '../episodes/library';
import type { ImportEntry, PathedFile } from './dataApi';

export class Imports {
  readonly #offered: PathedFile[] = [];
  #control: ImportControl | null = null;

  offer(files: readonly PathedFile[]): void {
    this.#offered.push(...files);
  }

  /** Reads these files and those offered before; an import that is on ends. */
  async read(
    files: readonly PathedFile[],
    library: Promise<EpisodeLibrary>,
    options: Pick<ImportOptions, 'isAttended' | 'keepsPart' | 'makeRoom' | 'onEntry'>,
  ): Promise<ImportEntry[]> {
    this.#control?.cancel();
    const control = new ImportControl();
    this.#control = control;
    const given = [...this.#offered.splice(0), ...files];
    try {
      return await importFiles(given, await library, { ...options, control });
    } finally {
      if (this.#control === control) this.#control = null;
    }
  }

  cancel(): void {
    this.#control?.cancel();
  }

  pause(): void {
    this.#control?.pause();
  }

  resume(): void {
    this.#control?.resume();
  }
}
