// The episodes of the chosen source and what is being imported. Deletes are soft: they can be undone for a week.
import { proxy } from 'comlink';
import type { Episode } from '../../../episodes/episode';
import type { EpisodePatch, ImportEntry, PathedFile, SimulatorTask, StoredUsage } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import * as m from '../../../words/messages';
import { whole } from '../../reading';
import type { Edits } from '../edits.svelte';
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
  readonly #edits: Edits;
  #episodes = $state.raw<readonly Episode[] | null>(null);
  #tasks = $state.raw<readonly SimulatorTask[]>([]);
  #trouble = $state<string | null>(null);
  readonly #progress = new ImportProgress();
  #importing = $state(false);
  #paused = $state(false);
  #cancelled = false;
  #given = $state.raw<readonly string[]>([]);
  #leftOver = $state.raw<readonly string[]>([]);
  #usage = $state.raw<StoredUsage | null>(null);
  #storageTrouble = $state<string | null>(null);
  #opened = false;
  #question = 0;

  constructor(engine: Engine, notices: Notices, draft: RecipeDraft, edits: Edits) {
    this.#engine = engine;
    this.#notices = notices;
    this.#draft = draft;
    this.#edits = edits;
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

  /** Paths of the files of the import that is on or was last, as they were given. */
  get given(): readonly string[] {
    return this.#given;
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
      this.#notices.tell(m.data_import_busy());
      return;
    }
    this.#importing = true;
    this.#given = files.map(({ path }) => path);
    this.#progress.begin();
    this.#draft.change((recipe) => (recipe.source = { kind: 'library' }));
    this.#notices.announce(m.data_import_begins({ count: whole(files.length) }));
    const done = await this.#notices.attempt(m.data_import_stopped(), m.data_import_stopped_todo(), () =>
      whileImporting(() => this.#handOver(files)),
    );
    this.#progress.end(done);
    this.#importing = false;
    this.#setPaused(false);
    this.#leftOver = await pathsLeftOver();
    if (done) {
      const { progress } = this;
      const lists = done.filter((entry) => entry.state === 'done' && entry.episodeId === null).length;
      const parts = [m.data_told_taken({ count: whole(progress.count('taken') - lists) })];
      if (progress.count('here') > 0) parts.push(m.data_told_here({ count: whole(progress.count('here')) }));
      if (progress.count('cancelled') > 0)
        parts.push(m.data_told_not_read({ count: whole(progress.count('cancelled')) }));
      parts.push(m.data_told_refused({ count: whole(progress.count('refused')) }));
      this.#notices.tell(`${parts.join(', ')}.`);
    }
    await this.load();
    await this.#measure();
  }

  async pauseImport(): Promise<void> {
    await this.#notices.attempt(m.data_pause_failed(), m.data_try_again(), async () => {
      await this.#engine.data.pauseImport();
      this.#setPaused(true);
    });
  }

  async resumeImport(): Promise<void> {
    await this.#notices.attempt(m.data_resume_failed(), m.data_resume_todo(), async () => {
      this.#setPaused(false);
      await this.#engine.data.resumeImport();
    });
  }

  async cancelImport(): Promise<void> {
    this.#cancelled = true;
    await this.#notices.attempt(m.data_cancel_failed(), m.data_cancel_todo(), () => this.#engine.data.cancelImport());
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
    const changed = await this.#notices.attempt(m.data_change_failed(), m.data_try_again(), () =>
      this.#engine.data.updateEpisode(id, patch),
    );
    if (changed && this.#episodes) this.#episodes = this.#episodes.map((e) => (e.id === id ? changed : e));
    return changed;
  }

  /**
   * Changes what a person sees of an episode, so that it can be taken back.
   * @param after told whenever it has changed, also by undoing
   */
  async edit(before: Episode, patch: EpisodePatch, after: () => Promise<void>): Promise<void> {
    if (!(await this.change(before.id, patch))) return;
    await after();
    const { name, task, category, trim, downsample } = before;
    const earlier: EpisodePatch = { name, task, category, trim, downsample };
    const call = async (values: EpisodePatch) => {
      if (await this.change(before.id, values)) await after();
    };
    const thing = `${before.id} ${Object.keys(patch).join()}`;
    const back = 'category' in patch || 'task' in patch ? { task, category } : {};
    const known = Object.fromEntries(Object.entries(earlier).filter(([key]) => key in patch));
    this.#edits.did({
      ...{ thing, name: m.runs_edit_episode({ name }) },
      undo: () => call({ ...back, ...known }),
      redo: () => call(patch),
    });
  }

  async remove(ids: string[]): Promise<void> {
    await this.#notices.attempt(m.data_delete_failed(), m.data_try_again(), async () => {
      const drop = () => this.#engine.data.removeEpisodes(ids).then(() => this.load());
      const restore = () => this.#engine.data.restoreEpisodes(ids).then(() => this.load());
      await drop();
      const edit = { name: m.runs_edit_episodes(), undo: restore, redo: drop };
      this.#edits.did(edit, m.data_deleted({ count: whole(ids.length) }));
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
