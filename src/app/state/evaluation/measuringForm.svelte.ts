// What the form of Evaluate asks for: a model, data that it has not seen, how it answers and how many pairs. Whatever nobody
// has chosen follows from the model: the newest run there is, on what it was trained beside.
import { hashText } from '../../../base/random';
import { windowsOf, mayKnowOwnVideos, measuringRecipe, type Part, type Subject, type Way } from './subject';
import type { Recipe } from '../../../training/recipe';
import type { ShippedName } from '../../../workers/gpuApi';
import type { Engine } from '../../clients/engine';
import { namedModels, shippedModel, usualWay, type NamedModel } from '../modelChoices';
import type { RecipeDraft } from '../recipeDraft.svelte';
import type { Runs } from '../runs.svelte';
import type { Training } from '../training.svelte';

type Data = Recipe['source']['kind'];

/** Pairs of each window that are offered: a first look, usual, and as many as make intervals narrow. */
const OFFERED = [4, 12, 40] as const;
const USUAL = 12;

export class MeasuringForm {
  readonly #engine: Engine;
  readonly #runs: Runs;
  readonly #training: Training;
  readonly #draft: RecipeDraft;
  #chosen = $state.raw<{ model: NamedModel; at: number } | null>(null);
  #way = $state<Way | null>(null);
  #data = $state<Data | null>(null);
  #part = $state<Part | null>(null);
  pairsPerWindow = $state<number>(USUAL);
  #shipped = $state.raw<Partial<Record<ShippedName, { recipe: Recipe; weights: string | null }>>>({});
  #ownVideos = $state.raw<{ count: number; mark: number } | null>(null);

  readonly #model = $derived.by(() => {
    const newest = this.#newest;
    if (newest && newest.at > (this.#chosen?.at ?? 0)) return newest.model;
    return this.#chosen?.model ?? shippedModel('biased');
  });
  readonly #newest = $derived.by(() => {
    const run = (this.#runs.all ?? []).find(({ state, checkpoints }) => state === 'finished' && checkpoints.length > 0);
    const [model] = run ? namedModels([run], false, []) : [];
    return run && model ? { model, at: run.updatedAt } : null;
  });
  readonly #base = $derived.by(() => {
    const { choice } = this.#model;
    if (choice.kind === 'live') return this.#training.recipe ?? this.#draft.recipe;
    if (choice.kind === 'shipped') return this.#draft.recipe;
    return this.#runs.all?.find((run) => run.id === choice.runId)?.recipe ?? this.#draft.recipe;
  });
  readonly #facts = $derived.by(() => {
    const { choice } = this.#model;
    if (choice.kind !== 'shipped') return { recipe: this.#base, weights: null };
    return this.#shipped[choice.name] ?? null;
  });
  readonly #isTrainedOnOwn = $derived.by(
    () => this.#facts !== null && mayKnowOwnVideos(this.#facts.recipe, this.#runs.all ?? []),
  );
  readonly #subject = $derived.by((): Subject | null => {
    if (!this.#facts) return null;
    const { data, part, pairsPerWindow, way } = this;
    const recipe = measuringRecipe(this.#base, this.#facts.recipe, { data, part, pairsPerWindow });
    return { model: this.#model, weights: this.#facts.weights, recipe, ownVideos: this.#ownVideos?.mark ?? 0, way };
  });

  constructor(engine: Engine, runs: Runs, training: Training, draft: RecipeDraft) {
    this.#engine = engine;
    this.#runs = runs;
    this.#training = training;
    this.#draft = draft;
  }

  get model(): NamedModel {
    return this.#model;
  }

  get way(): Way {
    return this.#way ?? usualWay(this.#model.choice);
  }

  set way(way: Way) {
    this.#way = way;
  }

  /** What is measured on: the model's own kind of data, or what was chosen. */
  get data(): Data {
    const data = this.#data ?? this.#base.source.kind;
    // Own videos that are no longer here cannot be measured on.
    return data === 'library' && this.#ownVideos?.count === 0 ? 'simulator' : data;
  }

  set data(data: Data) {
    this.#data = data;
    this.#part = null;
  }

  get part(): Part {
    const isOffered = this.#part !== null && this.parts.includes(this.#part);
    return isOffered ? (this.#part as Part) : (this.parts[0] ?? 'test');
  }

  set part(part: Part) {
    this.#part = part;
  }

  /** What can be chosen; the first is usual. Whoever has seen none of the own videos is best measured on all of them. */
  get parts(): readonly Part[] {
    const all: Part[] = this.data === 'library' && !this.#isTrainedOnOwn ? ['all'] : [];
    return [...all, 'test', 'validation'];
  }

  /** Of the own videos some were trained on, or may have been. */
  get keepsToSplit(): boolean {
    return this.data === 'library' && this.#isTrainedOnOwn;
  }

  /** Pairs of each window that can be chosen, the recipe's own number among them. */
  get offered(): readonly number[] {
    const own = this.#base.evaluation.testPairsPerWindow;
    const more = own > 0 && !OFFERED.some((offered) => offered === own) ? [own] : [];
    return [...OFFERED, ...more].sort((a, b) => a - b);
  }

  get windows(): number {
    return windowsOf(this.#base);
  }

  /** How many videos are here; null until it is known. */
  get ownVideos(): number | null {
    return this.#ownVideos?.count ?? null;
  }

  /** Null until it is known what the model was trained on. */
  get subject(): Subject | null {
    return this.#subject;
  }

  choose(model: NamedModel): void {
    this.#chosen = { model, at: Date.now() };
    this.#way = null;
  }

  /** Looks what the chosen model was trained by, and which own videos are here. */
  async look(): Promise<void> {
    const { choice } = this.#model;
    await this.#engine.connected;
    await Promise.all([this.#lookAtVideos(), choice.kind === 'shipped' ? this.#lookAt(choice.name) : null]);
  }

  async #lookAt(name: ShippedName): Promise<void> {
    if (this.#shipped[name]) return;
    // A model that cannot be had says so when it is measured; until then the recipe at hand stands for its own.
    const known = await this.#engine.gpu.shippedFacts(name).catch(() => null);
    this.#shipped = { ...this.#shipped, [name]: known ?? { recipe: this.#draft.recipe, weights: null } };
  }

  async #lookAtVideos(): Promise<void> {
    const episodes = await this.#engine.data.episodes({ kind: 'library' }).catch(() => []);
    const ids = episodes.map(({ id }) => id).sort();
    this.#ownVideos = { count: ids.length, mark: hashText(ids.join('\n')) };
  }
}
