// The episodes whose progress can be shown: unseen ones of the simulator, by task and with what goes wrong in them, and
// one's own recordings.
import type { Episode } from '../../../episodes/episode';
import { HELD_OUT_TASKS } from '../../../training/comparison';
import type { Engine } from '../../clients/engine';
import { templateName } from '../data/episodeWords';
import { sentenceOf } from '../notices.svelte';

/** Episodes looked through, and how many of a task are offered: those that go well, and one for each mishap. */
const LOOKED_THROUGH = { well: 120, mishaps: 240 };
const WELL = 2;

export interface OfferedTask {
  template: string;
  /** Whether the models that come with the studio were trained on it. */
  isTrained: boolean;
  episodes: readonly Episode[];
}

export class OfferedEpisodes {
  readonly #engine: Engine;
  #unseen = $state.raw<readonly Episode[] | null>(null);
  #own = $state.raw<readonly Episode[]>([]);
  #trouble = $state<string | null>(null);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Of the simulator, by task; null until they are known. */
  get tasks(): OfferedTask[] | null {
    const unseen = this.#unseen;
    if (!unseen) return null;
    const templates = unseen.map(({ template }) => template).filter((name, i, all) => all.indexOf(name) === i);
    return templates
      .toSorted((a, b) => templateName(a).localeCompare(templateName(b)))
      .map((template) => ({
        template,
        isTrained: !HELD_OUT_TASKS.some((name) => name === template),
        episodes: unseen.filter((episode) => episode.template === template),
      }));
  }

  get own(): readonly Episode[] {
    return this.#own;
  }

  /** Why they could not be fetched, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Something is undone and then done again: the shortest such film of a trained task, else the first there is. */
  get first(): Episode | null {
    const tasks = (this.tasks ?? []).filter(({ isTrained }) => isTrained).flatMap(({ episodes }) => episodes);
    const [best] = tasks
      .filter(({ mishap, outcome }) => mishap === 'undoing' && outcome === 'success')
      .toSorted((a, b) => a.frameCount - b.frameCount);
    return best ?? tasks[0] ?? null;
  }

  find(id: string): Episode | null {
    return [...(this.#unseen ?? []), ...this.#own].find((episode) => episode.id === id) ?? null;
  }

  async load(): Promise<void> {
    try {
      await this.#engine.connected;
      const { data } = this.#engine;
      // Where the browser keeps nothing there is no library; the simulator needs none.
      this.#own = await data.episodes({ kind: 'library' }).catch(() => []);
      if (this.#unseen === null) {
        const [well, mishaps] = [
          await data.unseenEpisodes(false, 0, LOOKED_THROUGH.well),
          await data.unseenEpisodes(true, 0, LOOKED_THROUGH.mishaps),
        ];
        this.#unseen = [...chosen(well, WELL), ...chosen(mishaps, 1)];
      }
      this.#trouble = null;
    } catch (error) {
      this.#trouble = sentenceOf(error);
    }
  }
}

/** So many of each task, mishap and outcome. */
function chosen(episodes: readonly Episode[], most: number): Episode[] {
  const kept: Record<string, number> = {};
  return episodes.filter(({ template, mishap, outcome }) => {
    const key = `${template} ${mishap ?? ''} ${outcome}`;
    kept[key] = (kept[key] ?? 0) + 1;
    return kept[key] <= most;
  });
}
