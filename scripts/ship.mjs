// npm run ship -- DIR [NAME=STAGE …]: takes checkpoints of a headless run as models that come with the studio, weights
// only, without optimizer state. Unsaid, the biased backbone is that after the stage `bias`, the cured judge after `tag`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runnerImport } from 'vite';
import { ensureMessages } from './messages.mjs';

const usage = `npm run ship -- DIR [NAME=STAGE …]
DIR is what a headless run wrote; NAME is biased, cot, cured, guard or coach. Without pairs: biased=bias cured=tag
Afterwards npm run models -- --write measures them and fills in their cards.`;

const [directory, ...pairs] = process.argv.slice(2);
if (!directory || directory === '--help') {
  console.log(usage);
  process.exit(directory ? 0 : 1);
}
const wanted = (pairs.length > 0 ? pairs : ['biased=bias', 'cured=tag']).map((pair) => pair.split('='));
const wrong = wanted.find(([name, stage]) => !['biased', 'cot', 'cured', 'guard', 'coach'].includes(name) || !stage);
if (wrong) {
  console.error(`${wrong.join('=')} names no model and stage.\n\n${usage}`);
  process.exit(1);
}
const folder = resolve(process.env.INIT_CWD ?? '.', directory);
await ensureMessages();
const { module } = await runnerImport('./scripts/stripOptimizer.ts');
mkdirSync('public/models', { recursive: true });
for (const [name, stage] of wanted) {
  const file = await module.stripOptimizer(new Uint8Array(readFileSync(join(folder, `${stage}.safetensors`))));
  writeFileSync(`public/models/${name}.safetensors`, file);
  console.log(`public/models/${name}.safetensors: ${(file.byteLength / 1e6).toFixed(2)} MB`);
}
