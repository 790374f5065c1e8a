// The simulator as a source of episodes: nothing is stored, an episode's id tells all, and pictures are drawn when asked.
import type { Episode } from '../episode';
import type { FrameSource } from '../frames';
import { SceneRenderer } from './renderer';
import { parseSimulatorId, simulate, type SimulatedEpisode } from './simulate';
import { stateSignature } from './signature';

const KEPT = 400;
const recent = new Map<string, SimulatedEpisode>();

/** The episode of a simulator id; the last few hundred are kept. @throws RangeError for any other id */
export function simulatedEpisode(id: string): SimulatedEpisode {
  let found = recent.get(id);
  if (found) {
    recent.delete(id);
  } else {
    const place = parseSimulatorId(id);
    if (!place) throw new RangeError(`${id} is not a simulated episode`);
    found = simulate(place.seed, place.number);
  }
  recent.set(id, found);
  if (recent.size > KEPT) recent.delete(recent.keys().next().value as string);
  return found;
}

export class SimulatorSource implements FrameSource {
  #renderer: SceneRenderer | null = null;

  /** Episodes 0 … count − 1 of a seed. */
  list(seed: number, count: number): Episode[] {
    return Array.from({ length: count }, (_, number) => simulatedEpisode(`sim-${seed}-${number}`).episode);
  }

  /** @throws Error named `NoWebGL` where this thread cannot draw */
  // Drawing is synchronous; async so that a failure is a rejection, as with every other source.
  async read(episode: Episode, frames: readonly number[], size: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#renderer ??= new SceneRenderer();
    return this.#renderer.render(simulatedEpisode(episode.id), frames, size);
  }

  signatures(episode: Episode, frames: readonly number[]): Promise<Float32Array[]> {
    const simulated = simulatedEpisode(episode.id);
    return Promise.resolve(frames.map((frame) => stateSignature(simulated, frame)));
  }
}
