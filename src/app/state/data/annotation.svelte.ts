// Describing an episode: its stretches as they are being edited, which one is chosen, the two moments of the pair that
// is looked at, and undo over all of it. Every edit is stored at once; letters wait for a short pause and are kept in a
// draft until then. What an edit does is decided by the pure functions in episodes/annotations.
import { coverage, type Coverage, describedAt, nearestKept, wordsAt } from '../../../episodes/annotations/described';
import {
  added,
  type Edited,
  endMoved,
  neighbour,
  progressSet,
  removed,
  reworded,
  saidAgain,
  touching,
} from '../../../episodes/annotations/edits';
import {
  type Change,
  did,
  type History,
  NO_HISTORY,
  redone,
  type Step,
  undone,
} from '../../../episodes/annotations/history';
import type { Episode, Segment } from '../../../episodes/episode';
import { isSimulatorId } from '../../../episodes/simulator/simulatorIdForm';
import type { EpisodeSampling } from '../../../workers/dataApi';
import * as m from '../../../words/messages';
import { draftOf, forgetDraft, keepDraft } from './annotationDraft';
import type { Library } from './library.svelte';
import type { OpenEpisode } from './openEpisode.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';

const pause = 400;

export class Annotation {
  readonly #library: Library;
  readonly #open: OpenEpisode;
  readonly #draft: RecipeDraft;
  #on = $state(false);
  #episode = $state<string | null>(null);
  #segments = $state.raw<readonly Segment[]>([]);
  #chosen = $state<number | null>(null);
  #begun = $state<number | null>(null);
  #history = $state.raw<History>(NO_HISTORY);
  #pair = $state.raw<readonly [number, number]>([0, 0]);
  #said = $state('');
  #unstored = $state(false);
  #left = false;
  /** Lists of which the library holds one: the last that was stored, then those on their way. */
  #held: readonly (readonly Segment[])[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #storing: Promise<void> = Promise.resolve();

  readonly #coverage = $derived.by((): Coverage => {
    const windows = this.#draft.recipe.sampling.windows.filter(({ weight }) => weight > 0).map(({ window }) => window);
    return coverage(this.#segments, this.kept, windows);
  });

  constructor(library: Library, open: OpenEpisode, draft: RecipeDraft) {
    this.#library = library;
    this.#open = open;
    this.#draft = draft;
  }

  /** Whether the page shows the describing and nothing else. */
  get on(): boolean {
    return this.#on && !isSimulatorId(this.#open.id ?? '');
  }

  /** Whether it has just been left: true once, for whoever gives the focus back. */
  left(): boolean {
    const left = this.#left;
    this.#left = false;
    return left;
  }

  /** The open episode with how it is sampled; null while it is being opened. */
  get sampling(): EpisodeSampling | null {
    const sampling = this.#open.sampling;
    return sampling && sampling.episode.id === this.#episode ? sampling : null;
  }

  get kept(): readonly number[] {
    return this.sampling?.keptFrames ?? [];
  }

  /** In order of time, as they are on screen; the library follows. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Place of the chosen stretch in `segments`. */
  get chosen(): number | null {
    return this.#chosen;
  }

  /** Where a stretch was begun by key that is not ended yet. */
  get begun(): number | null {
    return this.#begun;
  }

  /** The earlier and the later moment of the pair that is looked at, raw frames. */
  get pair(): readonly [number, number] {
    return this.#pair;
  }

  get coverage(): Coverage {
    return this.#coverage;
  }

  /** What the last deed did, for the line under the strip and for screen readers. */
  get said(): string {
    return this.#said;
  }

  /** Something is not in the library yet. */
  get unstored(): boolean {
    return this.#unstored;
  }

  get undoable(): string | null {
    return this.#history.past.at(-1)?.what ?? null;
  }

  get redoable(): string | null {
    return this.#history.future.at(-1)?.what ?? null;
  }

  /** Phrases that were used before, in this library. */
  get phrases(): string[] {
    const others = (this.#library.episodes ?? []).filter(({ id }) => id !== this.#episode);
    return [...this.#segments, ...others.flatMap(({ segments }) => segments)].map(({ text }) => text);
  }

  start(): void {
    this.#on = true;
    this.#episode = null;
    this.#history = NO_HISTORY;
    this.#said = '';
  }

  async end(): Promise<void> {
    await this.store();
    this.#on = false;
    this.#left = true;
    await this.#open.refresh();
  }

  /** Shows an episode's stretches; called whenever one was opened. */
  show(episode: Episode, kept: readonly number[]): void {
    if (episode.id === this.#episode) return;
    void this.store();
    this.#unstored = false;
    this.#episode = episode.id;
    // The record that came with the sampling may be older than the last edit.
    const latest = this.#library.episodes?.find(({ id }) => id === episode.id) ?? episode;
    this.#segments = latest.segments;
    this.#held = [latest.segments];
    this.#begun = null;
    this.#chosen = null;
    this.#said = '';
    this.#pair = this.#usualPair(latest, kept);
  }

  choose(index: number | null): void {
    this.#chosen = index;
    const segment = index === null ? undefined : this.#segments[index];
    if (segment && !(segment.from <= this.#open.frame && this.#open.frame <= segment.to)) this.#open.seek(segment.from);
  }

  chooseNeighbour(step: 1 | -1): void {
    this.choose(neighbour(this.#segments, this.#chosen, this.#open.frame, step));
    if (this.#chosen !== null) {
      const segment = this.#segments[this.#chosen];
      if (segment) this.#open.seek(segment.from);
      this.#say(
        m.data_said_stretch({
          place: this.#chosen + 1,
          count: this.#segments.length,
          words: segment?.text || m.data_no_words(),
        }),
      );
    }
  }

  /** Moves by kept frames. */
  step(by: number): void {
    this.#open.seek(this.keptBeside(this.#open.frame, by));
  }

  toEnd(end: 'first' | 'last'): void {
    const frame = end === 'first' ? this.kept[0] : this.kept.at(-1);
    if (frame !== undefined) this.#open.seek(frame);
  }

  /** The raw frame, or where it lies within the kept ones the nearest of them. */
  snapped(frame: number): number {
    const kept = this.kept;
    const [first, last] = [kept[0], kept.at(-1)];
    if (first === undefined || last === undefined || frame < first || frame > last) return frame;
    return kept[nearestKept(kept, frame)] ?? frame;
  }

  /** The kept frame so many steps beside a raw frame. */
  keptBeside(frame: number, by: number): number {
    const kept = this.kept;
    return kept[Math.min(Math.max(0, nearestKept(kept, frame) + by), kept.length - 1)] ?? frame;
  }

  beginHere(): void {
    this.#begun = this.#open.frame;
    this.#say(m.data_said_begun({ frame: this.#open.frame }));
  }

  forgetBegun(): void {
    this.#begun = null;
  }

  /** Ends the stretch that was begun. @returns whether there was one */
  endHere(): boolean {
    if (this.#begun === null) {
      this.#say(m.data_said_not_begun());
      return false;
    }
    this.add(this.#begun, this.#open.frame);
    return true;
  }

  add(from: number, to: number): void {
    const sampling = this.sampling;
    if (!sampling) return;
    this.#begun = null;
    const ends = touching(this.#segments, from, to);
    this.#edit(m.data_step_new(), added(this.#segments, { ...ends, text: '' }, sampling.episode.frameCount));
    this.#sayChosen(m.data_said_marked);
  }

  /** @param drag edits with the same name are one step in the history */
  moveEnd(end: 'from' | 'to', frame: number, drag: string | null = null): void {
    const sampling = this.sampling;
    if (!sampling || this.#chosen === null) return;
    const edited = endMoved(this.#segments, this.#chosen, end, frame, sampling.episode.frameCount);
    const [old, next] = [this.#segments[this.#chosen], edited.segments[edited.chosen ?? -1]];
    if (old?.from === next?.from && old?.to === next?.to) return;
    this.#edit(end === 'from' ? m.data_step_beginning() : m.data_step_end(), edited, drag);
  }

  describe(text: string): void {
    if (this.#chosen === null) return;
    this.#edit(
      m.data_step_words(),
      reworded(this.#segments, this.#chosen, text),
      `words ${this.#chosen} ${this.#episode}`,
      true,
    );
  }

  /** @param percent null takes the figure away */
  setProgress(percent: number | null): void {
    if (this.#chosen === null) return;
    this.#edit(
      m.data_step_progress(),
      progressSet(this.#segments, this.#chosen, percent === null ? null : percent / 100),
    );
  }

  remove(): void {
    if (this.#chosen === null) return;
    this.#edit(m.data_step_removal(), removed(this.#segments, this.#chosen));
    this.#say(m.data_said_removed());
  }

  /** The chosen stretch's words once more, from the moment on. */
  sayAgain(): void {
    const sampling = this.sampling;
    if (!sampling || this.#chosen === null) return;
    const edited = saidAgain(this.#segments, this.#chosen, this.#open.frame, sampling.episode.frameCount);
    if (!edited) return this.#say(m.data_said_no_room());
    this.#edit(m.data_step_again(), edited);
    this.#sayChosen(m.data_said_same);
  }

  /** Sets one moment of the pair; the other gives way where it would be passed. */
  setMoment(which: 0 | 1, frame: number): void {
    const kept = this.kept;
    if (kept.length < 2) return;
    let at = nearestKept(kept, frame);
    at = which === 0 ? Math.min(at, kept.length - 2) : Math.max(at, 1);
    let other = nearestKept(kept, this.#pair[which === 0 ? 1 : 0]);
    if (which === 0 && other <= at) other = at + 1;
    if (which === 1 && other >= at) other = at - 1;
    const [a, b] = which === 0 ? [kept[at], kept[other]] : [kept[other], kept[at]];
    this.#pair = [a ?? 0, b ?? 0];
  }

  setPair(early: number, late: number): void {
    this.#pair = [early, late];
  }

  /** Kept frames between the two moments. */
  get window(): number {
    return nearestKept(this.kept, this.#pair[1]) - nearestKept(this.kept, this.#pair[0]);
  }

  /** The stretches that speak for the two moments. */
  get spoken(): readonly [Segment | null, Segment | null] {
    return [describedAt(this.#segments, this.#pair[0]), describedAt(this.#segments, this.#pair[1])];
  }

  undo(): Promise<void> {
    return this.#travel(undone(this.#history), m.data_said_undone);
  }

  redo(): Promise<void> {
    return this.#travel(redone(this.#history), m.data_said_redone);
  }

  /** Changes any episodes in one step that can be taken back. */
  async apply(what: string, changes: readonly Change[]): Promise<void> {
    await this.store();
    this.#history = did(this.#history, { what, changes: [...changes], key: null });
    await this.#write(changes);
  }

  /** Stores what is waiting, and settles when it is in the library. */
  store(): Promise<void> {
    clearTimeout(this.#timer);
    const [id, segments] = [this.#episode, this.#segments];
    if (!id || !this.#unstored) return this.#storing;
    if (!this.#held.includes(segments)) this.#held = [...this.#held, segments];
    this.#storing = this.#storing.then(async () => {
      const done = await this.#library.change(id, { segments: [...segments] });
      if (this.#episode === id) this.#settle(segments, done !== null);
      if (!done) return;
      const newest = this.#episode !== id || this.#segments === segments;
      if (newest) forgetDraft(id);
      if (newest && this.#episode === id) this.#unstored = false;
    });
    return this.#storing;
  }

  /** A list came to be what the library holds, or did not. */
  #settle(segments: readonly Segment[], isStored: boolean): void {
    const at = this.#held.indexOf(segments);
    if (isStored) this.#held = this.#held.slice(Math.max(0, at));
    else if (at > 0) this.#held = this.#held.filter((list) => list !== segments);
  }

  #edit(what: string, edited: Edited, key: string | null = null, typing = false): void {
    const id = this.#episode;
    if (!id) return;
    const step: Step = { what, key, changes: [{ episode: id, before: this.#segments, after: edited.segments }] };
    this.#history = did(this.#history, step);
    this.#segments = edited.segments;
    this.#chosen = edited.chosen;
    this.#unstored = true;
    keepDraft(id, draftOf(this.#held, edited.segments));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.store(), typing || key !== null ? pause : 0);
  }

  async #travel(way: ReturnType<typeof undone>, sentence: (step: { what: string }) => string): Promise<void> {
    if (!way) return;
    await this.store();
    this.#history = way.history;
    this.#begun = null;
    await this.#write(way.restore);
    const [first] = way.restore;
    // Nobody should have to guess where something changed.
    if (first && !way.restore.some(({ episode }) => episode === this.#episode)) await this.#open.open(first.episode);
    this.#say(sentence({ what: way.step.what }));
  }

  async #write(changes: readonly Change[]): Promise<void> {
    for (const { episode, after } of changes) {
      if (episode === this.#episode) {
        this.#segments = after;
        if (this.#chosen !== null && this.#chosen >= after.length) this.#chosen = null;
        this.#unstored = true;
        keepDraft(episode, draftOf(this.#held, after));
        await this.store();
      } else await this.#library.change(episode, { segments: [...after] });
    }
  }

  #usualPair(episode: Episode, kept: readonly number[]): readonly [number, number] {
    const usual = 10;
    const start = Math.max(0, Math.floor((kept.length - usual) / 2));
    const first = wordsAt(episode.segments, kept).findIndex((words) => words !== null);
    const a = first >= 0 && first + 1 < kept.length ? first : start;
    return [kept[a] ?? 0, kept[Math.min(a + usual, kept.length - 1)] ?? 0];
  }

  #sayChosen(sentence: (ends: { from: number; to: number }) => string): void {
    const segment = this.#chosen === null ? undefined : this.#segments[this.#chosen];
    if (segment) this.#say(sentence({ from: segment.from, to: segment.to }));
  }

  #say(sentence: string): void {
    this.#said = sentence;
  }
}
