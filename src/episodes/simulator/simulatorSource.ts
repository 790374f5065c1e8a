// The simulator as a source of episodes: an episode's id holds all that is needed to make it again, so that nothing is
// stored. The renderer is made when the first picture is asked for.
import { nextTurn } from '../../base/turns';
import type { Episode } from '../episode';
import type { FrameSource } from '../frames';
import { PictureCache } from '../pictureCache';
import type { PictureCacheUsage } from '../pictureCache';
import { pictureWords } from './pictureWords';
import { SceneRenderer } from './renderer';
import type { Shot } from './renderer';
import { stateSignature } from './signature';
import { simulate } from './simulate';
import type { SimulatedEpisode } from './simulate';
import { parseSimulatorId, simulatorId } from './simulatorId';
import type { SimulatorSettings } from './simulatorId';
import { lessons, type LessonsWanted } from './world/lessons';
import { parseRolloutId, playRollout } from './world/rolloutEpisode';
import * as m from '../../words/messages';

const KEPT = 400;
/** Drawing is tried this often; between two tries a lost drawing context is made anew. */
const ATTEMPTS = 2;
/** So long a list is made before others have their turn. */
const TURN_MS = 30;
const recent = new Map<string, SimulatedEpisode>();

/**
 * The simulated episode of an id, made again or taken from the last few.
 * @throws RangeError if the id is not a simulated episode's
 */
export function simulatedEpisode(id: string): SimulatedEpisode {
  const known = recent.get(id);
  if (known !== undefined) {
    recent.delete(id);
    recent.set(id, known);
    return known;
  }
  const made = madeOf(id);
  if (made === null) {
    throw new RangeError(m.engine_not_simulated({ id }));
  }
  recent.set(id, made);
  if (recent.size > KEPT) recent.delete(recent.keys().next().value ?? id);
  return made;
}

function madeOf(id: string): SimulatedEpisode | null {
  const parsed = parseSimulatorId(id);
  if (parsed !== null) return simulate(parsed.settings.seed, parsed.number, parsed.settings);
  const settings = parseRolloutId(id);
  return settings && (playRollout(settings)?.simulated ?? null);
}

/** Frames that are asked for and not yet drawn. */
interface Order extends Shot {
  size: number;
  done: (pictures: Uint8Array<ArrayBuffer>) => void;
  failed: (reason: unknown) => void;
}

/** What is listed: so many episodes, and lessons from rollouts besides. */
type ListedSettings = SimulatorSettings & { episodes: number; lessons?: LessonsWanted };

interface Listed {
  words: string;
  episodes: Promise<readonly Episode[]>;
  /** Who hears how far it is; nobody once it is made. */
  hearers: Set<(share: number) => void> | null;
}

function* episodesOf(settings: ListedSettings): Generator<Episode, void, undefined> {
  for (let n = 0; n < settings.episodes; n++) yield simulatedEpisode(simulatorId(settings, n)).episode;
  if (settings.lessons) yield* lessons(settings, settings.lessons);
}

async function madeInTurns(settings: ListedSettings, tell: (share: number) => void): Promise<readonly Episode[]> {
  const all = settings.episodes + (settings.lessons?.count ?? 0);
  const made: Episode[] = [];
  let since = performance.now();
  for (const episode of episodesOf(settings)) {
    made.push(episode);
    if (performance.now() - since < TURN_MS) continue;
    tell(made.length / all);
    await nextTurn();
    since = performance.now();
  }
  return made;
}

export class SimulatorSource implements FrameSource {
  readonly #cache: PictureCache;
  #renderer: SceneRenderer | null = null;
  #orders: Order[] = [];

  #listed: Listed | null = null;

  constructor(cache = new PictureCache()) {
    this.#cache = cache;
  }

  /**
   * The records of episodes 0, 1, … of a seed, some 0.3 ms each, and of lessons, some 0.8 ms each, so the last list is kept.
   * @param tell progress in [0, 1] while the list is made
   * @throws RangeError where lessons are wanted of tasks that cannot be played
   */
  async list(settings: ListedSettings, tell?: (share: number) => void): Promise<Episode[]> {
    const words = JSON.stringify(settings);
    if (this.#listed?.words !== words) {
      const hearers = new Set<(share: number) => void>();
      const episodes = madeInTurns(settings, (share) => hearers.forEach((hear) => hear(share)));
      const listed: Listed = { words, episodes, hearers };
      this.#listed = listed;
      episodes.then(
        () => (listed.hearers = null),
        () => {
          if (this.#listed === listed) this.#listed = null;
        },
      );
    }
    const { episodes, hearers } = this.#listed;
    if (tell) hearers?.add(tell);
    return [...(await episodes)];
  }

  /** @throws Error named `NoWebGL` where this thread cannot draw, or loses its drawing context again and again */
  async read(episode: Episode, frames: readonly number[], size: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#cache.read(
      pictureWords(episode.id, () => simulatedEpisode(episode.id)),
      frames,
      size,
      (missing) => this.#order(simulatedEpisode(episode.id), missing, size),
    );
  }

  /** What is asked for in one go, the pictures of a batch, is drawn in one go. */
  #order(simulated: SimulatedEpisode, frames: readonly number[], size: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((done, failed) => {
      if (this.#orders.length === 0) queueMicrotask(() => this.#drawOrders());
      this.#orders.push({ simulated, frames, size, done, failed });
    });
  }

  #drawOrders(): void {
    const orders = this.#orders;
    this.#orders = [];
    for (const [size, some] of Map.groupBy(orders, (order) => order.size)) {
      try {
        const pictures = this.draw(some, size);
        let start = 0;
        for (const { frames, done } of some) done(pictures.slice(start, (start += frames.length * size * size * 3)));
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
    }
  }

  /**
   * Draws without keeping anything: [shots' frames, size, size, 3].
   * @throws Error named `NoWebGL` where this thread cannot draw, or loses its drawing context again and again
   */
  draw(shots: readonly Shot[], size: number): Uint8Array<ArrayBuffer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.#renderer ??= new SceneRenderer();
      const pictures = this.#renderer.renderAll(shots, size);
      if (!this.#renderer.lost) return pictures;
      // A driver that restarts takes the context away, and what is drawn from then on is black.
      this.dispose();
    }
    const error = new Error(m.engine_webgl_lost());
    error.name = 'NoWebGL';
    throw error;
  }

  /** How much room the drawn pictures take that are kept. */
  pictureCache(): Promise<PictureCacheUsage> {
    return this.#cache.usage();
  }

  /** @param bytes of drawn pictures that may be kept on disk */
  allowPictures(bytes: number): Promise<void> {
    return this.#cache.allow(bytes);
  }

  /** Makes room on disk for what cannot be drawn again; whether there was any to make. */
  async giveUpPictures(): Promise<boolean> {
    const { kept, bytes } = await this.pictureCache();
    if (kept !== 'on disk' || bytes === 0) return false;
    await this.dropPictureCache();
    return true;
  }

  /** Forgets the drawn pictures that are kept. */
  dropPictureCache(): Promise<void> {
    return this.#cache.drop();
  }

  async signatures(episode: Episode, frames: readonly number[]): Promise<Float32Array[]> {
    const simulated = await Promise.resolve(simulatedEpisode(episode.id));
    return frames.map((frame) => stateSignature(simulated, frame));
  }

  async progress(episode: Episode, frames: readonly number[]): Promise<Float32Array> {
    const simulated = await Promise.resolve(simulatedEpisode(episode.id));
    return Float32Array.from(frames, (frame) => simulated.progressAt(frame));
  }

  /** Gives the drawing context back; the next picture makes a new one. */
  dispose(): void {
    this.#renderer?.dispose();
    this.#renderer = null;
  }
}
