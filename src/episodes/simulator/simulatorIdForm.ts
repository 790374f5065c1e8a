// What the id of a simulated episode looks like, for those who must tell it from an imported one's without loading the
// simulator. Names of files do not count: a recording called "Sim run 3.mp4" has an id that begins with "sim-" too.

/** Seed, number, variety, mishaps, whether tasks are turned round, and the templates where not all are drawn from. */
export const SIMULATOR_ID = /^sim-(\d{1,10})-(\d{1,10})-v(\d{1,3})m(\d{1,3})(c?)(?:t([0-9a-f]{1,32}))?$/;

export const isSimulatorId = (id: string): boolean => SIMULATOR_ID.test(id);
