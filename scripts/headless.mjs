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
  [--threads N]                       of the WebAssembly backend; default: all cores

Presets: smoke (about a minute on two cores), class (under five), paper (the full comparison).
data-report trains nothing: it writes statistics, hold-out checks, trivial judges and a contact sheet of every task.
progress trains nothing either: with --videos or --episodes it has the cured model walk along each and writes its progress
curve as CSV, JSON and SVG; --task "…" is the task of videos that no list, folder or file name says one for.
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
      threads: { type: 'string' },
      task: { type: 'string' },
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
  if (values.recipe === 'progress' && !folder) throw new Error(`progress needs --videos or --episodes.\n\n${usage}`);
  const files = folder ? resolve(invoked, folder) : null;
  if (files && !(existsSync(files) && statSync(files).isDirectory())) throw new Error(`There is no folder ${files}.`);
  const file = resolve(invoked, values.recipe);
  const isFile = existsSync(file) && statSync(file).isFile();
  return {
    files,
    out: resolve(invoked, values.out),
    hardware: values.hardware,
    threads: number('threads') ?? undefined,
    task: values.task ?? null,
    page: {
      recipe: isFile ? JSON.parse(readFileSync(file, 'utf8')) : values.recipe,
      backend: values.backend ?? null,
      imports: files !== null,
      minutes: number('minutes'),
      steps: number('steps'),
    },
  };
}

async function main() {
  const options = readOptions();
  process.chdir(root);
  const { ensurePackages } = await import('./install.mjs');
  ensurePackages();
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild();
  const { openStudio, serveStudio } = await import('./studioPage.mjs');
  const { progressPrinter } = await import('./progressLines.mjs');
  const server = await serveStudio();
  try {
    const { page, close } = await openStudio(server.address, progressPrinter(), options);
    try {
      await drive(page, options);
    } finally {
      await close();
    }
  } finally {
    await server.close();
  }
}

async function drive(page, options) {
  if (options.files) await page.locator('#files').setInputFiles(options.files);
  if (options.page.recipe === 'progress') {
    const order = { backend: options.page.backend ?? 'auto', task: options.task };
    const { texts, lines } = await page.evaluate((o) => window.palindromeHeadless.progress(o), order);
    mkdirSync(options.out, { recursive: true });
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(options.out, name), text);
    for (const line of lines) console.log(line);
    console.log(`Written to ${options.out}: ${Object.keys(texts).length} files.`);
    return;
  }
  if (options.page.recipe === 'data-report') {
    const result = await page.evaluate((o) => window.palindromeHeadless.dataReport(o), options.page);
    writeDataReport(result, options.out);
    return;
  }
  const result = await page.evaluate((o) => window.palindromeHeadless.run(o), options.page);
  await writeResult(page, result, options.out);
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
