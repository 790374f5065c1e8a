// One or two rollouts under one scrubber: the picture of each at the tick that is shown, and playing.
import { Player } from '../player.svelte';
import { ScrubbedPicture } from '../scrubbedPicture.svelte';
import { TICKS_PER_SECOND } from './outcome';
import type { SafetyPort } from './port';

/** It plays so many times as fast as the world goes. */
export const SPEED = 2;

/** A rollout's pictures. */
export class Reel extends ScrubbedPicture {
  readonly id: string;
  readonly ticks: number;

  constructor(pictures: SafetyPort['pictures'], id: string, ticks: number) {
    super(pictures);
    this.id = id;
    this.ticks = ticks;
  }

  /** After its end a rollout stands still. */
  showTick(tick: number): void {
    this.show(this.id, Math.min(tick, this.ticks - 1));
  }
}

export class Film extends Player {
  readonly #pictures: SafetyPort['pictures'];
  #reels = $state.raw<readonly Reel[]>([]);
  readonly #last = $derived(Math.max(0, ...this.#reels.map(({ ticks }) => ticks - 1)));

  constructor(pictures: SafetyPort['pictures']) {
    super(TICKS_PER_SECOND * SPEED);
    this.#pictures = pictures;
  }

  get reels(): readonly Reel[] {
    return this.#reels;
  }

  /** The last tick of the longer rollout. */
  get last(): number {
    return this.#last;
  }

  /** Shows these rollouts; what was shown already stays. */
  load(rollouts: readonly { id: string; ticks: number }[]): void {
    const kept = rollouts.map(
      ({ id, ticks }) => this.#reels.find((reel) => reel.id === id) ?? new Reel(this.#pictures, id, ticks),
    );
    for (const reel of this.#reels) if (!kept.includes(reel)) reel.close();
    this.#reels = kept;
    this.move(this.tick);
  }

  protected override move(tick: number): void {
    super.move(tick);
    for (const reel of this.#reels) reel.showTick(this.tick);
  }
}
