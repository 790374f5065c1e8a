// A link of a run to a view brings the run's newest model along.
import { untrack } from 'svelte';
import { newestModel, type NamedModel } from '../state/modelChoices';
import { useStudio } from '../state/studio.svelte';

/** Calls `choose` once, as soon as the run of the view's address is known. To be called while a component is set up. */
export function onAskedRun(choose: (model: NamedModel) => void): void {
  const { router, runs } = useStudio();
  let asked = router.parameters.get('run');
  $effect(() => {
    const found = newestModel(runs.all ?? [], asked);
    if (!found) return;
    asked = null;
    untrack(() => choose(found));
  });
}
