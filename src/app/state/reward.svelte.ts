// The progress of an episode as a model sees it: which episode, under which task, what was read of it, and what a step
// back costs.
import { proxy } from 'comlink';
import type { Episode } from '../../episodes/episode';
import { UNKNOWN_TASK } from '../../episodes/taskText';
import { besideEachOther, type Measure, type MeasureName } from '../../reward/beside';
import { readCriticList, type CriticList } from '../../reward/criticList';
import { PENALTY } from '../../reward/progressCurve';
import { isStill, whyNoCurve } from '../../reward/trust';
import type { ValueRule } from '../../reward/valueRules';
import { COMPARISON } from '../../training/comparison';
import * as m from '../../words/messages';
import type { PathedFile } from '../../workers/dataApi';
import type { Walk, Walked } from '../../workers/rewardApi';
import type { Engine } from '../clients/engine';
import { progressSummary, type ProgressData } from '../plots/progressPlot';
import { percent } from '../reading';
import type { Library } from './data/library.svelte';
import type { Edits } from './edits.svelte';
import { shippedModel, type NamedModel } from './modelChoices';
import { sentenceOf, type Notices } from './notices.svelte';
import type { RecipeDraft } from './recipeDraft.svelte';
import { OfferedEpisodes } from './reward/offeredEpisodes.svelte';
import { OverlayFilm } from './reward/overlayFilm.svelte';
import { Quality } from './reward/quality.svelte';
import { progressData, type ShownReading } from './reward/shownReading';
import { Viewer } from './reward/viewer.svelte';
import { BEGUN, workAt, type Work } from './reward/work';
import { measureNames } from './reward/measureWords';

export class Reward {
  readonly offered: OfferedEpisodes;
  readonly viewer: Viewer;
  readonly film: OverlayFilm;
  readonly quality: Quality;
  readonly #engine: Engine;
  readonly #notices: Notices;
  readonly #edits: Edits;
  readonly #library: Library;
  readonly #draft: RecipeDraft;
  #model = $state.raw<NamedModel>(shippedModel('cured'));
  #episode = $state.raw<Episode | null>(null);
  #walk = $state.raw<Walk | null>(null);
  #trouble = $state<string | null>(null);
  #refused = $state.raw<readonly string[]>([]);
  #importing = $state(false);
  #work = $state.raw<Work | null>(null);
  #shown = $state.raw<ShownReading | null>(null);
  #penalty = $state(PENALTY);
  #rule = $state<ValueRule>('same');
  #list = $state.raw<{ name: string; text: string } | null>(null);
  #listTrouble = $state<string | null>(null);
  #overlaid = $state.raw<readonly MeasureName[]>([]);
  task = $state('');
  readonly #imported = $derived.by((): CriticList | null => this.#list && readCriticList(this.#list.text, this.#rule));
  readonly #still = $derived.by(() => (this.#shown ? isStill(this.#shown.reading) : null));
  readonly #measures = $derived.by((): readonly Measure[] => {
    if (!this.#shown || this.#still !== null) return [];
    const options = { penalty: this.#penalty, rule: this.#rule, imported: this.#imported };
    return besideEachOther(this.#shown.reading, options);
  });
  readonly #data = $derived.by((): ProgressData | null => {
    if (!this.#shown || this.#still !== null) return null;
    const overlays = this.#measures
      .filter(({ name }) => this.#overlaid.includes(name))
      .map(({ name, drawn }) => ({ name: measureNames[name](), values: drawn }));
    return progressData(this.#shown, this.#penalty, overlays);
  });

  constructor(engine: Engine, notices: Notices, edits: Edits, library: Library, draft: RecipeDraft) {
    this.#engine = engine;
    this.#notices = notices;
    this.#edits = edits;
    this.#library = library;
    this.#draft = draft;
    this.offered = new OfferedEpisodes(engine);
    this.viewer = new Viewer(engine);
    this.film = new OverlayFilm(engine, notices);
    this.quality = new Quality(engine, notices);
  }

  get model(): NamedModel {
    return this.#model;
  }

  get episode(): Episode | null {
    return this.#episode;
  }

  /** Why the chosen episode could not be opened, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Why given files were not taken, in words. */
  get refused(): readonly string[] {
    return this.#refused;
  }

  get importing(): boolean {
    return this.#importing;
  }

  /** Null while nothing is being read. */
  get work(): Work | null {
    return this.#work;
  }

  /** Why no curve can be asked for, in words; null where one can, or while nobody knows. */
  get obstacle(): string | null {
    return this.#walk && whyNoCurve(this.#walk.frames.length, this.task);
  }

  get ready(): boolean {
    return this.#episode !== null && this.#walk !== null && this.obstacle === null;
  }

  /** What was read of the episode; null before. */
  get shown(): ShownReading | null {
    return this.#shown;
  }

  /** Why there is no curve of what was read, in words. */
  get still(): string | null {
    return this.#still;
  }

  get data(): ProgressData | null {
    return this.#data;
  }

  /** The curve and what it is compared with. */
  get measures(): readonly Measure[] {
    return this.#measures;
  }

  get overlaid(): readonly MeasureName[] {
    return this.#overlaid;
  }

  get penalty(): number {
    return this.#penalty;
  }

  get rule(): ValueRule {
    return this.#rule;
  }

  /** Name of the imported list; null where there is none. */
  get listName(): string | null {
    return this.#list?.name ?? null;
  }

  get listTrouble(): string | null {
    return this.#listTrouble;
  }

  /** Offers episodes, and chooses one where none is chosen. */
  async open(): Promise<void> {
    await this.offered.load();
    const { first } = this.offered;
    if (this.#episode === null && first) await this.choose(first);
  }

  chooseModel(model: NamedModel): void {
    this.#model = model;
  }

  /** @param shown what is known of it already */
  async choose(episode: Episode, shown: ShownReading | null = null): Promise<void> {
    if (this.#work) await this.cancel();
    this.#episode = episode;
    this.task = shown?.task ?? (episode.task === UNKNOWN_TASK ? '' : episode.task);
    this.#walk = null;
    this.#trouble = null;
    this.#shown = shown;
    this.film.forget();
    try {
      const walk = await this.#engine.data.walk(episode.id, this.samplingOf(episode));
      if (this.#episode.id !== episode.id) return;
      this.#walk = walk;
      this.viewer.open(episode, shown?.reading.frames ?? walk.frames);
    } catch (error) {
      if (this.#episode.id === episode.id) this.#trouble = sentenceOf(error);
    }
  }

  /** Own recordings are cut as the draft's recipe says, simulated ones as the models know them. */
  samplingOf({ source }: Episode): Walked {
    const { downsample, trim } = source === 'simulator' ? COMPARISON.sampling : this.#draft.recipe.sampling;
    return { downsample, trim };
  }

  /** Takes recordings into the library and chooses the first of them. */
  async takeFiles(files: readonly PathedFile[]): Promise<void> {
    if (files.length === 0) return;
    if (this.#library.importing) {
      this.#notices.tell(m.data_import_busy());
      return;
    }
    this.#refused = [];
    this.#importing = true;
    await this.#library.import(files);
    this.#importing = false;
    const { entries } = this.#library.progress;
    this.#refused = entries
      .filter(({ state }) => state === 'refused')
      .map(({ path, sentence }) => `${path}: ${sentence}`);
    await this.offered.load();
    const taken = entries.find(({ episodeId }) => episodeId !== null)?.episodeId;
    const episode = taken && this.offered.find(taken);
    if (episode) await this.choose(episode);
  }

  /** Has the model judge along the episode. @param others whether the order without time is asked for as well */
  async read(others = (this.#shown?.reading.others ?? null) !== null): Promise<void> {
    const [episode, model, task] = [this.#episode, this.#model.choice, this.task.trim()];
    if (!episode || !this.ready || this.#work || this.quality.work) return;
    const began = performance.now();
    this.viewer.pause();
    this.#work = BEGUN;
    let quarter = 0;
    const onProgress = (share: number) => {
      if (this.#work) this.#work = workAt(this.#work, share, began);
      if (Math.floor(share * 4) > quarter && share < 1)
        this.#notices.announce(m.reward_read_share({ share: percent(100 * share) }));
      quarter = Math.max(quarter, Math.floor(share * 4));
    };
    const request = { model, episodeId: episode.id, sampling: this.samplingOf(episode), task, others };
    const read = await this.#notices.attempt(m.reward_failed(), m.reward_failed_todo(), async () => {
      await this.#engine.connected;
      return this.#engine.gpu.readEpisode(request, proxy(onProgress));
    });
    const isCancelled = this.#work.isCancelled;
    this.#work = null;
    if (isCancelled) this.#notices.announce(m.reward_cancelled());
    if (read === null || isCancelled || this.#episode?.id !== episode.id) return;
    this.#shown = { ...read, episode };
    this.#notices.announce(this.#still ?? (this.#data ? progressSummary(this.#data) : ''));
  }

  async cancel(): Promise<void> {
    if (this.#work === null) return;
    this.#work = { ...this.#work, isCancelled: true };
    await this.#engine.gpu.cancelReading().catch(() => undefined);
  }

  setPenalty(penalty: number): void {
    const before = this.#penalty;
    if (penalty === before) return;
    const put = (value: number) => {
      this.#penalty = value;
    };
    put(penalty);
    const edit = { name: m.reward_edit_penalty(), undo: () => put(before), redo: () => put(penalty) };
    this.#edits.did({ ...edit, thing: 'reward penalty' });
  }

  setRule(rule: ValueRule): void {
    this.#rule = rule;
  }

  overlay(name: MeasureName, isOn: boolean): void {
    const others = this.#overlaid.filter((one) => one !== name);
    this.#overlaid = isOn ? [...others, name] : others;
  }

  /** Reads another critic's list; what is wrong with it is said. */
  async takeList(file: File): Promise<void> {
    this.#listTrouble = null;
    try {
      const text = await file.text();
      readCriticList(text);
      this.#list = { name: file.name, text };
      this.overlay('imported', true);
    } catch (error) {
      this.#listTrouble = sentenceOf(error);
    }
  }

  dropList(): void {
    this.#list = null;
    this.#listTrouble = null;
    this.overlay('imported', false);
  }
}
