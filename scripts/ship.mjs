// npm run ship -- DIR: takes the checkpoints of a headless run of the preset `class` as the two models that come with
// the studio: the biased backbone after the stage `bias`, the cured judge after `tag`. Weights only, no optimizer state.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runnerImport } from 'vite';

const folder = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? '');
const { module } = await runnerImport('./scripts/stripOptimizer.ts');
mkdirSync('public/checkpoints', { recursive: true });
for (const [stage, name] of [
  ['bias', 'biased'],
  ['tag', 'cured'],
]) {
  const file = await module.stripOptimizer(new Uint8Array(readFileSync(join(folder, `${stage}.safetensors`))));
  writeFileSync(`public/checkpoints/${name}.safetensors`, file);
  console.log(`public/checkpoints/${name}.safetensors: ${(file.byteLength / 1e6).toFixed(2)} MB`);
}
