// The policy panel's state, made when the panel is first opened: the page needs none of it before. It stays for the visit.
import { useStudio, type Studio } from '../studio.svelte';
import { Policies } from './policies.svelte';
import { policyPort } from './port';

const known = new WeakMap<Studio, Policies>();

/** To be called while a component is set up. */
export function usePolicies(): Policies {
  const studio = useStudio();
  const policies = known.get(studio) ?? new Policies(policyPort(studio.engine), studio.notices);
  known.set(studio, policies);
  return policies;
}
