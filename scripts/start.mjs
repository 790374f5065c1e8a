// npm start: installs what is missing, builds, serves the studio on this computer and prints its address.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './install.mjs';

const { values } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '4173' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm start -- [--port N] [--no-open]');
  process.exit(0);
}

try {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  ensurePackages();
  await ensureBuild();
  const { preview } = await import('vite');
  const server = await preview({ preview: { port: Number(values.port), open: false }, logLevel: 'warn' });
  const address = server.resolvedUrls?.local[0] ?? `http://localhost:${values.port}/`;
  console.log(`Palindrome is open at ${address} (Ctrl+C stops it).`);
  if (!values['no-open']) openBrowser(address);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function openBrowser(address) {
  const { spawn } = await import('node:child_process');
  const command = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  spawn(command, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {}) // no desktop: the printed address is enough
    .unref();
}
