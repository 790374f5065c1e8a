// The command line of npm run experiment.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm run experiment -- NAME      runs an experiment, from where it was left
npm run experiment -- data      looks at the comparison's data alone: checks of its splits, judges that see next to nothing
npm run experiment -- reward    the judge as a dense reward on unseen simulated episodes, and on --episodes
npm run experiment -- safety    what the safety boundary prevents and what it costs, on rollouts that go wrong
npm run experiment -- policy    policies that learn from the judge, from success alone and from true progress
npm run experiment -- page      writes docs/experiments.md, its figures and its summary anew from the reports
npm run experiment -- --list    says what there is and how far it is
  [--seeds 1,2,3] [--only STRATEGY,…]   these runs alone
  [--minutes N]                   stops cleanly after N minutes; the same command goes on
  [--parallel 2]                  so many runs side by side, each with its share of the cores
  [--again]                       also runs that have a report
  [--backend auto|webgpu|wasm|cpu] [--hardware]
  [--profile DIR] [--port N]      where drawn pictures and unfinished runs are kept; default .experiments/profile
  [--episodes DIR]                recordings to take into the profile's library first
  [--descriptions FILE]           and spatial details of them, as the studio exports them
  [--checkpoints DIR]             also writes the models after each stage
  [--keep-build]                  takes the studio as it was built for this profile before, whatever changed since
  [--out DIR]                     of the reports; default docs/experiments

Writes one report a run: docs/experiments/NAME/STRATEGY-SEED.json. A run that has one is passed over.`;

const BACKENDS = ['auto', 'webgpu', 'wasm', 'cpu'];

/**
 * @param args the words after the command
 * @param from folder that paths are relative to
 * @throws Error in words
 */
export function readOptions(args, from) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      seeds: { type: 'string' },
      only: { type: 'string' },
      minutes: { type: 'string' },
      parallel: { type: 'string', default: '1' },
      again: { type: 'boolean', default: false },
      backend: { type: 'string' },
      hardware: { type: 'boolean', default: false },
      profile: { type: 'string' },
      port: { type: 'string' },
      episodes: { type: 'string' },
      descriptions: { type: 'string' },
      checkpoints: { type: 'string' },
      'keep-build': { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const whole = (text, name, least) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(`--${name} takes whole numbers from ${least} on, not ${text}.`);
  };
  const list = (text) =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean);
  const path = (text) => (text === undefined ? null : resolve(from, text));
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (minutes !== null && !(minutes > 0)) throw new Error(`--minutes takes a number above 0, not ${values.minutes}.`);
  if (values.backend !== undefined && !BACKENDS.includes(values.backend)) {
    throw new Error(`There is no backend called ${values.backend}: auto, webgpu, wasm or cpu.`);
  }
  if (positionals.length > 1) throw new Error(`One experiment at a time, not ${positionals.join(' and ')}.`);
  const [name = null] = positionals;
  if (name === null && !values.list && !values.help) throw new Error(`Which experiment?\n\n${usage}`);
  const seeds = values.seeds === undefined ? null : list(values.seeds).map((seed) => whole(seed, 'seeds', 0));
  return {
    name,
    help: values.help,
    list: values.list,
    seeds: seeds && [...new Set(seeds)],
    only: values.only === undefined ? null : list(values.only),
    minutes,
    parallel: whole(values.parallel, 'parallel', 1),
    again: values.again,
    backend: values.backend ?? null,
    hardware: values.hardware,
    profile: path(values.profile),
    port: values.port === undefined ? undefined : whole(values.port, 'port', 1),
    episodes: path(values.episodes),
    descriptions: path(values.descriptions),
    checkpoints: path(values.checkpoints),
    keepBuild: values['keep-build'],
    out: path(values.out),
  };
}
