// The data worker's side of the studio: episodes, pictures, pairs, samples and batches. It holds no GPU.
import * as Comlink from 'comlink';
import { BatchMaker, type PromptForm } from '../batches/batchMaker';
import { buffersOf, type Batch } from '../batches/batch';
import { speak } from '../base/language';
import { Random } from '../base/random';
import { wordsAt } from '../episodes/annotations/described';
import type { Episode, EpisodeChange, Segment } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { EpisodeLibrary, type KeptEpisode } from '../episodes/library';
import type { PictureCacheUsage } from '../episodes/pictureCache';
import { TEMPLATES } from '../episodes/simulator/registry';
import { isSimulatorId } from '../episodes/simulator/simulatorIdForm';
import { SimulatorSource, simulatedEpisode } from '../episodes/simulator/simulatorSource';
import { visionShape } from '../model/config';
import { keptFrames } from '../pairs/keptFrames';
import { readWritten, type FormatName } from '../samples/formats';
import { BEFORE_JUDGEMENT, type ReadAnswer } from '../samples/prompt';
import { LARGEST_LIMITS } from '../samples/sample';
import { describe } from '../samples/spatialDetails';
import type { Tokenizer } from '../samples/tokenizer';
import { LESSON } from '../training/presets';
import type { Recipe } from '../training/recipe';
import { AHEAD } from '../training/trainer';
import type { Locale } from '../words/runtime';
import type { BatchApi, DatasetFacts, EvaluationSelection, FormatFacts, PairNote } from './batchApi';
import type {
  DataApi,
  DescribedPair,
  EpisodePatch,
  EpisodeSampling,
  ExamplePair,
  ImportEntry,
  PathedFile,
  Picture,
  RenderedSample,
  SamplingSummary,
  SimulatorTask,
  StoredUsage,
} from './dataApi';
import { composeSample } from './composeSample';
import { EpisodeArrivals } from './episodeArrivals';
import { EpisodeTrims } from './episodeTrims';
import { reportOnData } from './dataReport';
import { borrowsDescriptions, checkData, NO_EPISODES, type DataCheck } from './checkData';
import { Dataset, pairNote } from './dataset';
import { Datasets } from './datasets';
import { FrameSlots } from './frameSlots';
import { Imports } from './imports';
import { loadTokenizer } from './loadTokenizer';
import { readPictures } from './pictures';
import { OverlayFilms } from './overlayFilms';
import { PolicyWorlds } from './policyWorlds';
import type { Walk, Walked } from './rewardApi';
import { renderSamples } from './renderSample';
import type { SimilarPairs } from './explainApi';
import type { Wanted } from './explainPictures';
import { makeRollout, rolloutTasks } from './rollouts';
import { similarPairs } from './similarPairs';
import { unseenEpisodes } from './unseenEpisodes';
import { walkOf } from './walk';
import * as m from '../words/messages';
import { requested } from './requested';

/** Described samples come from this many simulated episodes where a recipe's own episodes have no descriptions. */
const BORROWED = { ...LESSON, episodes: 300 };
const EXAMPLE_SIZE = 256;
/** Removed episodes can be brought back for a week. */
const KEPT_IN_BIN_MS = 7 * 24 * 3600 * 1000;

export class DataService implements DataApi, BatchApi {
  readonly #slots = new FrameSlots();
  readonly #simulator = new SimulatorSource();
  readonly #trims = new EpisodeTrims();
  readonly #worlds = new PolicyWorlds((shots, size) => this.#simulator.draw(shots, size));
  #library: Promise<EpisodeLibrary> | null = null;
  readonly #arrivals = new EpisodeArrivals(() => this.#openLibrary());
  #tokenizer: Promise<Tokenizer> | null = null;
  readonly #imports = new Imports();
  #comparing: Wanted = { isCancelled: true };
  readonly #datasets = new Datasets((recipe, tell) => this.#buildDataset(recipe, tell));
  readonly #source: FrameSource = {
    read: async (episode, frames, size) => (await this.#sourceOf(episode)).read(episode, frames, size),
    signatures: async (episode, frames) => (await this.#sourceOf(episode)).signatures(episode, frames),
    progress: async (episode, frames) => (await this.#sourceOf(episode)).progress(episode, frames),
  };

  readonly #films = new OverlayFilms((id) => this.#episode(id), this.#source);

  async #sourceOf(episode: Episode): Promise<FrameSource> {
    return episode.source === 'simulator' ? this.#simulator : this.#openLibrary();
  }

  #openLibrary(): Promise<EpisodeLibrary> {
    this.#library ??= EpisodeLibrary.open(undefined, Date.now() - KEPT_IN_BIN_MS);
    this.#library.catch(() => (this.#library = null));
    return this.#library;
  }

  #openTokenizer(): Promise<Tokenizer> {
    this.#tokenizer ??= loadTokenizer();
    this.#tokenizer.catch(() => (this.#tokenizer = null));
    return this.#tokenizer;
  }

  // ── episodes ───────────────────────────────────────────────────────────────────────────────────────────────────

  readonly open = () => this.usage();

  async usage(): Promise<StoredUsage> {
    return (await this.#openLibrary()).usage();
  }

  pictureCache(): Promise<PictureCacheUsage> {
    return this.#simulator.pictureCache();
  }

  allowPictures(bytes: number): Promise<void> {
    return this.#simulator.allowPictures(bytes);
  }

  async dropPictureCache(): Promise<PictureCacheUsage> {
    await this.#simulator.dropPictureCache();
    return this.#simulator.pictureCache();
  }

  async episodes(source: Recipe['source'], from = 0, count = Infinity): Promise<Episode[]> {
    return (await this.#episodesOf(source)).slice(from, from + count);
  }

  async #episodesOf(source: Recipe['source'], tell?: (share: number) => void): Promise<Episode[]> {
    return source.kind === 'simulator' ? this.#simulator.list(source, tell) : (await this.#openLibrary()).list();
  }

  offerFiles(files: PathedFile[]): Promise<void> {
    return Promise.resolve(this.#imports.offer(files));
  }

  readonly simulatorTasks = (): Promise<SimulatorTask[]> =>
    Promise.resolve(TEMPLATES.map(({ name, category }) => ({ name, category })));

  readonly rolloutTasks = rolloutTasks;

  readonly rollout = makeRollout;

  async importFiles(
    files: PathedFile[],
    onEntry: (entry: ImportEntry) => void,
    isAttended = false,
    keepsPart = false,
  ): Promise<ImportEntry[]> {
    try {
      const tell = (entry: ImportEntry) => void onEntry(entry);
      const options = { isAttended, keepsPart, onEntry: tell, makeRoom: () => this.#simulator.giveUpPictures() };
      return await this.#imports.read(files, this.#openLibrary(), options);
    } finally {
      this.#datasets.forgetLibrary();
    }
  }

  cancelImport(): Promise<void> {
    return Promise.resolve(this.#imports.cancel());
  }

  pauseImport(): Promise<void> {
    return Promise.resolve(this.#imports.pause());
  }

  resumeImport(): Promise<void> {
    return Promise.resolve(this.#imports.resume());
  }

  async updateEpisode(id: string, patch: EpisodePatch): Promise<Episode> {
    const episode = await (await this.#openLibrary()).update(id, patch);
    this.#datasets.forgetLibrary();
    return episode;
  }

  async updateEpisodes(changes: EpisodeChange[]): Promise<Episode[]> {
    const episodes = await (await this.#openLibrary()).updateAll(changes);
    this.#datasets.forgetLibrary();
    return episodes;
  }

  async removeEpisodes(ids: string[]): Promise<void> {
    await (await this.#openLibrary()).remove(ids, Date.now());
    this.#datasets.forgetLibrary();
  }

  async restoreEpisodes(ids: string[]): Promise<void> {
    await (await this.#openLibrary()).restore(ids);
    this.#datasets.forgetLibrary();
  }

  async purgeEpisodes(): Promise<StoredUsage> {
    const library = await this.#openLibrary();
    await library.purge(Date.now() - KEPT_IN_BIN_MS);
    return library.usage();
  }

  async forgetEpisodes(ids: string[]): Promise<void> {
    await (await this.#openLibrary()).forget(ids);
  }

  keptEpisodes(): Promise<KeptEpisode[]> {
    return this.#arrivals.kept();
  }

  async storedFrames(id: string, chunk: number): Promise<ArrayBuffer> {
    const frames = await this.#arrivals.frames(id, chunk);
    return Comlink.transfer(frames, [frames]);
  }

  takeEpisode(episode: Episode, fingerprint: string | null): Promise<void> {
    return this.#arrivals.take(episode, fingerprint);
  }

  takeFrames(id: string, file: Blob, sum: number): Promise<void> {
    return this.#arrivals.takeFrames(id, file, sum);
  }

  sealEpisode(id: string): Promise<void> {
    return this.#arrivals.seal(id);
  }

  async keepTakenEpisodes(): Promise<void> {
    await this.#arrivals.keep();
    this.#datasets.forgetLibrary();
  }

  dropTakenEpisodes(): Promise<void> {
    return this.#arrivals.drop();
  }

  async pictures(episodeId: string, frames: number[], size: number): Promise<Picture[]> {
    const episode = await this.#episode(episodeId);
    return transferPictures(await readPictures(this.#source, episode, frames, size));
  }

  async #episode(id: string): Promise<Episode> {
    if (isSimulatorId(id)) return simulatedEpisode(id).episode;
    const found = await (await this.#openLibrary()).get(id);
    if (!found) throw new Error(m.engine_episode_gone());
    return found;
  }

  async episodeSampling(episodeId: string, recipe: Recipe): Promise<EpisodeSampling> {
    const stored = await this.#episode(episodeId);
    const { episode, automatic, movesAfter, downsample, reason } = await this.#trims.apply(
      stored,
      recipe.sampling,
      this.#source,
    );
    const frames = keptFrames(episode, recipe.sampling);
    const random = new Random(recipe.seed, 0);
    const dataset = await this.#datasets.of(recipe);
    return {
      episode: stored,
      split: dataset.stream.splits.get(episodeId) ?? 'train',
      downsample,
      downsampleReason: reason,
      trim: { ...(episode.trim ?? { start: 0, end: episode.frameCount - 1 }), automatic, movesAfter },
      modelSize: visionShape(recipe.model).imageSize,
      keptFrames: frames,
      details:
        episode.source === 'simulator'
          ? frames.map((frame) => describe(simulatedEpisode(episode.id).stateAt(frame), random))
          : wordsAt(episode.segments, frames),
    };
  }

  async samplingSummary(recipe: Recipe): Promise<SamplingSummary> {
    return (await this.#datasets.of(recipe)).summary();
  }

  async checkData(recipe: Recipe): Promise<DataCheck> {
    const { length } = await this.episodes(recipe.source);
    return length > 0 ? checkData(recipe, await this.#datasets.of(recipe)) : NO_EPISODES;
  }

  async dataReport(recipe: Recipe, onProgress: (share: number) => void) {
    const [dataset, episodes] = [await this.#datasets.of(recipe), await this.episodes(recipe.source)];
    const made = await reportOnData(dataset, recipe, episodes, this.#source, onProgress);
    return Comlink.transfer(
      made,
      made.sheets.map((sheet) => sheet.png),
    );
  }

  async renderedSamples(recipe: Recipe, stage: number, position: number, count: number): Promise<RenderedSample[]> {
    const [dataset, tokenizer] = await Promise.all([this.#datasets.of(recipe), this.#openTokenizer()]);
    const samples = await renderSamples(recipe, dataset, this.#source, tokenizer, stage, position, count);
    return Comlink.transfer(
      samples,
      samples.flatMap((s) => s.pictures.map((p) => p.bitmap)),
    );
  }

  async composedSample(recipe: Recipe, pair: DescribedPair, segments: Segment[]): Promise<RenderedSample | null> {
    const [episode, tokenizer] = await Promise.all([this.#episode(pair.episodeId), this.#openTokenizer()]);
    const sample = await composeSample(recipe, { ...episode, segments }, pair, this.#source, tokenizer);
    return (
      sample &&
      Comlink.transfer(
        sample,
        sample.pictures.map((p) => p.bitmap),
      )
    );
  }

  async examplePair(recipe: Recipe, position: number): Promise<ExamplePair> {
    const [pair] = (await this.examplePairs(recipe, position, 1)) as [Omit<ExamplePair, 'pictures'>];
    const pictures = await readPictures(this.#source, pair.episode, pair.frames, EXAMPLE_SIZE);
    const [early, late] = pictures as [Picture, Picture];
    return Comlink.transfer({ ...pair, pictures: [early, late] }, [early.bitmap, late.bitmap]);
  }

  async examplePairs(recipe: Recipe, from: number, count: number): Promise<Omit<ExamplePair, 'pictures'>[]> {
    const { stream } = await this.#datasets.of(recipe);
    const draws = Array.from({ length: count }, (_, i) => stream.evaluationPair('test', from + i, null));
    return (await Promise.all(draws)).map(({ episode, early, late, window }) => ({
      episode,
      frames: [early, late],
      window,
    }));
  }

  readonly trainingFacts = async (recipe: Recipe) => (await this.#datasets.of(recipe)).trainingFacts();

  async similarPairs(
    recipe: Recipe,
    given: [ImageBitmap, ImageBitmap],
    onProgress: (done: number, all: number) => void,
  ): Promise<SimilarPairs | null> {
    this.#comparing.isCancelled = true;
    const wanted = (this.#comparing = { isCancelled: false });
    try {
      const tell = (done: number, all: number) => void onProgress(done, all);
      const found = await similarPairs(await this.#datasets.of(recipe), this.#source, given, tell, wanted);
      const bitmaps = found?.pairs.flatMap((pair) => pair.pictures.map((picture) => picture.bitmap));
      return found && Comlink.transfer(found, bitmaps ?? []);
    } finally {
      for (const picture of given) picture.close();
    }
  }

  cancelSimilar(): Promise<void> {
    this.#comparing.isCancelled = true;
    return Promise.resolve();
  }

  // ── batches ────────────────────────────────────────────────────────────────────────────────────────────────────

  readonly requested = requested;

  speak(locale: Locale): Promise<void> {
    return Promise.resolve(speak(locale));
  }

  connect(port: MessagePort): Promise<void> {
    Comlink.expose(this, port);
    return Promise.resolve();
  }

  hold(recipe: Recipe | null): Promise<void> {
    return Promise.resolve(this.#datasets.hold(recipe));
  }

  async #buildDataset(recipe: Recipe, tell?: (share: number) => void): Promise<Dataset> {
    const tokenizer = await this.#openTokenizer();
    const stored = await this.#episodesOf(recipe.source, tell);
    if (stored.length === 0) throw new Error(m.engine_library_empty());
    const episodes = await Promise.all(
      stored.map(async (e) => (await this.#trims.apply(e, recipe.sampling, this.#source)).episode),
    );
    const borrowed = { ...BORROWED, seed: recipe.seed };
    const described = borrowsDescriptions(recipe, episodes) ? await this.#simulator.list(borrowed) : episodes;
    return new Dataset(recipe, episodes, described, tokenizer, this.#source);
  }

  async facts(recipe: Recipe, onProgress?: (share: number) => void): Promise<DatasetFacts> {
    // The callback is a proxy: calls are posted and not waited for.
    return (await this.#datasets.of(recipe, (share) => void onProgress?.(share))).facts();
  }

  keepPictures(kept: boolean): Promise<void> {
    return Promise.resolve(this.#slots.keep(kept));
  }

  async trainingBatch(recipe: Recipe, stage: number, step: number, micro: number): Promise<Batch> {
    const { batchPairs, accumulation } = recipe;
    const slots = this.#slots.of(recipe.model, 2 * batchPairs * (accumulation + AHEAD));
    return transferBatch(await (await this.#datasets.of(recipe)).trainingBatch(stage, step, micro, slots));
  }

  async evaluationPairs(recipe: Recipe, selection: EvaluationSelection): Promise<PairNote[]> {
    return (await (await this.#datasets.of(recipe)).evaluationPairs(selection)).map(pairNote);
  }

  async evaluationBatch(
    recipe: Recipe,
    selection: EvaluationSelection,
    from: number,
    count: number,
    form: PromptForm,
  ): Promise<Batch> {
    const dataset = await this.#datasets.of(recipe);
    const all = await dataset.evaluationPairs(selection);
    const slots = this.#slots.of(recipe.model, 2 * all.length);
    return transferBatch(await dataset.prompts(selection, from, count, form, slots));
  }

  async wording(recipe: Recipe, format: FormatName): Promise<FormatFacts> {
    return (await this.#datasets.of(recipe)).wording(format);
  }

  async judgeBatch(
    images: Uint8Array<ArrayBuffer>,
    model: Recipe['model'],
    task: string,
    form: PromptForm,
    pairs?: [number, number][],
  ): Promise<Batch> {
    const tokenizer = await this.#openTokenizer();
    const maker = new BatchMaker(tokenizer, this.#source, visionShape(model), 0, LARGEST_LIMITS);
    return transferBatch(maker.judge(images, task, form, pairs));
  }

  async walk(episodeId: string, sampling: Walked): Promise<Walk> {
    return walkOf(await this.#episode(episodeId), sampling, this.#trims, this.#source);
  }

  async walkPictures(episodeId: string, frames: number[], size: number): Promise<Uint8Array<ArrayBuffer>> {
    const pictures = await this.#source.read(await this.#episode(episodeId), frames, size);
    return Comlink.transfer(pictures, [pictures.buffer]);
  }

  readonly openWorlds = this.#worlds.openWorlds;
  readonly resetWorlds = this.#worlds.resetWorlds;
  readonly stepWorlds = this.#worlds.stepWorlds;
  readonly closeWorlds = this.#worlds.closeWorlds;
  readonly unseenEpisodes = unseenEpisodes;
  readonly overlayVideo = this.#films.write;
  readonly cancelOverlay = this.#films.cancel;

  async decode(ids: number[][]): Promise<string[]> {
    const tokenizer = await this.#openTokenizer();
    return ids.map((sequence) => tokenizer.decode(sequence));
  }

  async readAnswers(ids: number[][], format?: FormatName): Promise<ReadAnswer[]> {
    return (await this.decode(ids)).map((text) => readWritten(text, format));
  }

  async vocabulary() {
    const tokenizer = await this.#openTokenizer();
    return {
      hash: tokenizer.hash,
      size: tokenizer.vocabularySize,
      tokens: tokenizer.tokenIds,
      cue: tokenizer.encode(BEFORE_JUDGEMENT),
    };
  }
}

function transferBatch(batch: Batch): Batch {
  return Comlink.transfer(batch, buffersOf(batch));
}

function transferPictures(pictures: Picture[]): Picture[] {
  return Comlink.transfer(
    pictures,
    pictures.map((p) => p.bitmap),
  );
}
