/** Addresses that this worker has asked for, as the browser's own log has them. */
export function requested(): Promise<string[]> {
  return Promise.resolve(performance.getEntriesByType('resource').map(({ name }) => name));
}
