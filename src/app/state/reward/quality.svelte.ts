// Many episodes read one after the other, to find those worth learning from. Results stay as they come in, whatever
// happens to the rest.
import { proxy } from 'comlink';
import type { Episode } from '../../../episodes/episode';
import { PENALTY } from '../../../reward/progressCurve';
import {
  isKept,
  mask,
  outcomeRanking,
  qualityOf,
  ranked,
  THRESHOLDS,
  type EpisodeQuality,
  type OutcomeRanking,
  type Thresholds,
} from '../../../reward/quality';
import { isStill, whyNoCurve } from '../../../reward/trust';
import { UNKNOWN_TASK } from '../../../episodes/taskText';
import * as m from '../../../words/messages';
import type { Walked } from '../../../workers/rewardApi';
import type { Engine } from '../../clients/engine';
import { saveFile } from '../../clients/saveFile';
import { csvText } from '../../plots/table';
import { whole } from '../../reading';
import type { NamedModel } from '../modelChoices';
import { sentenceOf, type Notices } from '../notices.svelte';
import type { ShownReading } from './shownReading';
import { BEGUN, workAt, type Work } from './work';

export type QualitySource = { kind: 'library' } | { kind: 'simulator'; count: number };

/** An episode that gave no curve, and why. */
export interface LeftOut {
  episode: Episode;
  why: string;
}

/** Beyond the episodes that are offered one by one; those with mishaps have scenes of their own. */
const FROM = { well: 1000, mishaps: 2000 };

export class Quality {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #work = $state.raw<(Work & { done: number; all: number }) | null>(null);
  #rows = $state.raw<readonly EpisodeQuality[]>([]);
  #leftOut = $state.raw<readonly LeftOut[]>([]);
  #all = $state(0);
  #thresholds = $state.raw<Thresholds>(THRESHOLDS);
  #readings: Record<string, ShownReading> = {};
  readonly #ranked = $derived(ranked(this.#rows));
  readonly #ranking = $derived(outcomeRanking(this.#rows));

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  get work(): (Work & { done: number; all: number }) | null {
    return this.#work;
  }

  /** Best first. */
  get rows(): readonly EpisodeQuality[] {
    return this.#ranked;
  }

  get leftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  /** How many episodes were to be read. */
  get all(): number {
    return this.#all;
  }

  get thresholds(): Thresholds {
    return this.#thresholds;
  }

  /** Null where not both successes and failures are known. */
  get ranking(): OutcomeRanking | null {
    return this.#ranking;
  }

  get kept(): number {
    return this.#rows.filter((one) => isKept(one, this.#thresholds)).length;
  }

  isKept(row: EpisodeQuality): boolean {
    return isKept(row, this.#thresholds);
  }

  setThreshold(name: keyof Thresholds, value: number): void {
    this.#thresholds = { ...this.#thresholds, [name]: value };
  }

  /** What was read of an episode. */
  readingOf(id: string): ShownReading | null {
    return this.#readings[id] ?? null;
  }

  async start(model: NamedModel, source: QualitySource, samplingOf: (episode: Episode) => Walked): Promise<void> {
    if (this.#work) return;
    this.#work = { ...BEGUN, done: 0, all: 0 };
    this.#rows = [];
    this.#leftOut = [];
    this.#readings = {};
    const began = performance.now();
    await this.#notices.attempt(m.reward_quality_failed(), m.reward_quality_failed_todo(), async () => {
      await this.#engine.connected;
      const episodes = await this.#episodes(source);
      this.#all = episodes.length;
      for (const [done, episode] of episodes.entries()) {
        if (this.#work === null || this.#work.isCancelled) return;
        const tell = (share: number) => {
          if (!this.#work) return;
          const now = workAt(this.#work, (done + share) / episodes.length, began);
          this.#work = { ...now, done, all: episodes.length, isCancelled: this.#work.isCancelled };
        };
        tell(0);
        await this.#read(model, episode, samplingOf(episode), tell);
      }
    });
    const isCancelled = this.#work?.isCancelled ?? false;
    this.#work = null;
    const told = { kept: whole(this.kept), count: whole(this.#rows.length) };
    this.#notices.announce(isCancelled ? m.reward_quality_cancelled() : m.reward_quality_kept(told));
  }

  async cancel(): Promise<void> {
    if (!this.#work) return;
    this.#work = { ...this.#work, isCancelled: true };
    await this.#engine.gpu.cancelReading().catch(() => undefined);
  }

  saveCsv(): void {
    const rows = mask(this.#ranked, this.#thresholds).map((one) => [
      one.episode,
      one.name,
      one.keep ? 1 : 0,
      one.voc,
      one.negativeRate,
      one.consistency,
      one.regressions.map(({ from, to }) => `${from}-${to}`).join(' '),
    ]);
    const columns = ['episode', 'name', 'keep', 'voc', 'negativeRate', 'consistency', 'regressions'];
    saveFile('palindrome-quality.csv', csvText({ columns, rows }), 'text/csv');
  }

  saveJson(): void {
    const record = {
      kind: 'palindrome quality',
      version: 1,
      thresholds: this.#thresholds,
      penalty: PENALTY,
      episodes: mask(this.#ranked, this.#thresholds),
    };
    saveFile('palindrome-quality.json', JSON.stringify(record, null, 2), 'application/json');
  }

  async #episodes(source: QualitySource): Promise<Episode[]> {
    if (source.kind === 'library') return this.#engine.data.episodes({ kind: 'library' });
    // Half of them go well.
    const half = Math.ceil(source.count / 2);
    const [well, mishaps] = [
      await this.#engine.data.unseenEpisodes(false, FROM.well, half),
      await this.#engine.data.unseenEpisodes(true, FROM.mishaps, source.count - half),
    ];
    return well.flatMap((episode, i) => [episode, ...mishaps.slice(i, i + 1)]);
  }

  async #read(model: NamedModel, episode: Episode, sampling: Walked, tell: (share: number) => void): Promise<void> {
    try {
      const walk = await this.#engine.data.walk(episode.id, sampling);
      const task = episode.task === UNKNOWN_TASK ? '' : episode.task;
      const why = whyNoCurve(walk.frames.length, task);
      if (why !== null) return this.#leave(episode, why);
      const request = { model: model.choice, episodeId: episode.id, sampling, task };
      const read = await this.#engine.gpu.readEpisode(request, proxy(tell));
      if (read === null) return;
      const still = isStill(read.reading);
      if (still !== null) return this.#leave(episode, still);
      this.#readings[episode.id] = { ...read, episode };
      this.#rows = [...this.#rows, qualityOf(episode, read.reading, PENALTY)];
    } catch (error) {
      this.#leave(episode, sentenceOf(error));
    }
  }

  #leave(episode: Episode, why: string): void {
    this.#leftOut = [...this.#leftOut, { episode, why }];
  }
}
