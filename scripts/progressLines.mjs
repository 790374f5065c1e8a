// What a run without a window tells, as lines in a terminal: at most one line of progress every few seconds.

const EVERY_MS = 5000;

/** Seconds as a person says them: `42 s`, `7 min`, `3 h 20 min`. */
export function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

const percent = (x) => `${x.toFixed(1)} %`;
const settled = ['finished', 'stopped', 'failed'];

/**
 * @param options.name stands before every line, where several runs speak
 * @param options.after words after a line of progress: what is left besides this run
 * @param options.everyMs between two lines of progress
 */
export function progressPrinter({ name = '', after = () => '', everyMs = EVERY_MS } = {}) {
  let last = 0;
  let backend = '';
  const say = (kind, words) => console.log(`${name && `${name}  `}${kind.padEnd(9)} ${words}`);
  const due = () => {
    if (Date.now() - last < everyMs) return false;
    last = Date.now();
    return true;
  };
  return (event) => {
    if (event.kind === 'import') {
      const { path, state, sentence } = event.entry;
      if (!['queued', 'reading'].includes(state)) say(state, `${path}: ${sentence}`);
    } else if (event.kind === 'backend') {
      const words = `${event.backend.label}. ${event.backend.reason}`;
      // Told by the page and again by the run.
      if (words !== backend) say('backend', words);
      backend = words;
    } else if (event.kind === 'progress') {
      const { progress: p } = event;
      if (!due() && !settled.includes(p.state)) return;
      const left = p.secondsLeft && p.state === 'training' ? `, ${duration(p.secondsLeft.likely)} left` : '';
      const rate = p.msPerStep
        ? `, ${p.msPerStep.toFixed(0)} ms a step, ${p.samplesPerSecond.toFixed(0)} samples/s`
        : '';
      say(
        p.state,
        [`${p.stage} ${p.step}/${p.totalSteps}${rate}${left}.`, p.sentence, after()].filter(Boolean).join(' '),
      );
    } else if (event.kind === 'validation') {
      const { row: r } = event;
      say(
        'validate',
        `step ${r.step}: forward ${percent(r.forward)}, reverse ${percent(r.reverse)}, both right ${percent(r.bothRight)}`,
      );
    } else if (event.kind === 'evaluation') {
      say('evaluate', evaluationWords(event.evaluation));
    } else if (event.kind === 'measuring') {
      if (due()) say('measuring', percent(100 * event.share));
    } else if (event.kind === 'note') {
      say('note', event.sentence);
    } else if (event.kind === 'crash') {
      console.error(`${name && `${name}  `}A part of the studio stopped working: ${event.why}`);
    }
  };
}

function evaluationWords(e) {
  const { forward, reverse, average, gap, bothRight, invalid } = e.overall;
  const what = e.question ? `${e.question}, ` : '';
  return (
    `after ${e.after} (${what}${e.judging}, ${e.split}): forward ${percent(forward)}, reverse ${percent(reverse)}, ` +
    `average ${percent(average)}, gap ${percent(gap)}, both right ${percent(bothRight)}, invalid ${percent(invalid)}` +
    (e.described === null ? '' : `, described ${percent(e.described)}`)
  );
}
