// Measuring this device: under way, the last result, and what it says about the presets.
import { proxy } from 'comlink';
import * as m from '../../words/messages';
import type { DeviceReport, MeasureProgress } from '../../workers/deviceReport';
import type { Engine } from '../clients/engine';
import { rememberSpeed, speedOf } from '../recipes/deviceSpeed';
import { keepMeasurement, keptMeasurement } from '../recipes/keptMeasurement';
import { paceOf, presetSizes, recommend, usualMsPerStep } from '../recipes/recommendation';
import type { Notices } from './notices.svelte';

/** About how long it takes, for the button. */
export const usualSeconds = 60;

export class Measuring {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #report = $state.raw<DeviceReport | null>(keptMeasurement());
  #progress = $state.raw<MeasureProgress | null>(null);
  #isCancelled = $state(false);
  readonly #paces = $derived(presetSizes.map((size) => this.#report && paceOf(this.#report, size)));
  readonly #recommendation = $derived(recommend(this.#paces));

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** The last measurement, of this visit or an earlier one. */
  get report(): DeviceReport | null {
    return this.#report;
  }

  /** Null while nothing is being measured. */
  get progress(): MeasureProgress | null {
    return this.#progress;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** nano, micro, mini; null where nothing is known of one. */
  get paces() {
    return this.#paces;
  }

  get recommendation() {
    return this.#recommendation;
  }

  async start(): Promise<void> {
    if (this.#progress) return;
    this.#isCancelled = false;
    this.#progress = {
      share: 0,
      doing: m.train_measure_best(),
      secondsLeft: wantedSeconds() ?? usualSeconds,
    };
    this.#notices.announce(m.train_measure_started());
    const onProgress = proxy((progress: MeasureProgress) => (this.#progress &&= progress));
    const report = await this.#notices.attempt(m.train_measure_failed(), m.train_measure_todo(), async () => {
      await this.#engine.connected;
      return this.#engine.gpu.measure(onProgress, wantedSeconds());
    });
    this.#progress = null;
    if (report) this.#take(report);
    else if (this.#isCancelled) this.#notices.announce(m.train_measure_cancelled());
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true;
    await this.#engine.gpu.cancelMeasuring().catch(() => undefined);
  }

  /** The worker died, and the measurement with it. */
  forget(): void {
    this.#progress = null;
  }

  #take(report: DeviceReport): void {
    this.#report = report;
    keepMeasurement(report);
    this.#notices.announce(m.train_measure_done({ finding: this.#recommendation?.sentence ?? '' }));
    for (const pace of this.#paces) {
      // What real runs took is known better.
      const device = report.id ?? report.device;
      if (pace && !pace.estimated && !speedOf(device, pace.size).measured) {
        rememberSpeed(device, pace.size, usualMsPerStep(pace));
      }
    }
  }
}

/** `?measure=5` in the address makes the measurement shorter, and so less exact. */
function wantedSeconds(): number | undefined {
  const seconds = Number(new URLSearchParams(location.search).get('measure'));
  return seconds > 0 && seconds < usualSeconds ? seconds : undefined;
}
