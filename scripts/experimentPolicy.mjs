// npm run experiment -- policy: a policy learns the last step of a task, rewarded by what the judge prefers, by success alone,
// or by true progress; the same PPO, the same environment steps, several seeds. Finished trainings are kept beside the
// profile, so that the command goes on where it was left.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withStudio } from './experimentStudio.mjs';

const SEEDS = [1, 2, 3];
const REWARDS = ['preference', 'sparse', 'progress'];
const JUDGE = 'coach';
const WORLDS = 16;
/** Rollouts at the end whose success counts as what was reached. */
const LAST = 10;

export function writePolicy(options, out) {
  return withStudio(options, async (studio) => {
    const { code, profile } = studio;
    const names = options.only ?? Object.keys(code.POLICY_TASKS);
    const seeds = options.seeds ?? SEEDS;
    const run = (task, reward, seed) => {
      const words = `policy-${task}-${reward}-${seed}`.replaceAll(' ', '_');
      return { task, reward, seed, file: join(profile, `${words}.json`) };
    };
    // Seed by seed, so that every task has its first figures early; what is compared comes first.
    const plan = [REWARDS.slice(0, 2), REWARDS.slice(2)].flatMap((rewards) =>
      seeds.flatMap((seed) => names.flatMap((task) => rewards.map((reward) => run(task, reward, seed)))),
    );
    const open = plan.filter(({ file }) => options.again || !existsSync(file));
    console.log(`${plan.length} trainings, ${plan.length - open.length} of them done.`);
    const until = options.minutes === null ? Infinity : Date.now() + options.minutes * 60_000;
    for (const run of open) if (Date.now() < until) await train(code, run, studio);
    return write(code, out, plan, names, options);
  });
}

async function train(code, { task, reward, seed, file }, { address, openStudio, options }) {
  const began = Date.now();
  const rows = [];
  let sentence = '';
  let said = began;
  const hear = (event) => {
    if (event.kind !== 'policy') return;
    sentence = event.task;
    const { environmentSteps, successRate, everRate, meanProgress, judging, preferences, judged } = event;
    rows.push({ environmentSteps, successRate, everRate, meanProgress, judging, preferences, judged });
    if (Date.now() - said < 15_000) return;
    said = Date.now();
    const last = rows.slice(-LAST).map((row) => row.successRate);
    console.log(
      `${task}, ${reward}, seed ${seed}: ${environmentSteps} steps, ${Math.round(100 * code.mean(last))} % succeed`,
    );
  };
  const { page, close } = await openStudio(address, hear, { hardware: options.hardware });
  try {
    const order = {
      model: { kind: 'shipped', name: JUDGE },
      backend: options.backend ?? 'auto',
      task: code.POLICY_TASKS[task],
      number: 0,
      count: WORLDS,
      reward,
      seed,
      settings: code.EXPERIMENT_SETTINGS,
    };
    await page.evaluate((o) => window.palindromeHeadless.trainPolicy(o), order);
  } finally {
    await close();
  }
  const seconds = (Date.now() - began) / 1000;
  const last = code.mean(rows.slice(-LAST).map((row) => row.successRate));
  console.log(`${task}, ${reward}, seed ${seed}: ends at ${Math.round(100 * last)} %, ${Math.round(seconds)} s`);
  writeFileSync(file, JSON.stringify({ sentence, seconds, rows }));
}

async function write(code, out, plan, names, options) {
  const done = plan.filter(({ file }) => existsSync(file));
  const read = (run) => ({ ...run, ...JSON.parse(readFileSync(run.file, 'utf8')) });
  const all = done.map(read);
  const tasks = Object.fromEntries(
    names.map((task) => {
      const own = all.filter((run) => run.task === task);
      const rewards = Object.fromEntries(
        REWARDS.map((reward) => [
          reward,
          rewardReport(
            code,
            own.filter((run) => run.reward === reward),
          ),
        ]),
      );
      return [task, { sentence: own[0]?.sentence ?? '', ...code.POLICY_TASKS[task], rewards }];
    }),
  );
  const report = {
    date: new Date().toISOString().slice(0, 10),
    command: 'npm run experiment -- policy',
    judge: JUDGE,
    backend: options.backend ?? 'auto',
    worlds: WORLDS,
    tasks,
  };
  const file = join(out, 'policy.json');
  const { format } = await import('prettier');
  mkdirSync(out, { recursive: true });
  writeFileSync(file, await format(JSON.stringify(report, rounded), { parser: 'json', printWidth: 160 }));
  const lines = Object.entries(tasks).map(([task, { rewards }]) => {
    const words = REWARDS.map((reward) => `${reward} ${rewards[reward]?.final.mean?.toFixed(0) ?? '–'} %`);
    return `${task}: ${words.join(', ')}`;
  });
  return `${lines.join('\n')}\nWritten to ${file}.`;
}

const rounded = (_, value) => (typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value);

function rewardReport(code, runs) {
  if (runs.length === 0) return null;
  const final = runs.map(({ rows }) => 100 * code.mean(rows.slice(-LAST).map((row) => row.successRate)));
  const judgings = runs.flatMap(({ rows }) => rows.flatMap(({ judging }) => judging ?? []));
  const average = (pick) => {
    const known = judgings.flatMap((judging) => pick(judging) ?? []);
    return known.length === 0 ? null : code.mean(known);
  };
  return {
    seeds: runs.map(({ seed, seconds, rows }) => ({
      seed,
      seconds: Math.round(seconds),
      steps: rows.map(({ environmentSteps }) => environmentSteps),
      success: rows.map(({ successRate }) => successRate),
      progress: rows.map(({ meanProgress }) => meanProgress),
      preferences: rows.at(-1)?.judged ?? 0,
    })),
    // With three seeds the range says more than an interval.
    final: { mean: code.mean(final), low: Math.min(...final), high: Math.max(...final) },
    ...(judgings.length > 0 && {
      judge: {
        consistency: average((one) => one.consistency),
        agreesWithTruth: average((one) => one.judgeAgreement),
        rewardAgreesWithJudge: average((one) => one.rewardAgreement),
        rewardAgreesWithTruth: average((one) => one.rewardTruth),
      },
    }),
  };
}
