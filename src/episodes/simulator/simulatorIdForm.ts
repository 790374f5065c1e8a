// What the id of a simulated episode looks like, for those who must tell it from an imported one's without loading the
// simulator. Names of files do not count: a recording called "Sim run 3.mp4" has an id that begins with "sim-" too.

/** Seed, number, variety, mishaps, whether tasks are turned round, and the templates where not all are drawn from. */
export const SIMULATOR_ID = /^sim-(\d{1,10})-(\d{1,10})-v(\d{1,3})m(\d{1,3})(c?)(?:t([0-9a-f]{1,32}))?$/;

/**
 * Of a policy's rollout: seed, number, variety, template, disturbance, the tick and response of a stop, and whether it is a
 * lesson.
 */
export const ROLLOUT_ID = /^roll-(\d{1,10})-(\d{1,10})-v(\d{1,3})t(\d{1,3})d(\d)(?:-s(\d{1,5})r(\d))?(l?)$/;

export const isSimulatorId = (id: string): boolean => SIMULATOR_ID.test(id) || ROLLOUT_ID.test(id);
