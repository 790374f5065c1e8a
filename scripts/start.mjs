// npm start: installs what is missing, builds, serves the studio and prints its address: to this computer alone, or to others
// in its network too.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './install.mjs';

const { values } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '4173' },
    host: { type: 'boolean', default: false },
    cert: { type: 'string' },
    key: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const usage = `npm start -- [--port N] [--no-open] [--host [--cert FILE --key FILE]]

--host  lets other computers in the network open the studio
--cert, --key  PEM files of a certificate, to serve over https: without it browsers let other computers only look at
        pictures and play the recorded lesson`;
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if ((values.cert === undefined) !== (values.key === undefined)) {
  console.error(usage);
  process.exit(2);
}

try {
  const https = values.cert && { cert: readFileSync(values.cert), key: readFileSync(values.key) };
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  ensurePackages();
  await ensureBuild();
  const { preview } = await import('vite');
  const server = await preview({
    preview: { port: Number(values.port), open: false, host: values.host, ...(https && { https }) },
    logLevel: 'warn',
  });
  const address = server.resolvedUrls?.local[0] ?? `http${https ? 's' : ''}://localhost:${values.port}/`;
  console.log(`Palindrome is open at ${address} (Ctrl+C stops it).`);
  if (values.host) tellOthers(server.resolvedUrls?.network ?? [], https);
  if (!values['no-open']) openBrowser(address);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

function tellOthers(addresses, https) {
  if (addresses.length === 0) return console.log('This computer is in no network that others could reach it by.');
  console.log(`Other computers open it at ${addresses.join(' or ')}`);
  if (https) return console.log('or at the name that the certificate is for.');
  console.log(
    'That is plain http, where browsers allow no WebGPU, no threads, no camera, no safe storage and no copy for offline use:\n' +
      'there the pictures and the recorded lesson work, but no model answers or learns. For the whole studio add --cert and\n' +
      '--key, or put the folder dist/ on any host of static files with https.',
  );
}

async function openBrowser(address) {
  const { spawn } = await import('node:child_process');
  const command = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  spawn(command, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {}) // no desktop: the printed address is enough
    .unref();
}
