// The list of episodes as the page shows it: searched, narrowed, ordered, and which of them are marked, to be changed or
// deleted together.
import { SvelteSet } from 'svelte/reactivity';
import type { Episode, EpisodeChanges, Split } from '../../../episodes/episode';
import { splitEpisodes } from '../../../pairs/splitEpisodes';
import type { RecipeDraft } from '../recipeDraft.svelte';
import { type EpisodeFilter, filtered, narrowings, NO_FILTER, searchTexts } from './episodeFilter';
import type { Library } from './library.svelte';

export class EpisodeList {
  readonly #library: Library;
  readonly #draft: RecipeDraft;
  #filter = $state.raw<EpisodeFilter>(NO_FILTER);
  #marking = $state(false);
  readonly #marked = new SvelteSet<string>();
  /** Where a range of marks begins. */
  #anchor: string | null = null;

  readonly #texts = $derived.by(() => searchTexts(this.#library.episodes ?? []));
  readonly #splits = $derived.by((): ReadonlyMap<string, Split> => {
    const { sampling, seed } = this.#draft.recipe;
    return splitEpisodes(this.#library.episodes ?? [], sampling, seed);
  });
  readonly #found = $derived.by(() =>
    filtered(this.#library.episodes ?? [], this.#texts, this.#filter, () => this.#splits),
  );

  constructor(library: Library, draft: RecipeDraft) {
    this.#library = library;
    this.#draft = draft;
  }

  get filter(): EpisodeFilter {
    return this.#filter;
  }

  /** How many choices narrow the list, besides the search. */
  get narrowings(): number {
    return narrowings(this.#filter);
  }

  get found(): readonly Episode[] {
    return this.#found;
  }

  narrow(change: Partial<EpisodeFilter>): void {
    this.#filter = { ...this.#filter, ...change };
  }

  /** Shows all again; the order stays. */
  widen(): void {
    this.#filter = { ...NO_FILTER, sort: this.#filter.sort };
  }

  /** Whether episodes are being marked. */
  get marking(): boolean {
    return this.#marking;
  }

  get marked(): ReadonlySet<string> {
    return this.#marked;
  }

  startMarking(): void {
    this.#marking = true;
  }

  stopMarking(): void {
    this.#marking = false;
    this.#marked.clear();
    this.#anchor = null;
  }

  /** @param through marks all from the one that was marked last, as with Shift */
  mark(id: string, on: boolean, through = false): void {
    for (const each of through ? this.#between(this.#anchor, id) : [id]) {
      if (on) this.#marked.add(each);
      else this.#marked.delete(each);
    }
    this.#anchor = id;
  }

  /** Marks all that are listed, or none. */
  markAll(on: boolean): void {
    this.#marked.clear();
    if (on) for (const { id } of this.#found) this.#marked.add(id);
  }

  /** Deletes what is marked; the message that tells of it brings it back. */
  async removeMarked(): Promise<void> {
    const ids = [...this.#marked];
    this.stopMarking();
    if (ids.length > 0) await this.#library.remove(ids);
  }

  /** Changes all that is marked alike; the marks stay. */
  async changeMarked(changes: EpisodeChanges): Promise<void> {
    await this.#library.editAll([...this.#marked].map((id) => ({ id, changes })));
  }

  #between(from: string | null, to: string): string[] {
    const places = [from, to].map((id) => this.#found.findIndex((episode) => episode.id === id));
    const [low, high] = [Math.min(...places), Math.max(...places)];
    return low < 0 ? [to] : this.#found.slice(low, high + 1).map(({ id }) => id);
  }
}
