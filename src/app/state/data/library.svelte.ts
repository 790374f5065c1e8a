// The episodes of the chosen source and what is being imported. Deletes are soft: they can be undone for half a minute.
import { proxy } from 'comlink';
import type { Episode } from '../../../episodes/episode';
import type { EpisodePatch, ImportEntry, PathedFile, SimulatorTask, StoredUsage } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import { counted } from '../../reading';
import type { Notices } from '../notices.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';
import { ImportProgress } from './importProgress.svelte';
import { notePending, pathsLeftOver, whileImporting } from './pendingFiles';

/** Handing a file to a worker costs the page about a quarter of a millisecond. */
const FILES_AT_ONCE = 40;

export class Library {
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #draft: RecipeDraft;
  #episodes = $state.raw<readonly Episode[] | null>(null);
  #tasks = $state.raw<readonly SimulatorTask[]>([]);
  #trouble = $state<string | null>(null);
  readonly #progress = new ImportProgress();
  #importing = $state(false);
  #paused = $state(false);
  #cancelled = false;
  #leftOver = $state.raw<readonly string[]>([]);
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

  /** What the simulator can draw; empty until it is known. */
  get tasks(): readonly SimulatorTask[] {
    return this.#tasks;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** The list of the import that is on or was last. */
  get progress(): ImportProgress {
    return this.#progress;
  }

  get importing(): boolean {
    return this.#importing;
  }

  /** By the visitor, or because the disk is full. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Paths that an import of an earlier visit did not come to. */
  get leftOver(): readonly string[] {
    return this.#importing ? [] : this.#leftOver;
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
      if (this.#tasks.length === 0) this.#tasks = await this.#engine.data.simulatorTasks();
    } catch (error) {
      if (question !== this.#question) return;
      this.#episodes = [];
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  async import(files: PathedFile[]): Promise<void> {
    if (files.length === 0) return;
    if (this.#importing) {
      this.#notices.tell('Other files are still being read. Drop these when they are done, or cancel first.');
      return;
    }
    this.#importing = true;
    this.#progress.begin();
    this.#draft.change((recipe) => (recipe.source = { kind: 'library' }));
    this.#notices.announce(`Reading ${counted(files.length, 'file')}.`);
    const todo = 'Files already taken in are kept. Drop the others again.';
    const done = await this.#notices.attempt('The import stopped.', todo, () =>
      whileImporting(() => this.#handOver(files)),
    );
    this.#progress.end(done);
    this.#importing = false;
    this.#setPaused(false);
    this.#leftOver = await pathsLeftOver();
    if (done) {
      const { progress } = this;
      const lists = done.filter((entry) => entry.state === 'done' && entry.episodeId === null).length;
      const parts = [`${counted(progress.count('taken') - lists, 'episode')} taken in`];
      if (progress.count('here') > 0) parts.push(`${progress.count('here')} here already`);
      if (progress.count('cancelled') > 0) parts.push(`${progress.count('cancelled')} not read`);
      this.#notices.tell(`${parts.join(', ')}, ${counted(progress.count('refused'), 'file')} refused.`);
    }
    await this.load();
    await this.#measure();
  }

  async pauseImport(): Promise<void> {
    await this.#notices.attempt('The import could not be paused.', 'Try again.', async () => {
      await this.#engine.data.pauseImport();
      this.#setPaused(true);
    });
  }

  async resumeImport(): Promise<void> {
    await this.#notices.attempt('The import could not go on.', 'Cancel it and drop the files again.', async () => {
      this.#setPaused(false);
      await this.#engine.data.resumeImport();
    });
  }

  async cancelImport(): Promise<void> {
    this.#cancelled = true;
    await this.#notices.attempt('The import could not be cancelled.', 'Reload the page.', () =>
      this.#engine.data.cancelImport(),
    );
  }

  clearEntries(): void {
    this.#progress.clear();
  }

  /** Forgets what an earlier import did not come to. */
  dismissLeftOver(): void {
    notePending(this.#leftOver, []);
    this.#leftOver = [];
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
    this.#leftOver = await pathsLeftOver();
    try {
      this.#usage = await this.#engine.data.open();
    } catch (error) {
      this.#storageTrouble = error instanceof Error ? error.message : String(error);
    }
  }

  async #measure(): Promise<void> {
    this.#usage = await this.#engine.data.usage().catch(() => this.#usage);
  }

  async #handOver(files: readonly PathedFile[]): Promise<ImportEntry[]> {
    this.#cancelled = false;
    for (let at = 0; at < files.length && !this.#cancelled; at += FILES_AT_ONCE) {
      await this.#engine.data.offerFiles(files.slice(at, at + FILES_AT_ONCE));
    }
    const take = proxy((entry: ImportEntry) => this.#takeEntry(entry));
    const reading = this.#engine.data.importFiles([], take, true);
    if (this.#cancelled) await this.#engine.data.cancelImport();
    return reading;
  }

  #takeEntry(entry: ImportEntry): void {
    // A full disk halts the import without being asked.
    if (entry.state === 'paused' && entry.reason === 'full') this.#setPaused(true);
    this.#progress.take(entry);
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#progress.isPaused = paused;
  }
}
