// Builds the studio once, before the files that drive it start side by side.
import { ensureBuild } from '../../scripts/build.mjs';

export const setup = (): Promise<void> => ensureBuild();
