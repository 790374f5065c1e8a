// Imported episodes in the bin: for a week they can be brought back, and they take room until they are given up.
import * as m from '../../../words/messages';
import type { KeptEpisode } from '../../../episodes/library';
import type { Engine } from '../../clients/engine';
import type { Library } from '../data/library.svelte';
import type { Notices } from '../notices.svelte';

export class DeletedEpisodes {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #library: Library;
  #all = $state.raw<readonly KeptEpisode[]>([]);

  constructor(engine: Engine, notices: Notices, library: Library) {
    this.#engine = engine;
    this.#notices = notices;
    this.#library = library;
  }

  /** Last removed first. */
  get all(): readonly KeptEpisode[] {
    return this.#all;
  }

  async load(): Promise<void> {
    await this.#engine.connected;
    // Without its library the studio still has runs.
    const kept = await this.#engine.data.keptEpisodes().catch(() => []);
    const removed = kept.filter(({ removedAt }) => removedAt !== null);
    this.#all = removed.toSorted((a, b) => (b.removedAt ?? 0) - (a.removedAt ?? 0));
  }

  async restore({ episode }: KeptEpisode): Promise<void> {
    await this.#notices.attempt(m.runs_restore_failed(), m.runs_try_again(), async () => {
      await this.#engine.data.restoreEpisodes([episode.id]);
      await this.#library.load();
      this.#notices.tell(m.runs_restored({ name: episode.name }));
    });
    await this.load();
  }

  async forget(episodes: readonly KeptEpisode[]): Promise<void> {
    await this.#notices.attempt(m.runs_delete_failed(), m.runs_try_again(), () =>
      this.#engine.data.forgetEpisodes(episodes.map(({ episode }) => episode.id)),
    );
    await this.load();
  }
}
