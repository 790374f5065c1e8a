// What the experiments found, as far as it is written down: strategies for the symmetry plot, tag volumes with their law
// for the scaling plot. The file is large, so it is read when a plot first asks; a copy without one shows no results.
import type { ExperimentsSummary } from '../../evaluation/experiments/summary';
import type { MeasuredLaw } from '../plots/scalingPlot';
import type { StrategyPoints } from '../plots/symmetryPlot';
import { measuredLaw, strategyPoints, strategyWindows, type StrategyWindows } from './experimentPoints';

/** Empty where the file does not exist when the page is built. */
const files = import.meta.glob<ExperimentsSummary>('/docs/experiments/summary.json', { import: 'default' });

export class ExperimentResults {
  #experiments = $state.raw<ExperimentsSummary['experiments']>([]);
  readonly #strategies = $derived(strategyPoints(this.#experiments));
  readonly #windows = $derived(strategyWindows(this.#experiments));
  readonly #law = $derived(measuredLaw(this.#experiments));
  #reading = false;

  /** In the order of the tables; none before they are loaded. */
  get strategies(): readonly (StrategyPoints & { id: string })[] {
    return this.#strategies;
  }

  /** The same strategies by window, where they were judged so. */
  get windows(): readonly StrategyWindows[] {
    return this.#windows;
  }

  /** Null where no volume has been measured. */
  get law(): MeasuredLaw | null {
    return this.#law;
  }

  async load(): Promise<void> {
    const [read] = Object.values(files);
    if (!read || this.#reading) return;
    this.#reading = true;
    try {
      this.#experiments = (await read()).experiments;
    } catch {
      // Without the network before the first look: plots show the run alone, and the next look tries again.
      this.#reading = false;
    }
  }
}
