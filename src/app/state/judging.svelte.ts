// A judgement of two pictures that someone gives: files, a paste, the camera, two moments of an episode, or a pair that
// the simulator draws.
import { transfer } from 'comlink';
import * as m from '../../words/messages';
import { LESSON, preset } from '../../training/presets';
import type { Recipe } from '../../training/recipe';
import type { JudgeVerdict, ModelChoice } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { Explaining, type Judged } from './judging/explaining.svelte';
import { isSamePicture, type GivenPicture, type PictureOrigin, type Slots } from './judging/givenPicture';
import type { Notices } from './notices.svelte';

const largestSide = 768;

export class Judging {
  readonly explaining: Explaining;
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
  readonly #same = $derived.by(() => {
    const [first, second] = this.#slots;
    return first !== null && second !== null && isSamePicture(first.picture, second.picture);
  });
  task = $state('');

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
    this.explaining = new Explaining(engine, notices);
  }

  get slots(): Slots {
    return this.#slots;
  }

  get verdict(): JudgeVerdict | null {
    return this.#verdict;
  }

  /** The task that the verdict is about. */
  get judgedTask(): string {
    return this.#judged?.task ?? '';
  }

  /** How the verdict was given. */
  get judgedKind(): 'cot' | 'tag' {
    return this.#judged?.kind ?? 'tag';
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

  get ready(): boolean {
    return this.#slots[0] !== null && this.#slots[1] !== null && this.task.trim() !== '' && !this.#working;
  }

  /** Both pictures show the same. */
  get same(): boolean {
    return this.#same;
  }

  /** Takes picture files into the first (0) or second (1) place; two at once fill both, in the order of their names. */
  async takeFiles(slot: 0 | 1, files: readonly File[]): Promise<void> {
    const [file, other] = files.length < 2 ? files : files.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
    if (file && other) {
      await this.#takeFile(0, file, { kind: 'file', name: file.name });
      await this.#takeFile(1, other, { kind: 'file', name: other.name });
    } else if (file) await this.#takeFile(slot, file, { kind: 'file', name: file.name });
  }

  /** Takes a pasted picture into the first free place, else the second. */
  async takePasted(file: File): Promise<void> {
    await this.#takeFile(this.#slots[0] === null ? 0 : 1, file, { kind: 'pasted' });
  }

  /** @param look takes what the camera sees */
  async takeCamera(slot: 0 | 1, look: () => Promise<ImageBitmap>): Promise<void> {
    await this.#notices.attempt(m.judge_camera_bad(), m.judge_camera_todo(), async () =>
      this.#take(slot, await look(), { kind: 'camera' }),
    );
  }

  async takeMoment(slot: 0 | 1, episodeId: string, name: string, frame: number): Promise<void> {
    await this.#notices.attempt(m.judge_moment_bad(), m.judge_moment_todo(), async () => {
      const [picture] = await this.#engine.data.pictures(episodeId, [frame], 384);
      if (picture) this.#put(slot, { picture, origin: { kind: 'moment', episode: name, frame } });
    });
  }

  /** Two moments of a simulated episode that no model was trained on, the later one first every second time. */
  async takeExample(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    await this.#notices.attempt(m.judge_example_bad(), m.judge_example_todo(), async () => {
      const number = this.#examples;
      const { episode, frames, pictures } = await this.#engine.data.examplePair(exampleRecipe(), number);
      const given = pictures.map((picture, i): GivenPicture => {
        const origin = { kind: 'example', episodeId: episode.id, frame: frames[i] ?? 0, isLater: i === 1 } as const;
        return { picture, origin };
      });
      const turned = number % 2 === 1;
      this.#put(0, given[turned ? 1 : 0] ?? null);
      this.#put(1, given[turned ? 0 : 1] ?? null);
      this.task = episode.task;
      this.#examples = number + 1;
    });
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

  async judge(model: ModelChoice, kind: 'cot' | 'tag'): Promise<void> {
    const [first, second] = this.#slots;
    if (!first || !second || this.#working) return;
    this.#forgetVerdict();
    const question = this.#question;
    const task = this.task.trim();
    this.#working = true;
    const verdict = await this.#notices.attempt(m.judge_no_answer(), m.judge_no_answer_todo(), async () => {
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
  }

  async explain(): Promise<void> {
    const [first, second] = this.#slots;
    if (!first || !second || !this.#judged) return;
    await this.explaining.explain(this.#judged, [first.picture.bitmap, second.picture.bitmap]);
  }

  async #takeFile(slot: 0 | 1, file: File, origin: PictureOrigin): Promise<void> {
    await this.#notices.attempt(m.judge_file_bad({ name: file.name }), m.judge_file_todo(), async () =>
      this.#take(slot, await createImageBitmap(file), origin),
    );
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

  /** @param closes what was there is not needed again */
  #put(slot: 0 | 1, given: GivenPicture | null, closes = true): void {
    if (closes) this.#slots[slot]?.picture.bitmap.close();
    this.#slots = slot === 0 ? [given, this.#slots[1]] : [this.#slots[0], given];
    this.#forgetVerdict();
  }

  #forgetVerdict(): void {
    this.#question++;
    this.#verdict = null;
    this.#judged = null;
    this.explaining.forget();
  }
}

/** A few films of the lesson's tasks, of a seed of their own. */
function exampleRecipe(): Recipe {
  const recipe = preset('class');
  return {
    ...recipe,
    source: { ...LESSON, seed: LESSON.seed + 2_000_000, episodes: 40 },
    sampling: { ...recipe.sampling, split: [10, 10, 80] },
  };
}
