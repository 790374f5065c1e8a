// The command line of both benchmarks.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const PRESETS = ['nano', 'micro', 'mini'];
const ENGINES = ['palindrome', 'tfjs', 'jaxjs', 'wasm'];

const usage = (command, engines) => `${command}
  [--presets nano,micro,mini]    default: nano,micro
  [--engines ${engines.join(',')}]   default: all
  [--seconds N]                  measured for each engine and preset, at least two steps; default 10
  [--samples tag|cot]            kind of samples; default tag
  [--pairs N] [--accumulation N] pairs in a micro-batch (8) and micro-batches a step (the preset's own); smaller
                                 ones let a software adapter through in time, at the same ratios
  [--json FILE]                  writes the figures
  [--bundle DIR]                 bench:node only: writes DIR/bench.mjs and the package it needs, for a machine without
                                 this repository or network: node DIR/bench.mjs --hardware
  [--hardware]                   uses the graphics card; without it the software adapter SwiftShader`;

function list(value, known, what) {
  const names = value.split(',').filter(Boolean);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw new Error(`There is no ${what} called ${wrong}: ${known.join(', ')}.`);
  return names;
}

export function readOptions(command, engines = ENGINES) {
  const { values } = parseArgs({
    options: {
      presets: { type: 'string', default: 'nano,micro' },
      engines: { type: 'string', default: engines.join(',') },
      seconds: { type: 'string', default: '10' },
      samples: { type: 'string', default: 'tag' },
      pairs: { type: 'string', default: '8' },
      accumulation: { type: 'string' },
      json: { type: 'string' },
      bundle: { type: 'string' },
      hardware: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage(command, engines));
    process.exit(0);
  }
  const number = (name, whole) => {
    const value = Number(values[name]);
    if (value > 0 && (!whole || Number.isInteger(value))) return value;
    throw new Error(`--${name} takes a ${whole ? 'whole ' : ''}number above 0, not ${values[name]}.`);
  };
  if (!['tag', 'cot'].includes(values.samples)) throw new Error('--samples takes tag or cot.');
  return {
    hardware: values.hardware,
    json: values.json ? resolve(process.env.INIT_CWD ?? process.cwd(), values.json) : null,
    bundle: values.bundle ? resolve(process.env.INIT_CWD ?? process.cwd(), values.bundle) : null,
    bench: {
      presets: list(values.presets, PRESETS, 'preset'),
      engines: list(values.engines, engines, 'engine'),
      seconds: number('seconds', false),
      kind: values.samples,
      pairs: number('pairs', true),
      accumulation: values.accumulation === undefined ? null : number('accumulation', true),
    },
  };
}

export function machine() {
  const [first] = cpus();
  return `${first?.model ?? process.arch} × ${cpus().length}`;
}

export function writeReport(file, report) {
  if (file) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
