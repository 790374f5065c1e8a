// What is written about the model that a view is about, where it comes with the studio.
import type { ModelCard } from '../../evaluation/modelCard';
import { useStudio } from '../state/studio.svelte';
import type { ModelChoice } from '../../workers/gpuApi';

/** Null for other models, until it is read, and where it cannot be. To be called while a component is set up. */
export function shippedCard(choice: () => ModelChoice): { readonly current: ModelCard | null } {
  const { shipped } = useStudio();
  let card = $state.raw<ModelCard | null>(null);
  $effect(() => {
    const asked = choice();
    card = null;
    if (asked.kind !== 'shipped') return;
    let isStale = false;
    shipped.card(asked.name).then(
      (read) => {
        if (!isStale) card = read;
      },
      () => undefined, // "About this model" says why.
    );
    return () => (isStale = true);
  });
  return {
    get current() {
      return card;
    },
  };
}
