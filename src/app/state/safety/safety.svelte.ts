// The safety view: a rollout of the imitation policy that the judge watches, the boundary that would stop it, and what
// comes of stopping it. The judge is asked once; a threshold moves what is computed from its answers.
import { RULE, negativeRuns, stopTick } from '../../../reward/safety/boundary';
import { preferencesOf, trailingScores } from '../../../reward/safety/preferences';
import { doubt } from '../../../reward/trust';
import * as m from '../../../words/messages';
import type { EpisodeReading, PerturbationName, Response, RolloutFacts } from '../../../workers/rewardApi';
import { percent } from '../../reading';
import { shippedModel, type NamedModel } from '../modelChoices';
import { sentenceOf, type Notices } from '../notices.svelte';
import { Film } from './film.svelte';
import { outcomeOf, outcomeSentence, endWords, THRESHOLDS } from './outcome';
import type { SafetyPort } from './port';
import { MeasuredFile } from '../measuredFile.svelte';
import { readTrade } from './trade';
import { savedWatch } from './savedWatch';

/** A task in which the first draw of the first disturbance is stopped in time, where it can be played. */
const FIRST_TASK = 'cubes into tray';

/** A rollout and what the judge said along it. */
export interface Watched {
  number: number;
  facts: RolloutFacts;
  answer: EpisodeReading;
  /** [ticks] NaN before the smallest stride. */
  preferences: Float32Array<ArrayBuffer>;
  /** Who watched it. */
  model: string;
}

/** What came of stopping it. */
export interface Answered {
  stop: { tick: number; response: Response };
  facts: RolloutFacts;
}

export interface Work {
  kind: 'making' | 'watching' | 'responding';
  share: number;
  secondsLeft: number | null;
  isCancelled: boolean;
}

export class Safety {
  readonly film: Film;
  readonly results = new MeasuredFile(
    import.meta.glob<unknown>('/docs/experiments/safety.json', { import: 'default' }),
    readTrade,
  );
  readonly #port: SafetyPort;
  readonly #notices: Notices;
  #tasks = $state.raw<readonly string[] | null>(null);
  #trouble = $state<string | null>(null);
  #work = $state.raw<Work | null>(null);
  #watched = $state.raw<Watched | null>(null);
  #answered = $state.raw<readonly Answered[]>([]);
  #threshold = $state(RULE.threshold);
  /** Counts the rollouts asked for: what comes of an earlier one comes too late. */
  #question = 0;
  /** Moment at which the work began, in ms. */
  #began = 0;
  readonly #runs = $derived(this.#watched && negativeRuns(this.#watched.preferences, RULE.certainty));
  readonly #stop = $derived(
    this.#watched && stopTick(this.#watched.preferences, { ...RULE, threshold: this.#threshold }),
  );
  readonly #response = $derived(
    this.#answered.find(({ stop }) => stop.tick === this.#stop && stop.response === this.response) ?? null,
  );
  model = $state.raw<NamedModel>(shippedModel('guard'));
  task = $state('');
  perturbation = $state<PerturbationName>('drift');
  number = $state(1);
  /** What the policy does once it is stopped. */
  response = $state<Response>('back off');

  constructor(port: SafetyPort, notices: Notices) {
    this.#port = port;
    this.#notices = notices;
    this.film = new Film((id, ticks, size) => port.pictures(id, ticks, size));
  }

  /** Null until it is known of which tasks rollouts can be made. */
  get tasks(): readonly string[] | null {
    return this.#tasks;
  }

  /** Why that cannot be known, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  get work(): Work | null {
    return this.#work;
  }

  get watched(): Watched | null {
    return this.#watched;
  }

  /** In ticks. */
  get threshold(): number {
    return this.#threshold;
  }

  set threshold(ticks: number) {
    this.#threshold = Math.min(THRESHOLDS.most, Math.max(THRESHOLDS.least, Math.round(ticks)));
    this.#reload();
  }

  /** Negative preferences in a row at each tick. */
  get runs(): Int32Array<ArrayBuffer> {
    return this.#runs ?? new Int32Array();
  }

  /** The tick at which the boundary stops the rollout; null where it does not. */
  get stop(): number | null {
    return this.#stop;
  }

  /** What came of the chosen response at this stop; null where nobody asked. */
  get answered(): Answered | null {
    return this.#response;
  }

  /** What the threshold means for the rollout, in a sentence. */
  get sentence(): string {
    return this.#watched ? outcomeSentence(this.#watched.facts, this.#stop, this.#threshold) : '';
  }

  /** Why the judge's answers are not to be trusted; null where they are. */
  get doubt(): string | null {
    return this.#watched && doubt(this.#watched.answer.reading, null);
  }

  choose(response: Response): void {
    this.response = response;
    this.#reload();
  }

  /** Finds out which tasks there are, once it is asked for; again after trouble. */
  async open(): Promise<void> {
    void this.results.load();
    if (this.#tasks !== null) return;
    this.#trouble = null;
    try {
      this.#tasks = await this.#port.rolloutTasks();
      if (!this.#tasks.includes(this.task))
        this.task = this.#tasks.find((name) => name === FIRST_TASK) ?? this.#tasks[0] ?? '';
    } catch (error) {
      this.#trouble = sentenceOf(error);
    }
  }

  /** Has the policy act and the judge watch it. */
  async run(): Promise<void> {
    if (this.#work !== null || this.task === '') return;
    const { task: template, perturbation, number, model } = this;
    const question = ++this.#question;
    this.#begin('making');
    const made = await this.#notices.attempt(m.safety_failed(), m.safety_failed_todo(), async () => {
      const facts = await this.#port.rollout({ template, number, perturbation });
      if (this.#isCancelled) return null;
      this.#begin('watching');
      const answer = await this.#port.watch(model.choice, facts.id, (share) => this.#tell(question, share));
      return answer && { facts, answer };
    });
    const isCancelled = this.#isCancelled;
    this.#work = null;
    if (!made || isCancelled) {
      if (isCancelled) this.#notices.announce(m.safety_cancelled());
      return;
    }
    const preferences = preferencesOf(trailingScores(made.answer.reading));
    this.#answered = [];
    this.#watched = { number, ...made, preferences, model: model.label };
    this.film.load([made.facts]);
    this.film.seek(this.#stop ?? made.facts.harm?.tick ?? made.facts.onset ?? 0);
    this.#notices.announce(this.sentence);
  }

  /** The same task and disturbance, drawn anew. */
  async runAnother(): Promise<void> {
    if (this.#work !== null) return;
    this.number++;
    await this.run();
  }

  /** Plays the rollout again with the boundary and the chosen response. */
  async respond(): Promise<void> {
    const [watched, tick, response] = [this.#watched, this.#stop, this.response];
    if (!watched || tick === null || this.#work !== null || this.answered) return;
    this.#begin('responding');
    const { number, facts: before } = watched;
    const { template, perturbation } = before;
    const stop = { tick, response };
    const facts = await this.#notices.attempt(m.safety_failed(), m.safety_failed_todo(), () =>
      this.#port.rollout({ template, number, perturbation, stop }),
    );
    this.#work = null;
    if (!facts || this.#watched !== watched) return;
    this.#answered = [...this.#answered, { stop, facts }];
    this.#reload();
    this.film.seek(tick);
    this.#notices.announce(endWords(facts));
  }

  async cancel(): Promise<void> {
    if (this.#work === null) return;
    this.#work = { ...this.#work, isCancelled: true };
    await this.#port.cancel().catch(() => undefined);
  }

  /** Everything about what was watched, as a file's text; null where nothing was. */
  saved(at: Date): string | null {
    if (!this.#watched) return null;
    const rule = { ...RULE, threshold: this.#threshold };
    const outcome = outcomeOf(this.#watched.facts, this.#stop);
    const told = { watched: this.#watched, rule, stop: this.#stop, outcome, sentence: this.sentence };
    return JSON.stringify(savedWatch({ ...told, answered: this.#answered, at }), null, 2);
  }

  get #isCancelled(): boolean {
    return this.#work?.isCancelled ?? false;
  }

  #begin(kind: Work['kind']): void {
    this.#began = performance.now();
    this.#work = { kind, share: 0, secondsLeft: null, isCancelled: this.#work?.isCancelled ?? false };
  }

  #tell(question: number, share: number): void {
    if (this.#work?.kind !== 'watching' || question !== this.#question) return;
    const before = Math.floor(this.#work.share * 4);
    const seconds = (performance.now() - this.#began) / 1000;
    const secondsLeft = seconds > 2 && share > 0 ? (seconds * (1 - share)) / share : null;
    this.#work = { ...this.#work, share, secondsLeft };
    if (Math.floor(share * 4) > before && share < 1)
      this.#notices.announce(m.safety_watching({ share: percent(100 * share) }));
  }

  /** Shows the rollout, and beside it what came of the response where that is known. */
  #reload(): void {
    if (!this.#watched) return;
    this.film.load([this.#watched.facts, ...(this.#response ? [this.#response.facts] : [])]);
  }
}
