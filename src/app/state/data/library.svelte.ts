// The episodes of the chosen source and what is being imported. Deletes are soft: they can be undone for a week.
import { proxy } from 'comlink';
import type { Episode, EpisodeChange } from '../../../episodes/episode';
import type { EpisodePatch, ImportEntry, PathedFile, SimulatorTask, StoredUsage } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import * as m from '../../../words/messages';
import { whole } from '../../reading';
import type { Edits } from '../edits.svelte';
import type { Notices } from '../notices.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';
import { earlier, merged, opposite } from './episodeChanges';
import { ImportProgress } from './importProgress.svelte';
import { notePending, pathsLeftOver, whileImporting } from './pendingFiles';

/** Handing a file to a worker costs the page about a quarter of a millisecond. */
const FILES_AT_ONCE = 40;
/** Episodes in one message from a worker; 80,000 in one would hold the page up for half a second. */
const EPISODES_AT_ONCE = 2500;
const LIST = /\.(jsonl|csv|txt)$/i;

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
  #given = $state.raw<readonly PathedFile[]>([]);
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
    return this.#given.map(({ path }) => path);
  }

  /** Damaged files of the last import of which a part can be read. */
  get readableInPart(): readonly ImportEntry[] {
    return this.#importing ? [] : this.#progress.entries.filter(({ readable }) => readable !== null);
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

  /** Whether an episode was deleted and can be brought back. */
  isInBin(id: string): boolean {
    return this.#usage?.bin.ids.includes(id) ?? false;
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
      const { source } = this.#draft.recipe;
      const episodes: Episode[] = [];
      for (let more = true; more && question === this.#question;) {
        const some = await this.#engine.data.episodes(source, episodes.length, EPISODES_AT_ONCE);
        episodes.push(...some);
        more = some.length === EPISODES_AT_ONCE;
      }
      if (question === this.#question) this.#episodes = episodes;
      if (this.#tasks.length === 0) this.#tasks = await this.#engine.data.simulatorTasks();
    } catch (error) {
      if (question !== this.#question) return;
      this.#episodes = [];
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param keepsPart of damaged videos what can be read is kept */
  async import(files: readonly PathedFile[], keepsPart = false): Promise<void> {
    if (files.length === 0) return;
    if (this.#importing) {
      this.#notices.tell(m.data_import_busy());
      return;
    }
    this.#importing = true;
    this.#given = files;
    this.#progress.begin(this.given);
    this.#draft.change((recipe) => (recipe.source = { kind: 'library' }));
    this.#notices.announce(m.data_import_begins({ count: whole(files.length) }));
    const done = await this.#notices.attempt(m.data_import_stopped(), m.data_import_stopped_todo(), () =>
      whileImporting(() => this.#handOver(files, keepsPart)),
    );
    this.#progress.end(done);
    this.#importing = false;
    this.#setPaused(false);
    this.#leftOver = await pathsLeftOver();
    const { progress } = this;
    const lists = done?.filter((entry) => entry.state === 'done' && entry.episodeId === null).length ?? 0;
    // What lists alone changed is said with the change.
    if (done && lists < done.length) {
      const parts = [m.data_told_taken({ count: whole(progress.count('taken') - lists) })];
      if (progress.count('here') > 0) parts.push(m.data_told_here({ count: whole(progress.count('here')) }));
      if (progress.count('cancelled') > 0)
        parts.push(m.data_told_not_read({ count: whole(progress.count('cancelled')) }));
      parts.push(m.data_told_refused({ count: whole(progress.count('refused')) }));
      this.#notices.tell(`${parts.join(', ')}.`);
    }
    await this.#reload();
    // One list may follow another: what the last says of an episode holds.
    await this.editAll(done?.flatMap(({ changes }) => changes) ?? []);
  }

  /** Reads the damaged files of the last import again, for what can be read of them; lists beside them still speak. */
  async keepReadable(): Promise<void> {
    const parts = this.readableInPart;
    const again = this.#given.filter(({ path }) => LIST.test(path) || parts.some((entry) => entry.path === path));
    await this.import(again, true);
  }

  async pauseImport(): Promise<void> {
    await this.#notices.attempt(m.data_pause_failed(), m.data_try_again(), async () => {
      await this.#engine.data.pauseImport();
      this.#setPaused(true);
    });
  }

  async resumeImport(): Promise<void> {
    await this.#notices.attempt(m.data_resume_failed(), m.data_resume_todo(), async () => {
      await this.#engine.data.resumeImport();
      this.#setPaused(false);
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
    const call = async (values: EpisodePatch) => {
      if (await this.change(before.id, values)) await after();
    };
    const thing = `${before.id} ${Object.keys(patch).join()}`;
    this.#edits.did({
      ...{ thing, name: m.runs_edit_episode({ name: before.name }) },
      undo: () => call(earlier(before, patch)),
      redo: () => call(patch),
    });
  }

  /** Changes many episodes, so that it can be taken back in one step. */
  async editAll(changes: readonly EpisodeChange[]): Promise<void> {
    const after = merged(changes);
    if (after.length === 0) return;
    await this.#notices.attempt(m.data_change_failed(), m.data_try_again(), async () => {
      const before = opposite(after, this.#episodes ?? []);
      const make = (all: EpisodeChange[]) => this.#engine.data.updateEpisodes(all).then(() => this.load());
      await make(after);
      const edit = { name: m.data_edit_several(), undo: () => make(before), redo: () => make(after) };
      this.#edits.did(edit, m.data_changed({ count: whole(after.length) }));
    });
  }

  async remove(ids: string[]): Promise<void> {
    await this.#notices.attempt(m.data_delete_failed(), m.data_try_again(), async () => {
      const drop = () => this.#engine.data.removeEpisodes(ids).then(() => this.#reload());
      const restore = () => this.#engine.data.restoreEpisodes(ids).then(() => this.#reload());
      await drop();
      const edit = { name: m.runs_edit_episodes(), undo: restore, redo: drop };
      this.#edits.did(edit, m.data_deleted({ count: whole(ids.length) }));
    });
  }

  /** Takes episodes out of the bin, back into the list. */
  async bringBack(ids: readonly string[]): Promise<void> {
    await this.#notices.attempt(m.data_bin_back_failed(), m.data_try_again(), async () => {
      await this.#engine.data.restoreEpisodes([...ids]);
      await this.#reload();
      this.#notices.tell(m.data_bin_back_done({ count: whole(ids.length) }));
    });
  }

  /** Gives up what is in the bin for good. */
  async emptyBin(): Promise<void> {
    await this.#notices.attempt(m.data_bin_empty_failed(), m.data_try_again(), async () => {
      await this.#engine.data.forgetEpisodes(this.#usage?.bin.ids ?? []);
      await this.#measure();
    });
  }

  async #reload(): Promise<void> {
    await this.load();
    await this.#measure();
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

  async #handOver(files: readonly PathedFile[], keepsPart: boolean): Promise<ImportEntry[]> {
    this.#cancelled = false;
    for (let at = 0; at < files.length && !this.#cancelled; at += FILES_AT_ONCE) {
      await this.#engine.data.offerFiles(files.slice(at, at + FILES_AT_ONCE));
    }
    const take = proxy((entry: ImportEntry) => this.#takeEntry(entry));
    const reading = this.#engine.data.importFiles([], take, true, keepsPart);
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
