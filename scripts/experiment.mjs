// npm run experiment -- NAME: carries out the runs of an experiment one after another, or side by side, in browsers whose
// storage outlives them, so that whatever stops it (Ctrl+C, --minutes, a crash) costs a minute of work at most.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions, usage } from './experimentOptions.mjs';
import { duration, progressPrinter } from './progressLines.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** A run that fails so often in a row is given up for this time. */
const MOST_FAILURES = 3;
const NOTED_EVERY_MS = 15_000;

async function main() {
  const options = readOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (options.help) return console.log(usage);
  process.chdir(root);
  const { ensurePackages } = await import('./install.mjs');
  ensurePackages();
  const { ensureMessages } = await import('./messages.mjs');
  await ensureMessages();
  const { runnerImport } = await import('vite');
  if (options.name === 'page') {
    const { module } = await runnerImport('./scripts/experimentPage.ts');
    return console.log(await module.writePage(options.out ?? 'docs/experiments'));
  }
  const { module: code } = await runnerImport('./scripts/experimentCode.ts');
  const out = options.out ?? 'docs/experiments';
  if (options.name === 'data') {
    const { writeData } = await import('./experimentData.mjs');
    return console.log(await writeData(code.comparisonRecipe('cot-tag', 1), out));
  }
  if (options.name === 'reward') {
    const { writeReward } = await import('./experimentReward.mjs');
    return console.log(await writeReward(options, out));
  }
  if (options.name === 'safety') {
    const { writeSafety } = await import('./experimentSafety.mjs');
    return console.log(await writeSafety(options, out));
  }
  if (options.name === 'policy') {
    const { writePolicy } = await import('./experimentPolicy.mjs');
    return console.log(await writePolicy(options, out));
  }
  if (options.list) return list(code, options, out);
  const plan = planOf(code, options, out);
  const open = plan.filter((run) => options.again || !existsSync(run.file));
  console.log(`${plan.length} runs, ${plan.length - open.length} of them done.`);
  if (open.length > 0) process.exitCode = (await carryOut(code, options, open)) ? 0 : 1;
}

function list(code, options, out) {
  for (const [name, experiment] of Object.entries(code.EXPERIMENTS)) {
    if (options.name !== null && name !== options.name) continue;
    const plan = planOf(code, { ...options, name }, out);
    const done = plan.filter(({ file }) => existsSync(file));
    console.log(`${name}: ${experiment.title} ${experiment.about} ${done.length} of ${plan.length} runs are done.`);
    if (options.name !== null)
      for (const run of plan) console.log(`  ${done.includes(run) ? 'done' : '    '} ${run.key}`);
  }
}

/** The runs that were asked for, each with its names and the place of its report. */
function planOf({ EXPERIMENTS, workOf }, { name, seeds, only }, out) {
  const experiment = Object.hasOwn(EXPERIMENTS, name) ? EXPERIMENTS[name] : null;
  if (!experiment) {
    throw new Error(`There is no experiment called ${name}: ${Object.keys(EXPERIMENTS).join(', ')}, or page.`);
  }
  const runs = experiment.runs(seeds ?? experiment.seeds);
  const missing = only?.find((strategy) => runs.every((run) => run.strategy !== strategy));
  if (missing !== undefined) {
    const strategies = [...new Set(runs.map(({ strategy }) => strategy))];
    throw new Error(`${name} has no strategy called ${missing}: ${strategies.join(', ')}.`);
  }
  return runs
    .filter((run) => !only || only.includes(run.strategy))
    .map((run) => {
      const key = `${name}/${run.strategy}-${run.seed}`;
      const work = run.shipped ? 1 : workOf(run.recipe);
      return { ...run, experiment: name, key, file: join(out, `${key}.json`), work };
    });
}

/** Whether all of them came to their end. */
async function carryOut(code, options, open) {
  const profile = options.profile ?? '.experiments/profile';
  const { ensureBuild } = await import('./build.mjs');
  const built = join(profile, 'app');
  if (!options.keepBuild || !existsSync(join(built, 'index.html'))) await ensureBuild(built);
  const { serveProfile } = await import('./studioPage.mjs');
  const server = await serveProfile(profile, built, options.port);
  const book = new Book(join(profile, 'runs.json'));
  const state = {
    open,
    left: begunFirst(open, book),
    book,
    done: 0,
    given: [],
    stopping: false,
    pages: new Set(),
    code,
    options,
  };
  state.pace = new Pace();
  const stop = (why) => {
    if (state.stopping) return;
    state.stopping = true;
    console.log(why);
    for (const page of state.pages) page.evaluate(() => window.palindromeHeadless.stop()).catch(() => undefined);
  };
  const timer = options.minutes && setTimeout(() => stop('Time is up: saving …'), options.minutes * 60_000);
  process.on('SIGINT', () => (state.stopping ? process.exit(130) : stop('Saving; once more to end at once …')));
  process.on('SIGTERM', () => stop('Saving …'));
  try {
    const slots = Math.min(options.parallel, open.length);
    await Promise.all(
      Array.from({ length: slots }, () => work(state, join(profile, 'browser'), server.address, slots)),
    );
  } finally {
    clearTimeout(timer);
    await server.close();
  }
  const failed = state.given.map(({ key }) => key);
  const waiting = open.length - state.done - failed.length;
  console.log(
    `${state.done} runs finished${waiting > 0 ? `, ${waiting} left: the same command goes on` : ''}` +
      (failed.length > 0 ? `; given up for now: ${failed.join(', ')}` : '') +
      '.',
  );
  return failed.length === 0;
}

/** One slot: takes runs until none is left for it. A run goes on in the browser profile where it began. */
async function work(state, folder, address, slots) {
  const { left, book } = state;
  const busy = (state.busy ??= new Set());
  for (;;) {
    const place = left.findIndex(
      (run) => !busy.has(browserOf(book, run)) && !left.some(({ key }) => key === startOf(run)),
    );
    if (place < 0 || state.stopping) return;
    const [run] = left.splice(place, 1);
    const entry = book.of(run.key);
    // A finished run in the browser's storage is that of an earlier report, unless its report was still owed.
    entry.anew = entry.browser === undefined;
    entry.browser = browserOf(book, run) ?? freeBrowser(busy, left, book);
    busy.add(entry.browser);
    book.write();
    try {
      const profile = `${folder}-${entry.browser}`;
      const finished = await carryOutOne(state, run, entry, { profile, address, slots });
      entry.failures = 0;
      if (finished) {
        state.done++;
        book.finish(run.key);
        await renewPage(run.file);
      }
    } catch (error) {
      console.error(`${run.key}  ${error.message}`);
      entry.failures = (entry.failures ?? 0) + 1;
      if (entry.failures < MOST_FAILURES && !state.stopping) left.push(run);
      else {
        state.given.push(run);
        entry.failures = 0;
      }
    } finally {
      busy.delete(entry.browser);
      book.write();
    }
  }
}

/** The run from whose weights a run starts. */
const startOf = ({ recipe: { initial } }) => (typeof initial === 'object' ? initial.run : undefined);

/** Where a run has begun, or where the run lies that it starts from; undefined where that does not matter. */
function browserOf(book, run) {
  const start = startOf(run);
  const { browser, home } = start === undefined ? {} : book.of(start);
  return book.of(run.key).browser ?? browser ?? home;
}

const begunFirst = (runs, book) => runs.toSorted((a, b) => isBegun(book, b) - isBegun(book, a));
const isBegun = (book, { key }) => Number(book.of(key).browser !== undefined);

/** Best one in which no waiting run has begun. */
function freeBrowser(busy, left, book) {
  const taken = new Set([...busy, ...left.map(({ key }) => book.of(key).browser)]);
  let number = 0;
  while (taken.has(number)) number++;
  return number;
}

async function carryOutOne(state, run, entry, { profile, address, slots }) {
  const { options, book, code, pace } = state;
  const { openStudio } = await import('./studioPage.mjs');
  const [began, before] = [Date.now(), entry.seconds ?? 0];
  let crashed;
  const crash = new Promise((_, reject) => (crashed = reject));
  crash.catch(() => undefined);
  const others = () => ` ${pace.left(state.left, slots)}.`;
  const print = progressPrinter({ name: slots > 1 ? run.key : '', after: others, everyMs: 15_000 });
  let noted = began;
  const tell = (event) => {
    // Noted as it goes, so that whatever ends this program takes no time off the run's.
    entry.seconds = before + (Date.now() - began) / 1000;
    if (Date.now() - noted > NOTED_EVERY_MS) {
      noted = Date.now();
      book.write();
    }
    if (event.kind === 'answer') {
      entry.answers = { ...entry.answers, [event.question]: event.evaluation };
      book.write();
    }
    if (event.kind === 'progress') pace.note(run, event.progress);
    if (event.kind !== 'answer') print(event);
    else if (event.evaluation) print({ kind: 'evaluation', evaluation: event.evaluation });
    else print({ kind: 'note', sentence: `No pairs for the question ${event.question}.` });
    if (event.kind === 'crash') crashed(new Error(event.why));
  };
  const threads = slots > 1 ? Math.max(1, Math.floor(cpus().length / slots)) : undefined;
  const studio = await openStudio(address, tell, { hardware: options.hardware, profile, threads, signals: false });
  const { page } = studio;
  page.on('crash', () => crashed(new Error('The page of the studio crashed.')));
  try {
    if (options.episodes) await takeIn(state, page, profile);
    if (state.stopping) return false;
    state.pages.add(page);
    console.log(`${run.key}  begins`);
    const order = {
      recipe: { ...run.recipe, name: run.key },
      backend: options.backend,
      anew: entry.anew,
      shipped: run.shipped ?? null,
      questions: run.questions.filter((question) => entry.answers?.[question] === undefined),
      pairsPerQuestion: run.pairsPerQuestion,
      judging: run.judging ?? null,
    };
    const ended = page.evaluate((o) => window.palindromeHeadless.planned(o), order);
    const result = await Promise.race([ended, crash]);
    if (!result.finished) return false;
    const seconds = before + (Date.now() - began) / 1000;
    pace.finished(run, seconds);
    await writeRun(code, run, { ...result.report, seconds, answers: entry.answers ?? {} });
    await writeCheckpoints(page, run, result.checkpoints, options.checkpoints);
    return true;
  } finally {
    state.pages.delete(page);
    pace.ended(run);
    await studio.close();
  }
}

async function writeRun(code, run, { answers, ...report }) {
  const { format } = await import('prettier');
  const file = code.runFile({
    ...report,
    experiment: run.experiment,
    strategy: run.strategy,
    seed: run.seed,
    date: new Date().toISOString().slice(0, 10),
    code: revision(),
    questions: run.questions.flatMap((question) => answers[question] ?? []),
  });
  const text = await format(JSON.stringify(file), { parser: 'json', printWidth: 160 });
  mkdirSync(dirname(run.file), { recursive: true });
  writeWhole(run.file, text);
  console.log(`${run.key}  written to ${run.file}`);
}

/** The page kept in the project says what the reports beside it say; elsewhere there is none. */
async function renewPage(file) {
  const folder = join('docs', 'experiments');
  if (!resolve(file).startsWith(resolve(folder))) return;
  try {
    const { runnerImport } = await import('vite');
    const { module } = await runnerImport('./scripts/experimentPage.ts');
    await module.writePage(folder);
  } catch (error) {
    console.error(`The page of experiments could not be made: ${error.message}`);
  }
}

async function writeCheckpoints(page, run, checkpoints, folder) {
  for (const { name, runId, id } of folder === null ? [] : checkpoints) {
    const base64 = await page.evaluate(([of, which]) => window.palindromeHeadless.checkpoint(of, which), [runId, id]);
    const file = join(folder, run.key, `${name}.safetensors`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(base64, 'base64'));
  }
}

/** Recordings come into the library of each browser profile once. */
async function takeIn({ options, book }, page, profile) {
  const { episodes, descriptions } = options;
  const wanted = JSON.stringify({ episodes, descriptions });
  const shelf = book.of(`library of ${profile.split('-').at(-1)}`);
  if (shelf.takenIn === wanted) return;
  await page.locator('#files').setInputFiles(episodes);
  const words = descriptions === null ? null : readFileSync(descriptions, 'utf8');
  const said = await page.evaluate((text) => window.palindromeHeadless.takeIn(text), words);
  console.log(said);
  shelf.takenIn = wanted;
  book.write();
}

/**
 * Notes of runs: in which browser profile each began, how long it took so far, which questions it answered; of finished
 * ones, in which profile their weights lie.
 */
class Book {
  #file;
  #entries;

  constructor(file) {
    this.#file = file;
    this.#entries = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  }

  of(key) {
    return (this.#entries[key] ??= {});
  }

  finish(key) {
    this.#entries[key] = { home: this.#entries[key].browser };
    this.write();
  }

  write() {
    writeWhole(this.#file, JSON.stringify(this.#entries));
  }
}

/** Time left over all runs, from the time that work took so far. */
class Pace {
  #seconds = 0;
  #work = 0;
  /** Runs under way: where each stood when it was begun or taken up again, and where it stands. */
  #now = new Map();

  finished(run, seconds) {
    this.#seconds += seconds;
    this.#work += run.work;
  }

  ended(run) {
    this.#now.delete(run.key);
  }

  note(run, { step, totalSteps }) {
    const share = totalSteps > 0 ? step / totalSteps : 0;
    const known = this.#now.get(run.key) ?? { run, from: share, since: Date.now() };
    this.#now.set(run.key, { ...known, share });
  }

  left(waiting, slots) {
    let [seconds, done, open] = [this.#seconds, this.#work, 0];
    for (const { run, from, share, since } of this.#now.values()) {
      open += run.work * (1 - share);
      // The first steps of a run tell little: data are drawn and kernels compiled.
      if (share - from < 0.02) continue;
      seconds += (Date.now() - since) / 1000;
      done += run.work * (share - from);
    }
    const later = waiting.reduce((sum, run) => sum + run.work, 0);
    const time = done === 0 ? 'time not known yet' : `about ${duration(((open + later) * seconds) / done / slots)}`;
    return `${waiting.length} more runs wait; ${time} for all`;
  }
}

function revision() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
}

/** Never leaves half a file behind. */
function writeWhole(file, text) {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
