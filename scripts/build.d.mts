/** Builds the studio into `folder`, dist/ unless said, when a source is newer than the last build there. */
export function ensureBuild(folder?: string): Promise<void>;
