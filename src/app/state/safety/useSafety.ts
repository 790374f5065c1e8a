// The safety view's state, made when the view is first opened: the page needs none of it before. It stays for the visit.
import { useStudio, type Studio } from '../studio.svelte';
import { safetyPort } from './port';
import { Safety } from './safety.svelte';

const known = new WeakMap<Studio, Safety>();

/** To be called while a component is set up. */
export function useSafety(): Safety {
  const studio = useStudio();
  const safety = known.get(studio) ?? new Safety(safetyPort(studio.engine), studio.notices);
  known.set(studio, safety);
  return safety;
}
