// What the experiments on the judge at work begin with: the studio built and served for a profile, and the code they share.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** @param work gets `code`, `address`, `openStudio`, `profile` and the options; the server closes when it ends */
export async function withStudio(options, work) {
  const { runnerImport } = await import('vite');
  const { module: code } = await runnerImport('./scripts/rewardCode.ts');
  const { ensureBuild } = await import('./build.mjs');
  const { openStudio, serveProfile } = await import('./studioPage.mjs');
  const profile = options.profile ?? '.experiments/profile';
  const built = join(profile, 'app');
  if (!options.keepBuild || !existsSync(join(built, 'index.html'))) await ensureBuild(built);
  mkdirSync(profile, { recursive: true });
  const server = await serveProfile(profile, built, options.port);
  try {
    return await work({ code, address: server.address, openStudio, profile, options });
  } finally {
    await server.close();
  }
}
