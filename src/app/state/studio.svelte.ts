// The studio as one object: the engine with its backend, and a state class for each thing that views show.
import { getContext, setContext } from 'svelte';
import type { Recipe } from '../../training/recipe';
import type { BackendInfo } from '../../workers/gpuApi';
import * as m from '../../words/messages';
import type { Locale } from '../../words/runtime';
import { Engine, type Part } from '../clients/engine';
import { Annotation } from './data/annotation.svelte';
import { Classroom } from './classroom/classroom.svelte';
import { Controls } from './controls.svelte';
import { ExperimentResults } from './experimentResults.svelte';
import { Edits } from './edits.svelte';
import { Evaluation } from './evaluation.svelte';
import { KeptMeasurements } from './evaluation/keptMeasurements';
import { MeasuringForm } from './evaluation/measuringForm.svelte';
import { Judging } from './judging.svelte';
import { Language } from './language.svelte';
import { Library } from './data/library.svelte';
import { Measuring } from './measuring.svelte';
import { Notices } from './notices.svelte';
import { Offline } from './offline.svelte';
import { OpenEpisode } from './data/openEpisode.svelte';
import { ModelTakers } from './quiz/modelTakers.svelte';
import { People } from './quiz/people.svelte';
import { Quiz } from './quiz/quiz.svelte';
import { DeletedEpisodes } from './runs/deletedEpisodes.svelte';
import { ProjectFile } from './runs/projectFile.svelte';
import { StorageRoom } from './runs/storageRoom.svelte';
import { RecipeCheck } from './recipeCheck.svelte';
import { RecipeDraft } from './recipeDraft.svelte';
import { Reward } from './reward.svelte';
import { Router } from './router.svelte';
import { Runs } from './runs.svelte';
import { SamplingEffect } from './data/samplingEffect.svelte';
import { ShippedModels } from './shippedModels.svelte';
import { Story } from './story.svelte';
import { Theme } from './theme.svelte';
import { Training } from './training.svelte';

export class Studio {
  readonly theme = new Theme();
  readonly language = new Language((locale) => this.#speak(locale));
  readonly router = new Router();
  readonly offline = new Offline();
  readonly notices = new Notices(() => this.#facts());
  readonly edits = new Edits(this.notices);
  readonly draft = new RecipeDraft(this.edits);
  readonly engine = new Engine((part, why) => this.#crashed(part, why));
  readonly recipeCheck = new RecipeCheck(this.engine);
  readonly shipped = new ShippedModels();
  readonly training = new Training(this.engine, this.notices);
  readonly measuring = new Measuring(this.engine, this.notices);
  readonly story = new Story(this.engine, this.notices, this.training);
  readonly classroom = new Classroom(this.story, this.shipped);
  readonly runs = new Runs(this.engine, this.notices, this.training, this.edits);
  readonly experiments = new ExperimentResults();
  readonly measurements = new KeptMeasurements();
  readonly evaluation = new Evaluation(this.engine, this.notices, this.edits, this.measurements);
  readonly controls = new Controls(this.engine, this.notices, this.measurements);
  readonly measuringForm = new MeasuringForm(this.engine, this.runs, this.training, this.draft);
  readonly judging = new Judging(this.engine, this.notices, this.shipped, this.training);
  readonly library = new Library(this.engine, this.notices, this.draft, this.edits);
  readonly openEpisode = new OpenEpisode(this.engine, this.library, this.draft);
  readonly reward = new Reward(this.engine, this.notices, this.edits, this.library, this.draft);
  readonly annotation = new Annotation(this.library, this.openEpisode, this.draft);
  readonly deletedEpisodes = new DeletedEpisodes(this.engine, this.notices, this.library);
  readonly storageRoom = new StorageRoom(this.engine);
  readonly projectFile = new ProjectFile(this.engine, this.notices, this.edits, this);
  readonly samplingEffect = new SamplingEffect(this.engine);
  readonly quiz = new Quiz(this.engine, this.notices, this.draft, new People(this.notices, this.edits));
  readonly modelTakers = new ModelTakers(this.engine, this.notices);
  #backend = $state.raw<BackendInfo | null>(null);
  #backendTrouble = $state<string | null>(null);
  #device: Promise<boolean> | null = null;

  /** Null until the device was chosen and checked. */
  get backend(): BackendInfo | null {
    return this.training.backend ?? this.#backend;
  }

  /** The presenter view has the whole window. */
  get slide(): boolean {
    return this.router.view === 'start' && this.classroom.presenting;
  }

  /** Why no device could be had, in words. */
  get backendTrouble(): string | null {
    return this.#backendTrouble;
  }

  /** Settles when the device was chosen: true where there is one. */
  get device(): Promise<boolean> {
    this.#device ??= this.#choose();
    return this.#device;
  }

  /** Reads the link, chooses the device and opens what was stored. */
  open(): void {
    const recipe = this.router.parameters.get('r');
    if (recipe) this.readLink(recipe);
    this.#speak(this.language.locale);
    // Fetching the copy for offline use waits until the page has what it needs itself.
    void this.device.finally(() => this.offline.open());
  }

  /** Has the workers speak as the page does. */
  #speak(locale: Locale): void {
    for (const part of [this.engine.data, this.engine.gpu]) void part.speak(locale).catch(() => undefined);
  }

  async #choose(): Promise<boolean> {
    try {
      // Away from https and localhost browsers give a page neither locks nor storage for models, nor WebGPU.
      if (!isSecureContext) throw new Error(m.page_device_https());
      await this.engine.connected;
      const forced = forcedBackend();
      this.#backend = await this.engine.gpu.start(forced ?? this.draft.recipe.backend, forced !== null, precision());
      void this.#sweep();
      void this.runs.load();
      return true;
    } catch (error) {
      this.#backendTrouble = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** Called when the page is hidden: the next moment may be its last. */
  hidden(): void {
    void this.training.saveQuietly();
  }

  /** Forgets for good what was deleted more than a week ago. */
  async #sweep(): Promise<void> {
    await Promise.allSettled([this.engine.gpu.purgeRuns(), this.engine.data.purgeEpisodes()]);
  }

  /**
   * Takes the recipe of a link; what is wrong with it is said.
   * @param sentence shown with an undo button where the link replaces what was there
   */
  readLink(text: string, sentence: string | null = null): void {
    this.draft.read(text, sentence);
    if (!this.draft.complaint) return;
    this.notices.report(m.train_link_unread(), this.draft.complaint, m.train_link_unread_todo());
  }

  #crashed(part: Part, why: string): void {
    this.training.forget();
    this.measuring.forget();
    this.controls.forget();
    const what = part === 'data' ? m.page_data_stopped() : m.page_gpu_stopped();
    const restart = { label: m.page_restart(), run: () => void this.#restart() };
    this.notices.report(what, why, m.page_restart_todo(), restart);
  }

  async #restart(): Promise<void> {
    this.notices.closeProblem();
    this.#backend = null;
    this.#backendTrouble = null;
    await this.engine.restart().catch(() => undefined);
    this.#speak(this.language.locale);
    this.#device = null;
    void this.story.open(this.device);
  }

  #facts(): string {
    const adapter = this.backend?.adapter;
    return [
      `backend: ${this.backend?.label ?? 'none yet'} (${this.backend?.reason ?? this.#backendTrouble ?? 'starting'})`,
      `adapter: ${adapter ? `${adapter.vendor} ${adapter.architecture} ${adapter.description}` : 'none'}`,
      `browser: ${navigator.userAgent}`,
      `view: ${this.router.view}`,
      `step: ${this.training.progress?.step ?? 'no run'}`,
      `isolated: ${crossOriginIsolated}`,
    ].join('\n');
  }
}

/** `?precision=f16` in the address lets a graphics card round the operands of products to 16 bits. */
function precision(): 'f32' | 'f16' {
  return new URLSearchParams(location.search).get('precision') === 'f16' ? 'f16' : 'f32';
}

/** `?backend=wasm` in the address goes before the recipe. */
function forcedBackend(): Recipe['backend'] | null {
  const name = new URLSearchParams(location.search).get('backend');
  return name === 'webgpu' || name === 'wasm' || name === 'cpu' ? name : null;
}

const key = Symbol('studio');

export const provideStudio = (): Studio => setContext(key, new Studio());
export const useStudio = (): Studio => getContext<Studio>(key);
