// The report as text: a table a preset, ratios against ours, and the kernels that took longest.
import type { BenchReport, EngineFigures } from './bench';

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
const number = (value: number, digits = 1) => (value >= 100 ? value.toFixed(0) : value.toFixed(digits));
const share = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
const orDash = (value: number | null, digits = 1) => (value === null ? '–' : number(value, digits));

const COLUMNS: [string, (f: EngineFigures) => string][] = [
  ['ms/step', (f) => number(f.msPerStep)],
  ['fastest', (f) => number(f.fastestMs)],
  ['first', (f) => number(f.firstStepMs)],
  ['samples/s', (f) => number(f.samplesPerSecond)],
  ['tokens/s', (f) => number(f.tokensPerSecond)],
  ['dispatches', (f) => (f.dispatches === null ? '–' : String(f.dispatches))],
  ['encode ms', (f) => orDash(f.encodeMs)],
  ['peak', (f) => megabytes(f.peakBytes)],
  ['GFLOP/s', (f) => number(f.gflops, 2)],
  ['roofline', (f) => share(f.rooflineShare)],
  ['pairs/s', (f) => orDash(f.judgedPairsPerSecond)],
  ['first loss', (f) => f.firstLoss.toFixed(4)],
];

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
}

/** Lines for people, as wide as they must be. */
export function table(report: BenchReport): string {
  const lines = [
    `${report.device}, ${report.environment}`,
    `matrix product at best ${number(report.matmulPeakGflops, 2)} GFLOP/s (${report.matmul}), copy ${number(report.bandwidthGBs, 2)} GB/s`,
  ];
  for (const [preset, results] of Object.entries(report.presets)) {
    const work = report.workloads[preset];
    if (work === undefined) continue;
    const { samples, tokens } = work.shape;
    lines.push(
      '',
      `${preset}: ${work.parameters} parameters, ${samples} samples of ${tokens} tokens, accumulation ${work.accumulation}; ` +
        `${number(work.flops / 1e9, 2)} GFLOP and ${megabytes(work.bytes)} a step, floor ${number(work.floorMs)} ms`,
    );
    const rows = [['', ...COLUMNS.map(([title]) => title)]];
    const problems: string[] = [];
    for (const [engine, result] of Object.entries(results)) {
      if ('problem' in result) problems.push(result.problem);
      else rows.push([engine, ...COLUMNS.map(([, read]) => read(result))]);
    }
    if (rows.length > 1) lines.push(...aligned(rows));
    lines.push(...problems, ...agreement(results), ...ratios(results), ...kernels(results));
  }
  return lines.join('\n');
}

/** Engines whose first loss differs from the first one's by more than rounding do not compute the same. */
function agreement(results: BenchReport['presets'][string]): string[] {
  const losses = Object.entries(results).flatMap(([name, r]) => ('problem' in r ? [] : [[name, r.firstLoss] as const]));
  const [first] = losses;
  if (first === undefined) return [];
  return losses
    .filter(([, loss]) => !(Math.abs(loss - first[1]) < 1e-3 * Math.abs(first[1])))
    .map(([name, loss]) => `${name} begins at the loss ${loss}, ${first[0]} at ${first[1]}: one of them is wrong.`);
}

function ratios(results: BenchReport['presets'][string]): string[] {
  const { palindrome } = results;
  if (palindrome === undefined || 'problem' in palindrome) return [];
  const against = Object.entries(results).flatMap(([name, result]) =>
    name === 'palindrome' || 'problem' in result
      ? []
      : [`${(result.msPerStep / palindrome.msPerStep).toFixed(2)} × ${name}`],
  );
  return against.length === 0 ? [] : [`palindrome runs ${against.join(', ')} in steps a second`];
}

const SHOWN_KERNELS = 12;

function kernels(results: BenchReport['presets'][string]): string[] {
  const { palindrome } = results;
  if (palindrome === undefined || 'problem' in palindrome || palindrome.kernels === null) return [];
  const slowest = [...palindrome.kernels].sort((a, b) => b.ms - a.ms).slice(0, SHOWN_KERNELS);
  return aligned([
    ['kernel', 'dispatches', 'ms', 'floor ms', 'share'],
    ...slowest.map((k) => [
      k.name,
      String(k.dispatches),
      number(k.ms, 2),
      number(k.floorMs, 3),
      share(k.floorMs / k.ms),
    ]),
  ]);
}
