// A judgement of two pictures that someone gives: files, a paste, the camera, two moments of an episode, or a pair that
// the simulator draws.
import { transfer } from 'comlink';
import * as m from '../../words/messages';
import type { JudgeVerdict, ModelChoice } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { exampleRecipe } from './judging/exampleRecipe';
import { Explaining, type Judged } from './judging/explaining.svelte';
import { isSamePicture, type GivenPicture, type PictureOrigin, type Slots } from './judging/givenPicture';
import { headline } from './judging/headline';
import { ModelKnowledge } from './judging/modelKnowledge.svelte';
import { Moments } from './judging/moments.svelte';
import { readPicture, VideoGiven } from './judging/pictureFile';
import { savedAnswer } from './judging/savedAnswer';
import type { Notices } from './notices.svelte';
import type { ShippedModels } from './shippedModels.svelte';
import type { Training } from './training.svelte';

const largestSide = 768;

export class Judging {
  readonly explaining: Explaining;
  readonly knowledge: ModelKnowledge;
  readonly moments: Moments;
  readonly #engine: Engine;
  readonly #notices: Notices;
  #slots = $state.raw<Slots>([null, null]);
  #verdict = $state.raw<JudgeVerdict | null>(null);
  /** What the verdict is about. */
  #judged = $state.raw<Judged | null>(null);
  #working = $state(false);
  #drawing = $state(false);
  #examples = $state(0);
  #question = 0;
  /** Settles when every picture asked for so far is there, or cannot be had. */
  #arriving: Promise<unknown> = Promise.resolve();
  /** Counts in each place the pictures that it got and the moments asked for: one that is not the newest comes too late. */
  readonly #changes: [number, number] = [0, 0];
  /** The task that came with an episode, not from somebody's keys. */
  #taken = '';
  readonly #same = $derived.by(() => {
    const [first, second] = this.#slots;
    return first !== null && second !== null && isSamePicture(first.picture, second.picture);
  });
  task = $state('');

  constructor(engine: Engine, notices: Notices, shipped: ShippedModels, training: Training) {
    this.#engine = engine;
    this.#notices = notices;
    this.explaining = new Explaining(engine, notices);
    this.knowledge = new ModelKnowledge(engine, shipped, training);
    this.moments = new Moments(engine);
  }

  get slots(): Slots {
    return this.#slots;
  }

  get verdict(): JudgeVerdict | null {
    return this.#verdict;
  }

  /** What the verdict is about, and who gave it. */
  get judged(): Judged | null {
    return this.#judged;
  }

  get working(): boolean {
    return this.#working;
  }

  /** A pair is on its way from the simulator. */
  get drawing(): boolean {
    return this.#drawing;
  }

  /** Pairs that the simulator has given. */
  get examples(): number {
    return this.#examples;
  }

  /** Everything is given that a judgement needs. */
  get ready(): boolean {
    return this.#slots[0] !== null && this.#slots[1] !== null && this.task.trim() !== '';
  }

  /** Both pictures show the same. */
  get same(): boolean {
    return this.#same;
  }

  /** Takes picture files into the first (0) or second (1) place; two at once fill both, in the order of their names. */
  takeFiles(slot: 0 | 1, files: readonly File[]): Promise<void> {
    const [file, other] = files.length < 2 ? files : files.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
    return this.#arrival(async () => {
      if (file && other) {
        await this.#takeFile(0, file, { kind: 'file', name: file.name });
        await this.#takeFile(1, other, { kind: 'file', name: other.name });
      } else if (file) await this.#takeFile(slot, file, { kind: 'file', name: file.name });
    });
  }

  /** Takes a pasted picture into the first free place, else the second. */
  takePasted(file: File): Promise<void> {
    return this.#arrival(() => this.#takeFile(this.#slots[0] === null ? 0 : 1, file, { kind: 'pasted' }));
  }

  /** @param look takes what the camera sees */
  async takeCamera(slot: 0 | 1, look: () => Promise<ImageBitmap>): Promise<void> {
    const take = async () => this.#take(slot, await look(), { kind: 'camera' });
    await this.#arrival(() => this.#notices.attempt(m.judge_camera_bad(), m.judge_camera_todo(), take));
  }

  async takeMoment(slot: 0 | 1, episodeId: string, name: string, frame: number): Promise<void> {
    const change = ++this.#changes[slot];
    const take = async () => {
      const [picture] = await this.#engine.data.pictures(episodeId, [frame], 384);
      if (change !== this.#changes[slot]) picture?.bitmap.close();
      else if (picture) this.#put(slot, { picture, origin: { kind: 'moment', episodeId, episode: name, frame } });
    };
    await this.#arrival(() => this.#notices.attempt(m.judge_moment_bad(), m.judge_moment_todo(), take));
  }

  /** Makes the task that of an episode; what somebody had typed can be brought back. */
  takeTask(task: string): void {
    const typed = this.task;
    const isOwn = typed.trim() !== '' && typed !== this.#taken;
    if (task === '' || task === typed) return;
    this.task = this.#taken = task;
    if (!isOwn) return;
    this.#notices.tell(m.judge_task_taken(), () => {
      this.task = typed;
      return Promise.resolve();
    });
  }

  /** Two moments of a simulated episode that no shipped model was trained on, the later one first every second time. */
  async takeExample(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    const take = async () => {
      const number = this.#examples;
      const { episode, frames, pictures } = await this.#engine.data.examplePair(exampleRecipe(), number);
      const given = pictures.map((picture, i): GivenPicture => {
        const origin = { kind: 'example', episodeId: episode.id, frame: frames[i] ?? 0, isLater: i === 1 } as const;
        return { picture, origin };
      });
      const turned = number % 2 === 1;
      this.#put(0, given[turned ? 1 : 0] ?? null);
      this.#put(1, given[turned ? 0 : 1] ?? null);
      this.takeTask(episode.task);
      this.#examples = number + 1;
    };
    await this.#arrival(() => this.#notices.attempt(m.judge_example_bad(), m.judge_example_todo(), take));
    this.#drawing = false;
  }

  /** Empties a place; the picture can be brought back for a while. */
  remove(slot: 0 | 1): void {
    const given = this.#slots[slot];
    if (!given) return;
    this.#put(slot, null, false);
    this.#notices.tell(m.judge_removed(), () => {
      this.#put(slot, given);
      return Promise.resolve();
    });
  }

  swap(): void {
    this.#slots = [this.#slots[1], this.#slots[0]];
    this.#forgetVerdict();
  }

  /** Asks about both pictures, once those on their way are there. */
  async judge(model: ModelChoice, kind: 'cot' | 'tag'): Promise<void> {
    if (!this.ready || this.#working) return;
    this.#forgetVerdict();
    this.#working = true;
    await this.#arriving;
    const question = this.#question;
    const task = this.task.trim();
    const verdict = await this.#notices.attempt(m.judge_no_answer(), m.judge_no_answer_todo(), async () => {
      const [first, second] = this.#slots;
      // Taken away meanwhile.
      if (!first || !second) return null;
      const pictures: [ImageBitmap, ImageBitmap] = await Promise.all([
        createImageBitmap(first.picture.bitmap),
        createImageBitmap(second.picture.bitmap),
      ]);
      await this.#engine.connected;
      return this.#engine.gpu.judge(transfer({ model, task, pictures, kind }, pictures));
    });
    this.#working = false;
    // Another picture was given meanwhile.
    if (question !== this.#question || verdict === null) return;
    this.#judged = { model, task, kind, recipe: verdict.model.recipe };
    this.#verdict = verdict;
    this.#notices.announce(headline(verdict, this.#same));
  }

  /** The answer as a file's text; null where there is none. */
  savedAnswer(at: Date): string | null {
    const [verdict, judged] = [this.#verdict, this.#judged];
    if (!verdict || !judged) return null;
    const { task, kind } = judged;
    return JSON.stringify(savedAnswer({ verdict, task, kind, slots: this.#slots, same: this.#same, at }), null, 2);
  }

  async explain(): Promise<void> {
    const [first, second] = this.#slots;
    if (!first || !second || !this.#judged) return;
    await this.explaining.explain(this.#judged, [first.picture.bitmap, second.picture.bitmap]);
  }

  async #takeFile(slot: 0 | 1, file: File, origin: PictureOrigin): Promise<void> {
    try {
      await this.#take(slot, await readPicture(file), origin);
    } catch (error) {
      const { name } = file;
      if (error instanceof VideoGiven) {
        const run = () => {
          this.#notices.closeProblem();
          location.hash = '#/data';
        };
        const action = { label: m.judge_file_video_go(), run };
        this.#notices.report(m.judge_file_video({ name }), error, m.judge_file_video_todo(), action);
      } else this.#notices.report(m.judge_file_bad({ name }), error, m.judge_file_todo());
    }
  }

  /** Keeps a picture at a size that is enough for people and models. */
  async #take(slot: 0 | 1, whole: ImageBitmap, origin: PictureOrigin): Promise<void> {
    const scale = Math.min(1, largestSide / Math.max(whole.width, whole.height));
    const bitmap = await createImageBitmap(whole, {
      resizeWidth: Math.max(1, Math.round(whole.width * scale)),
      resizeHeight: Math.max(1, Math.round(whole.height * scale)),
      resizeQuality: 'high',
    });
    const aspect = whole.width / whole.height;
    whole.close();
    this.#put(slot, { picture: { bitmap, aspect }, origin });
  }

  /** Lets questions wait for a picture. */
  async #arrival<T>(work: () => Promise<T>): Promise<T> {
    const arrived = work();
    this.#arriving = Promise.allSettled([this.#arriving, arrived]).then(() => undefined);
    return arrived;
  }

  /** @param closes what was there is not needed again */
  #put(slot: 0 | 1, given: GivenPicture | null, closes = true): void {
    if (closes) this.#slots[slot]?.picture.bitmap.close();
    this.#slots = slot === 0 ? [given, this.#slots[1]] : [this.#slots[0], given];
    this.#changes[slot]++;
    this.#forgetVerdict();
  }

  #forgetVerdict(): void {
    this.#question++;
    this.#verdict = null;
    this.#judged = null;
    this.explaining.forget();
  }
}
