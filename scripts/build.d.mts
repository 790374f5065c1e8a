/** Builds the studio into dist/ when a source is newer than the last build. */
export function ensureBuild(): Promise<void>;
