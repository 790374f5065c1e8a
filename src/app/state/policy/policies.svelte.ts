// The policy panel: policies that learn the last step of a task by trying, one after the other, each with its own reward.
import type { PolicyTaskName } from '../../../reward/policy/tasks';
import { EXPERIMENT_SETTINGS, POLICY_TASKS } from '../../../reward/policy/tasks';
import type { RewardKind } from '../../../reward/policy/trainPolicy';
import * as m from '../../../words/messages';
import type { ModelChoice } from '../../../workers/gpuApi';
import type { PolicyNews, PolicyOrder } from '../../../workers/policyApi';
import { policySentence, REWARD_KINDS } from '../../plots/policyCurves';
import { REWARD_LABELS } from '../../plots/policyPlot';
import { whole } from '../../reading';
import { shippedModel, type NamedModel } from '../modelChoices';
import type { Notices } from '../notices.svelte';
import { LessonFilm } from './lessonFilm.svelte';
import { curvesOf, judgeFacts, type Lesson, type Trial } from './lessons';
import { MeasuredFile } from '../measuredFile.svelte';
import { readPolicyExperiment } from './experiment';
import type { PolicyPort } from './port';
import { runTrial, type Stage } from './runTrial';
import { lessonsTable, savedLessons } from './savedLessons';
import { FIRST_TASK, plannedSteps, WORLDS } from './tasks';

export const ROLLOUTS = { least: 5, most: 500, usual: 60 } as const;
export const MOST_SEEDS = 3;

export interface Work extends Stage {
  isCancelled: boolean;
}

export class Policies {
  readonly film = new LessonFilm();
  readonly results = new MeasuredFile(
    import.meta.glob<unknown>('/docs/experiments/policy.json', { import: 'default' }),
    readPolicyExperiment,
  );
  readonly #port: PolicyPort;
  readonly #notices: Notices;
  #work = $state.raw<Work | null>(null);
  #trial = $state.raw<Trial | null>(null);
  #lessons = $state.raw<readonly Lesson[]>([]);
  /** The sentence that the judge is given. */
  #sentence = $state('');
  #kinds = $state.raw<readonly RewardKind[]>(['preference', 'sparse']);
  /** Of the trial as a file. */
  #judge: ModelChoice | null = null;
  readonly #curves = $derived(this.#trial ? curvesOf(this.#trial.kinds, this.#lessons) : []);
  readonly #facts = $derived(judgeFacts(this.#lessons));
  task = $state<PolicyTaskName>(FIRST_TASK);
  model = $state.raw<NamedModel>(shippedModel('coach'));
  rollouts = $state<number>(ROLLOUTS.usual);
  seeds = $state(1);

  constructor(port: PolicyPort, notices: Notices) {
    this.#port = port;
    this.#notices = notices;
  }

  /** Null while nothing learns. */
  get work(): Work | null {
    return this.#work;
  }

  /** What was asked for last; null before the first press. */
  get trial(): Trial | null {
    return this.#trial;
  }

  get sentence(): string {
    return this.#sentence;
  }

  /** Of the rewards that any rollout came of. */
  get curves() {
    return this.#curves;
  }

  get facts() {
    return this.#facts;
  }

  /** Rewards to compare. */
  get kinds(): readonly RewardKind[] {
    return this.#kinds;
  }

  /** Steps of all worlds together that each chosen training takes. */
  get steps(): number {
    return plannedSteps(this.task, this.rollouts);
  }

  toggle(kind: RewardKind): void {
    this.#kinds = REWARD_KINDS.filter((one) => (one === kind) !== this.#kinds.includes(one));
  }

  /** Trains what was chosen; what an earlier press brought goes. */
  async train(): Promise<void> {
    if (this.#work !== null || this.#kinds.length === 0) return;
    const { task, model, rollouts, seeds } = this;
    const trial: Trial = { task, model: model.label, rollouts, kinds: this.#kinds, seeds };
    this.#trial = trial;
    this.#judge = model.choice;
    this.#lessons = [];
    this.#sentence = '';
    this.film.clear();
    await this.#notices.attempt(m.policy_failed(), m.policy_failed_todo(), () =>
      runTrial(trial, {
        train: (kind, seed, onNews) => this.#port.train(orderOf(trial, model.choice, kind, seed), onNews),
        isCancelled: () => this.#isCancelled,
        tell: (stage, news) => this.#hear(trial, stage, news),
      }),
    );
    const isCancelled = this.#isCancelled;
    this.#work = null;
    this.#notices.announce(
      `${isCancelled ? m.policy_stopped() : ''} ${policySentence(this.#curves, 'success')}`.trim(),
    );
  }

  /** What was learnt so far stays shown. */
  async stop(): Promise<void> {
    if (this.#work === null) return;
    this.#work = { ...this.#work, isCancelled: true };
    await this.#port.cancel().catch(() => undefined);
  }

  /** The numbers of every rollout; null where there is none. */
  table() {
    return this.#lessons.length === 0 ? null : lessonsTable(this.#lessons);
  }

  /** Everything as a file's text, in the form of the experiment; null where there is nothing. */
  saved(at: Date): string | null {
    const [trial, judge] = [this.#trial, this.#judge];
    if (!trial || !judge || this.#lessons.length === 0) return null;
    const told = { trial, judge, sentence: this.#sentence, lessons: this.#lessons, at };
    return JSON.stringify(savedLessons(told), null, 2);
  }

  get #isCancelled(): boolean {
    return this.#work?.isCancelled ?? false;
  }

  #hear(trial: Trial, stage: Stage, news: PolicyNews | null): void {
    // What comes of an earlier trial, or after its end, comes too late.
    if (this.#trial !== trial || (news !== null && this.#work === null)) return;
    this.#work = { ...stage, isCancelled: this.#isCancelled };
    const { lesson, kind, seed, rollout } = stage;
    if (news === null) {
      this.#lessons = [...this.#lessons, { kind, seed, told: [] }];
      this.#notices.announce(m.policy_begins({ reward: REWARD_LABELS[kind](), seed: whole(seed) }));
      return;
    }
    const { film, size, task, ...told } = news;
    this.#sentence = task;
    this.#lessons = this.#lessons.map((one, i) => (i === lesson ? { ...one, told: [...one.told, told] } : one));
    this.film.take({ kind, seed, rollout, size, film });
  }
}

function orderOf(trial: Trial, model: ModelChoice, reward: RewardKind, seed: number): PolicyOrder {
  // As the experiment trains, so that both can be compared.
  const settings = { ...EXPERIMENT_SETTINGS, iterations: trial.rollouts };
  return { model, task: POLICY_TASKS[trial.task], number: 0, count: WORLDS, reward, seed, settings };
}
