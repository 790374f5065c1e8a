// The episodes of the chosen source and what is being imported. Deletes are soft: they can be undone for half a minute.
import { proxy } from 'comlink';
import type { Episode } from '../../../episodes/episode';
import type { EpisodePatch, ImportEntry, PathedFile, StoredUsage } from '../../../workers/api';
import type { Engine } from '../../clients/engine';
import { counted } from '../../reading';
import type { Notices } from '../notices.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';

export class Library {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #draft: RecipeDraft;
  #episodes = $state.raw<readonly Episode[] | null>(null);
  #trouble = $state<string | null>(null);
  #entries = $state.raw<readonly ImportEntry[]>([]);
  #importing = $state(false);
  #usage = $state.raw<StoredUsage | null>(null);
  #storageTrouble = $state<string | null>(null);
  #opened = false;
  #question = 0;

  constructor(engine: Engine, notices: Notices, draft: RecipeDraft) {
    this.#engine = engine;
    this.#notices = notices;
    this.#draft = draft;
  }

  /** Null while they are being fetched. */
  get episodes(): readonly Episode[] | null {
    return this.#episodes;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** The import list, in the order in which files were given. */
  get entries(): readonly ImportEntry[] {
    return this.#entries;
  }

  get importing(): boolean {
    return this.#importing;
  }

  get usage(): StoredUsage | null {
    return this.#usage;
  }

  /** Why nothing can be stored, in words; the simulator works all the same. */
  get storageTrouble(): string | null {
    return this.#storageTrouble;
  }

  /** Fetches the episodes of the recipe's source. */
  async load(): Promise<void> {
    const question = ++this.#question;
    this.#trouble = null;
    try {
      await this.#engine.connected;
      await this.#open();
      const episodes = await this.#engine.data.episodes(this.#draft.recipe.source);
      if (question === this.#question) this.#episodes = episodes;
    } catch (error) {
      if (question !== this.#question) return;
      this.#episodes = [];
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  async import(files: PathedFile[]): Promise<void> {
    if (files.length === 0 || this.#importing) return;
    this.#importing = true;
    this.#draft.change((recipe) => (recipe.source = { kind: 'library' }));
    this.#notices.announce(`Reading ${counted(files.length, 'file')}.`);
    const todo = 'Files already taken in are kept. Drop the others again.';
    const done = await this.#notices.attempt('The import stopped.', todo, () =>
      this.#engine.data.importFiles(
        files,
        proxy((entry: ImportEntry) => this.#takeEntry(entry)),
      ),
    );
    this.#importing = false;
    if (done) {
      const taken = done.filter((entry) => entry.state === 'done').length;
      const refused = done.filter((entry) => entry.state === 'refused').length;
      this.#notices.tell(`${counted(taken, 'episode')} taken in, ${counted(refused, 'file')} refused.`);
    }
    await this.load();
    await this.#measure();
  }

  async cancelImport(): Promise<void> {
    await this.#notices.attempt('The import could not be cancelled.', 'Reload the page.', () =>
      this.#engine.data.cancelImport(),
    );
  }

  clearEntries(): void {
    this.#entries = [];
  }

  /** Changes what is known about an episode; gives it back as stored, null where that failed. */
  async change(id: string, patch: EpisodePatch): Promise<Episode | null> {
    const changed = await this.#notices.attempt('The change was not kept.', 'Try again.', () =>
      this.#engine.data.updateEpisode(id, patch),
    );
    if (changed && this.#episodes) this.#episodes = this.#episodes.map((e) => (e.id === id ? changed : e));
    return changed;
  }

  async remove(ids: string[]): Promise<void> {
    await this.#notices.attempt('The episode could not be deleted.', 'Try again.', async () => {
      await this.#engine.data.removeEpisodes(ids);
      await this.load();
      this.#notices.tell(`${counted(ids.length, 'episode')} deleted.`, async () => {
        await this.#engine.data.restoreEpisodes(ids);
        await this.load();
      });
    });
  }

  async #open(): Promise<void> {
    if (this.#opened) return;
    this.#opened = true;
    try {
      this.#usage = await this.#engine.data.open();
    } catch (error) {
      this.#storageTrouble = error instanceof Error ? error.message : String(error);
    }
  }

  async #measure(): Promise<void> {
    this.#usage = await this.#engine.data.usage().catch(() => this.#usage);
  }

  #takeEntry(entry: ImportEntry): void {
    const known = this.#entries.some((e) => e.path === entry.path);
    this.#entries = known ? this.#entries.map((e) => (e.path === entry.path ? entry : e)) : [...this.#entries, entry];
  }
}
