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
  [--json FILE]                  writes the figures
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
      json: { type: 'string' },
      hardware: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage(command, engines));
    process.exit(0);
  }
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds takes a number above 0, not ${values.seconds}.`);
  if (!['tag', 'cot'].includes(values.samples)) throw new Error('--samples takes tag or cot.');
  return {
    hardware: values.hardware,
    json: values.json ? resolve(process.env.INIT_CWD ?? process.cwd(), values.json) : null,
    bench: {
      presets: list(values.presets, PRESETS, 'preset'),
      engines: list(values.engines, engines, 'engine'),
      seconds,
      kind: values.samples,
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
