// Makes src/words/ from messages/: one function a message, in every language; a module each, and all in one for tests. Done
// again when a message is newer.
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

const inOneFile = fileURLToPath(new URL('../src/words/inOneFile.js', import.meta.url));

export async function ensureMessages() {
  if (existsSync(inOneFile) && statSync(inOneFile).mtimeMs > newest('messages')) return;
  const { compile } = await import('@inlang/paraglide-js');
  await compile(messageOptions);
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: 'src/words',
      emptyOutDir: false,
      minify: false,
      lib: { entry: 'src/words/messages.js', formats: ['es'], fileName: () => 'inOneFile.js' },
      // Tests that set the language must set that of the messages, too.
      rolldownOptions: { external: /runtime\.js$/, makeAbsoluteExternalsRelative: true },
    },
  });
}

/** Gives tests all messages in one module: loading thousands of small ones took each of their workers ten seconds. */
export const messagesInOneFile = {
  name: 'messages-in-one-file',
  enforce: 'pre',
  resolveId: (source) => (/\/words\/messages$/.test(source) ? inOneFile : null),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureMessages();
  // The compiler keeps a timer for half a minute.
  process.exit(0);
}
