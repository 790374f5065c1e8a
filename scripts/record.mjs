// npm run record: gives the lesson of the start page once, in a browser without a window, and keeps what was measured on
// the way in public/recorded/, for the start page to replay where it cannot be given live.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `npm run record
  [--steps N]       of the lesson, default 2400: a ten-minute lesson on a slow laptop
  [--seconds N]     length of the lesson that it stands for, default 600
  [--seed N]        default 1
  [--out FILE]      default public/recorded/cure.json
  [--hardware]      let the browser use the graphics card
  [--threads N]     of the WebAssembly backend; default: all cores

Takes seven minutes on two cores.`;

const root = fileURLToPath(new URL('..', import.meta.url));

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      steps: { type: 'string', default: '2400' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      hardware: { type: 'boolean', default: false },
      threads: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const number = (name) => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${values[name]}.\n\n${usage}`);
    return value;
  };
  return {
    order: { seconds: number('seconds'), steps: number('steps'), seed: number('seed') },
    out: values.out
      ? resolve(process.env.INIT_CWD ?? process.cwd(), values.out)
      : join(root, 'public/recorded/cure.json'),
    hardware: values.hardware,
    threads: values.threads === undefined ? undefined : number('threads'),
  };
}

async function main() {
  const { order, out, hardware, threads } = readOptions();
  process.chdir(root);
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild();
  const { openStudio, serveStudio } = await import('./studioPage.mjs');
  const { progressPrinter } = await import('./progressLines.mjs');
  const server = await serveStudio();
  try {
    const { page, close } = await openStudio(server.address, progressPrinter(), { hardware, threads });
    try {
      const recording = await page.evaluate((o) => window.palindromeHeadless.recordCure(o), order);
      mkdirSync(join(out, '..'), { recursive: true });
      writeFileSync(out, `${JSON.stringify(recording)}\n`);
      const { forward, reverse, seconds } = recording.points.at(-1);
      console.log(`\nAfter ${seconds.toFixed(0)} s: forward ${forward.toFixed(1)} %, reverse ${reverse.toFixed(1)} %.`);
      console.log(`Written to ${out}`);
    } finally {
      await close();
    }
  } finally {
    await server.close();
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
