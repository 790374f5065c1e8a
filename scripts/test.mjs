// npm test: everything a change must pass, from a fresh clone. Types, lint, then unit, gpu and end-to-end tests;
// the last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './build.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensurePackages } from './install.mjs';
import { ensureMessages } from './messages.mjs';
import { softwareAdapterFolder } from './softwareAdapter.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const started = Date.now();
let passed = 0;
let failed = 0;

function seconds() {
  return `${((Date.now() - started) / 1000).toFixed(0)} s`;
}

/** Runs a program of Node; several of these share the processor, so what one says is shown when it has ended. */
function run(name, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => said.push(piece));
    child.on('close', (status) => {
      console.log(`\n── ${name} (${seconds()})\n${Buffer.concat(said)}`);
      resolve(status);
    });
  });
}

async function check(name, command, args) {
  if ((await run(name, [command, ...args])) === 0) passed++;
  else failed++;
}

async function tests(project) {
  const file = `.cache/tests-${project}.json`;
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const status = await run(`${project} tests`, [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    ...reporters,
  ]);
  let failures = 0;
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    passed += result.numPassedTests;
    failures = result.numFailedTests;
  } catch {
    failures = 1;
  }
  failed += status === 0 ? failures : Math.max(failures, 1);
}

async function checkTypes() {
  await check('types: engine', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.engine.json']);
  await check('types: scripts and tests', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.node.json']);
  await check('types: studio', 'node_modules/svelte-check/bin/svelte-check', [
    '--fail-on-warnings',
    '--output',
    'human',
    '--tsconfig',
    './tsconfig.json',
  ]);
}

const checkLint = () => check('lint', 'node_modules/eslint/bin/eslint.js', ['--max-warnings', '0', '.']);
const checkFormat = () =>
  check('format', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']);

async function testKernels() {
  if (softwareAdapterFolder() !== null) await tests('node-gpu');
  else console.log('\n── node-gpu tests skipped: no software graphics adapter lies beside a browser here.');
}

try {
  mkdirSync('.cache', { recursive: true });
  ensurePackages();
  process.env.PALINDROME_BROWSER = ensureBrowser();
  // What is made of the messages takes as long as checking the format, which does not need it.
  const messages = ensureMessages();
  // None of these minds a busy machine, so two run at a time, about as long the one as the other; the others do.
  await Promise.all([
    (async () => {
      await messages;
      await checkTypes();
      await checkLint();
      await tests('unit');
    })(),
    (async () => {
      await checkFormat();
      await messages;
      await testKernels();
      await tests('gpu');
    })(),
  ]);
  await ensureBuild();
  await tests('app');
  await tests('app-alone');
} catch (error) {
  console.error(error.message);
  failed++;
}
console.log(`\nTook ${seconds()}.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
