// npm test: everything a change must pass, from a fresh clone. Types, lint, then unit, gpu and end-to-end tests;
// the last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './build.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensurePackages } from './install.mjs';
import { softwareAdapterFolder } from './softwareAdapter.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const started = Date.now();
let passed = 0;
let failed = 0;

function seconds() {
  return `${((Date.now() - started) / 1000).toFixed(0)} s`;
}

function check(name, command, args) {
  console.log(`\n── ${name} (${seconds()})`);
  const { status } = spawnSync(process.execPath, [command, ...args], { stdio: 'inherit' });
  if (status === 0) passed++;
  else failed++;
}

function tests(project) {
  console.log(`\n── ${project} tests (${seconds()})`);
  const file = `.cache/tests-${project}.json`;
  rmSync(file, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    { stdio: 'inherit' },
  );
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

try {
  mkdirSync('.cache', { recursive: true });
  ensurePackages();
  process.env.PALINDROME_BROWSER = ensureBrowser();
  check('types: engine', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.engine.json']);
  check('types: scripts and tests', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.node.json']);
  check('types: studio', 'node_modules/svelte-check/bin/svelte-check', [
    '--fail-on-warnings',
    '--output',
    'human',
    '--tsconfig',
    './tsconfig.json',
  ]);
  check('lint', 'node_modules/eslint/bin/eslint.js', ['--max-warnings', '0', '.']);
  check('format', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']);
  tests('unit');
  tests('gpu');
  if (softwareAdapterFolder() !== null) tests('node-gpu');
  else console.log('\n── node-gpu tests skipped: no software graphics adapter lies beside a browser here.');
  await ensureBuild();
  tests('app');
} catch (error) {
  console.error(error.message);
  failed++;
}
console.log(`\nTook ${seconds()}.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
