// Makes src/words/ from messages/: one function a message, in every language. Done again when a message is newer.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the messages are and what is made of them; the build's plugin takes the same. */
export const messageOptions = {
  project: './messages/project.inlang',
  outdir: './src/words',
  // The page and the workers say which language it is; nothing is read from cookies or addresses.
  strategy: ['globalVariable', 'baseLocale'],
  // A module a message: each view then brings its own words, and not all of them in both languages.
  outputStructure: 'message-modules',
  emitTsDeclarations: true,
  emitReadme: false,
  emitPrettierIgnore: false,
  emitGitIgnore: false,
};

function newest(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export async function ensureMessages() {
  const made = 'src/words/messages.js';
  if (existsSync(made) && statSync(made).mtimeMs > newest('messages')) return;
  const { compile } = await import('@inlang/paraglide-js');
  await compile(messageOptions);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureMessages();
  // The compiler keeps a timer for half a minute.
  process.exit(0);
}
