// npm run headless: the very same studio in a browser without a window, for runs on servers and in scripts.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `npm run headless -- --recipe FILE|PRESET --out DIR
  [--videos DIR | --episodes DIR]     files to import; without them the recipe's own source
  [--backend auto|webgpu|wasm|cpu]    default: the recipe's
  [--minutes N | --steps N]           stop after N minutes, or scale the stages to N steps together
  [--hardware]                        let the browser use the graphics card

Presets: smoke (about a minute on two cores), class (about three), paper (the full comparison).
data-report trains nothing: it writes statistics, hold-out checks, trivial judges and a contact sheet of every task.
Writes report.json, metrics.jsonl, the plots as SVG and the checkpoints as safetensors into DIR.`;

const invoked = process.env.INIT_CWD ?? process.cwd();
const root = fileURLToPath(new URL('..', import.meta.url));

function readOptions() {
  const { values } = parseArgs({
    options: {
      recipe: { type: 'string' },
      videos: { type: 'string' },
      episodes: { type: 'string' },
      backend: { type: 'string' },
      minutes: { type: 'string' },
      steps: { type: 'string' },
      out: { type: 'string' },
      hardware: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (!values.recipe || !values.out) throw new Error(`--recipe and --out are needed.\n\n${usage}`);
  if (values.videos && values.episodes) throw new Error('Give --videos or --episodes, not both.');
  if (values.minutes && values.steps) throw new Error('Give --minutes or --steps, not both.');
  if (values.backend && !['auto', 'webgpu', 'wasm', 'cpu'].includes(values.backend)) {
    throw new Error(`There is no backend called ${values.backend}: auto, webgpu, wasm or cpu.`);
  }
  const number = (name) => {
    if (values[name] === undefined) return null;
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${values[name]}.`);
    return value;
  };
  const folder = values.videos ?? values.episodes;
  const files = folder ? resolve(invoked, folder) : null;
  if (files && !(existsSync(files) && statSync(files).isDirectory())) throw new Error(`There is no folder ${files}.`);
  const file = resolve(invoked, values.recipe);
  const isFile = existsSync(file) && statSync(file).isFile();
  return {
    files,
    out: resolve(invoked, values.out),
    hardware: values.hardware,
    page: {
      recipe: isFile ? JSON.parse(readFileSync(file, 'utf8')) : values.recipe,
      backend: values.backend ?? null,
      imports: files !== null,
      minutes: number('minutes'),
      steps: number('steps'),
    },
  };
}

/** Prints what the page tells, at most a line every few seconds for progress. */
function printer() {
  let last = 0;
  const minutes = (s) => (s < 90 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`);
  const percent = (x) => `${x.toFixed(1)} %`;
  return (event) => {
    if (event.kind === 'import') {
      const { path, state, sentence } = event.entry;
      if (!['queued', 'reading'].includes(state)) console.log(`${state.padEnd(9)} ${path}: ${sentence}`);
    } else if (event.kind === 'backend') {
      console.log(`backend   ${event.backend.label}. ${event.backend.reason}`);
    } else if (event.kind === 'progress') {
      const { progress: p } = event;
      const settled = ['finished', 'stopped', 'failed'].includes(p.state);
      if (!settled && Date.now() - last < 5000) return;
      last = Date.now();
      const left = p.secondsLeft && p.state === 'training' ? `, ${minutes(p.secondsLeft.likely)} left` : '';
      const rate = p.msPerStep
        ? `, ${p.msPerStep.toFixed(0)} ms a step, ${p.samplesPerSecond.toFixed(0)} samples/s`
        : '';
      console.log(`${p.state.padEnd(9)} ${p.stage} ${p.step}/${p.totalSteps}${rate}${left}. ${p.sentence}`);
    } else if (event.kind === 'validation') {
      const { row: r } = event;
      console.log(
        `validate  step ${r.step}: forward ${percent(r.forward)}, reverse ${percent(r.reverse)}, both right ${percent(r.bothRight)}`,
      );
    } else if (event.kind === 'evaluation') {
      const { evaluation: e } = event;
      console.log(
        `evaluate  after ${e.after} (${e.judging}, ${e.split}): forward ${percent(e.overall.forward)}, reverse ${percent(e.overall.reverse)}, ` +
          `average ${percent(e.overall.average)}, gap ${percent(e.overall.gap)}, both right ${percent(e.overall.bothRight)}, invalid ${percent(e.overall.invalid)}` +
          (e.described === null ? '' : `, described ${percent(e.described)}`),
      );
    } else if (event.kind === 'measuring') {
      if (Date.now() - last < 5000) return;
      last = Date.now();
      console.log(`measuring ${percent(100 * event.share)}`);
    } else if (event.kind === 'crash') {
      console.error(`A part of the studio stopped working: ${event.why}`);
    }
  };
}

async function main() {
  const options = readOptions();
  process.chdir(root);
  const { ensurePackages } = await import('./install.mjs');
  ensurePackages();
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild();
  const { chromiumArguments, ensureBrowser, hardwareArguments } = await import('./browser.mjs');
  const executablePath = ensureBrowser();
  const { preview } = await import('vite');
  const { chromium } = await import('playwright-core');
  const server = await preview({ preview: { port: 0, open: false }, logLevel: 'warn' });
  const address = server.resolvedUrls?.local[0];
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: options.hardware ? hardwareArguments : chromiumArguments,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => console.error(error.message));
    let ready;
    const isReady = new Promise((resolve) => (ready = resolve));
    const print = printer();
    await page.exposeFunction('palindromeTell', (event) => (event.kind === 'ready' ? ready() : print(event)));
    await page.goto(`${address}#/headless`);
    await isReady;
    if (options.files) await page.locator('#files').setInputFiles(options.files);
    if (options.page.recipe === 'data-report') {
      const result = await page.evaluate((o) => window.palindromeHeadless.dataReport(o), options.page);
      writeDataReport(result, options.out);
      return;
    }
    const result = await page.evaluate((o) => window.palindromeHeadless.run(o), options.page);
    await writeResult(page, result, options.out);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function writeResult(page, { runId, report, metrics, plots, checkpoints }, out) {
  mkdirSync(out, { recursive: true });
  const write = (name, content) => writeFileSync(join(out, name), content);
  write('report.json', `${JSON.stringify(report, null, 2)}\n`);
  const rows = [
    ...metrics.rows.map((row) => ({ kind: 'step', ...row })),
    ...metrics.validation.map((row) => ({ kind: 'validation', ...row })),
  ].sort((a, b) => a.step - b.step);
  write('metrics.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const [name, svg] of Object.entries(plots)) write(name, svg);
  for (const { fileName, id } of checkpoints) {
    const base64 = await page.evaluate(([run, which]) => window.palindromeHeadless.checkpoint(run, which), [runId, id]);
    write(fileName, Buffer.from(base64, 'base64'));
  }
  const last = report.evaluations.filter((e) => e.judging === 'tag').at(-1);
  console.log(`\n${last?.verdict ?? 'Nothing was measured.'}`);
  console.log(
    `Written to ${out}: report.json, metrics.jsonl, ${[...Object.keys(plots), ...checkpoints.map((c) => c.fileName)].join(', ')}`,
  );
}

function writeDataReport({ texts, pictures }, out) {
  mkdirSync(join(out, 'sheets'), { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(out, name), text);
  for (const [name, base64] of Object.entries(pictures)) {
    writeFileSync(join(out, 'sheets', name), Buffer.from(base64, 'base64'));
  }
  const { summary, templates, episodes, sentences, trivial } = JSON.parse(texts['report.json']);
  console.log(`\n${episodes} episodes of ${templates.length} tasks with ${sentences} different sentences.`);
  console.log(summary.checks.sentence);
  for (const note of summary.notes) console.log(note);
  for (const { judge, accuracy } of trivial.results) {
    const { estimate, low, high } = accuracy;
    const range = low === null ? 'too few episodes for an interval' : `${low.toFixed(1)} to ${high.toFixed(1)}`;
    console.log(`${judge} alone on ${trivial.on}: ${estimate.toFixed(1)} % right (${range})`);
  }
  console.log(`Written to ${out}: ${Object.keys(texts).join(', ')} and ${Object.keys(pictures).length} contact sheets`);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
