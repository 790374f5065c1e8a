// npm run tokenizer: makes public/tokenizer/ from the project's own sentences.
import { mkdirSync, writeFileSync } from 'node:fs';
import { runnerImport } from 'vite';
import { ensureMessages } from './messages.mjs';

await ensureMessages();
const { module } = await runnerImport('./scripts/trainTokenizer.ts');
const files = module.trainTokenizer();
mkdirSync('public/tokenizer', { recursive: true });
for (const [name, content] of Object.entries(files)) {
  writeFileSync(`public/tokenizer/${name}`, `${JSON.stringify(content, null, 1)}\n`);
}
console.log(`public/tokenizer: ${files['tokenizer.json'].model.merges.length} merges`);
