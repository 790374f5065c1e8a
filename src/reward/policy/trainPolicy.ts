// The paper's online loop (appendix B.1): the policy acts; every K rollouts a vision-language model judges pairs of frames
// out of the replay buffer; the reward network learns from its preferences; every reward is made anew; the policy improves
// by PPO. The same loop with the environment's own rewards, sparse or dense, is what it is compared with.
import { hash, hashText, Random } from '../../base/random';
import { drawPairs, type PairDrawing } from '../preference/pairDraws';
import { truePreferences, type PairJudge } from '../preference/pairJudge';
import { PreferenceBuffer, type PreferenceSettings } from '../preference/preferenceBuffer';
import { ReplayBuffer, type Rollout } from '../preference/replayBuffer';
import { REWARD_SETTINGS, RewardNetwork, type RewardSettings } from '../preference/rewardNetwork';
import { sharedOrder } from '../preference/bradleyTerry';
import { generalisedAdvantages, type AdvantageSettings } from './advantages';
import type { Environment } from './environment';
import { Ppo, PPO_SETTINGS, type PpoFigures, type PpoSettings } from './ppo';
import { RewardScale } from './rewardScale';
import { outcomeOf, playRollout, type Outcome } from './rollout';

/** What the policy is rewarded by at each step: the learnt reward, success alone, or true progress. */
export type RewardKind = 'preference' | 'sparse' | 'progress';

export interface PolicySettings {
  /** Rollouts in all. */
  iterations: number;
  /** Rollouts between two judgings: K. */
  judgeEvery: number;
  /** Pairs put to the judge at a time. */
  pairs: number;
  drawing: PairDrawing;
  preferences: PreferenceSettings;
  /** Rollouts in the replay buffer. */
  replayed: number;
  /**
   * What an action is given: the reward of the state it leads to, or how much that is above the reward of the state it was
   * taken in. A gain says at once whether the action helped, and over an episode adds up to what the last state is worth.
   */
  rewarded: 'state' | 'gain';
  reward: RewardSettings;
  /** Minibatches the reward network is trained by after each judging. */
  rewardSteps: number;
  ppo: PpoSettings;
  advantages: AdvantageSettings;
  /** Rollouts between two of likeliest actions, which are only watched and not counted as steps; 0 for none. */
  evaluateEvery: number;
}

// Measured on a block that is to reach another at a random place, by true progress (64 px, 16 × 40 steps, rollouts 20, 25
// and 30 of one seed): of the episodes 0.52 end in success by gains with γ = λ = 0.9, 0.15 with γ = 0.97 and λ = 0.95, and
// 0.06 by states, which is no more than untrained.
export const POLICY_SETTINGS: PolicySettings = {
  iterations: 30,
  judgeEvery: 2,
  pairs: 64,
  drawing: { gap: 4, across: 0.5, recent: 4 },
  preferences: { capacity: 2048, labels: 'hard', undecided: 'leave out' },
  replayed: 8,
  rewarded: 'gain',
  reward: REWARD_SETTINGS,
  rewardSteps: 20,
  ppo: PPO_SETTINGS,
  advantages: { discount: 0.9, trace: 0.9 },
  evaluateEvery: 0,
};

/** Shares of pairs; null where there are none to count. */
export interface JudgingFigures {
  pairs: number;
  /** Pairs whose verdict was taken in. */
  kept: number;
  /** The share whose two orders came to the same answer. */
  consistency: number;
  /** Of pairs that true progress tells apart, the share that the judge orders like it. */
  judgeAgreement: number | null;
  /** The same of the reward network once it has learnt from the verdicts. */
  rewardTruth: number | null;
  /** Of pairs kept, the share that the network orders like the judge: before it learnt from them, and after. */
  rewardForesight: number | null;
  rewardAgreement: number | null;
  /** Mean loss by (2) in nats while it learnt; null where D is empty. */
  loss: number | null;
}

export interface PolicyProgress extends Outcome {
  /** Rollouts so far, this one included. */
  iteration: number;
  /** Steps of all environments together. */
  environmentSteps: number;
  /** What the actions were given over an episode, before scaling. */
  meanReturn: number;
  /** In the preference buffer. */
  preferences: number;
  /** Put to the judge in all. */
  judged: number;
  /** Null where nothing was judged in this iteration. */
  judging: JudgingFigures | null;
  ppo: PpoFigures;
  /** Of a rollout of the likeliest actions after this iteration; null where none was due. */
  greedy: Outcome | null;
}

export interface PolicyTraining {
  environment: Environment;
  reward: RewardKind;
  /** Needed where the reward is 'preference'. */
  judge?: PairJudge | null;
  seed: number;
  settings?: PolicySettings;
  cancelled?: () => boolean;
  /** Called after each iteration with what was learnt so far, which is only lent. */
  visit?: (learnt: { policy: Ppo; reward: RewardNetwork | null }) => void | Promise<void>;
}

/**
 * Trains a policy and yields once for each rollout. All draws come from the seed, so that the same training gives the same
 * numbers. What it holds on the backend is given back when it ends, is cancelled or is left.
 * @throws Error where a learnt reward is asked for without a judge
 */
export async function* trainPolicy(training: PolicyTraining): AsyncGenerator<PolicyProgress, void> {
  const { environment, seed, settings = POLICY_SETTINGS, cancelled = () => false } = training;
  const policy = new Ppo(environment, hash(seed, hashText('policy')), settings.ppo);
  let learner: Learner | null = null;
  try {
    if (training.reward === 'preference') learner = new Learner(training, settings);
    const scale = new RewardScale(settings.advantages.discount);
    let observation = await environment.reset();
    for (let iteration = 1; iteration <= settings.iterations && !cancelled(); iteration++) {
      const played = await playRollout(environment, policy, observation, { cancelled });
      if (played === null) return;
      const { rollout } = played;
      observation = played.next;
      const judging = learner === null ? null : await learner.learn(rollout, iteration);
      const states = learner === null ? rewardsOf(rollout, training.reward) : learner.rewards();
      const rewards = actionRewards(states, rollout.count, settings.rewarded);
      const ppo = await improve(policy, rollout, rewards, scale, settings);
      await training.visit?.({ policy, reward: learner?.network ?? null });
      let greedy: Outcome | null = null;
      if (settings.evaluateEvery > 0 && iteration % settings.evaluateEvery === 0) {
        const watched = await playRollout(environment, policy, observation, { greedy: true, cancelled });
        if (watched === null) return;
        observation = watched.next;
        greedy = outcomeOf(watched.rollout);
      }
      yield {
        iteration,
        environmentSteps: iteration * rollout.steps * rollout.count,
        ...outcomeOf(rollout),
        meanReturn: rewards.reduce((sum, r) => sum + r, 0) / rollout.count,
        preferences: learner?.preferences.size ?? 0,
        judged: learner?.judged ?? 0,
        judging,
        ppo,
        greedy,
      };
    }
  } finally {
    policy.dispose();
    learner?.network.dispose();
  }
}

/** [T + 1, N] of the environment's own kinds. */
function rewardsOf({ succeeded, progress }: Rollout, kind: RewardKind): Float32Array {
  return kind === 'sparse' ? Float32Array.from(succeeded) : progress;
}

/**
 * @param states [T + 1, N] rewards of observations; NaN where it is not known
 * @returns [T, N] what each action is given; 0 for a gain over what is not known
 */
export function actionRewards(
  states: Float32Array,
  count: number,
  rewarded: PolicySettings['rewarded'],
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: states.length - count }, (_, i) => {
    const after = states[i + count] as number;
    if (rewarded === 'state') return after;
    const before = states[i] as number;
    return Number.isNaN(before) ? 0 : after - before;
  });
}

function improve(
  policy: Ppo,
  rollout: Rollout,
  rewards: Float32Array,
  scale: RewardScale,
  settings: PolicySettings,
): Promise<PpoFigures> {
  scale.see(rewards);
  const { count, values } = rollout;
  const gained = generalisedAdvantages(scale.apply(rewards), values, count, settings.advantages);
  const acted = rollout.actions.length;
  const share = acted / (acted + count);
  return policy.update({
    ...rollout,
    frames: rollout.frames.subarray(0, rollout.frames.length * share),
    ...gained,
  });
}

/** The reward network with its two buffers and its judge. */
class Learner {
  readonly network: RewardNetwork;
  readonly preferences: PreferenceBuffer;
  judged = 0;
  readonly #replay: ReplayBuffer;
  readonly #judge: PairJudge;
  readonly #seed: number;
  readonly #settings: PolicySettings;

  constructor({ environment, judge, seed }: PolicyTraining, settings: PolicySettings) {
    if (!judge) throw new Error('A reward learnt from preferences needs a judge.');
    const { count, horizon, size, proprioception } = environment;
    this.#judge = judge;
    this.#seed = seed;
    this.#settings = settings;
    this.#replay = new ReplayBuffer({ rollouts: settings.replayed, steps: horizon + 1, count, size, proprioception });
    this.preferences = new PreferenceBuffer(settings.preferences);
    this.network = new RewardNetwork(size, hash(seed, hashText('reward')), settings.reward);
  }

  /** Takes a rollout in; at every K-th one has pairs judged, learns from them and relabels everything. */
  async learn(rollout: Rollout, iteration: number): Promise<JudgingFigures | null> {
    const replay = this.#replay;
    replay.add(rollout);
    this.preferences.forget(replay.oldest);
    // The first rollout too: before any preference there is no reward.
    if ((iteration - 1) % this.#settings.judgeEvery !== 0) {
      replay.relabel(this.network.normalised(await this.network.score(rollout.frames)));
      return null;
    }
    const figures = await this.#judgePairs(iteration);
    await this.network.relabel(replay);
    return figures;
  }

  /** [T + 1, N] of the newest rollout. */
  rewards(): Float32Array {
    return this.#replay.newestRewards();
  }

  async #judgePairs(iteration: number): Promise<JudgingFigures> {
    const { pairs: count, drawing, rewardSteps } = this.#settings;
    const [replay, network] = [this.#replay, this.network];
    const random = new Random(this.#seed, hashText('pairs'), iteration);
    const pairs = drawPairs(replay, count, random, drawing);
    const { secondCloser, agrees } = await this.#judge(replay.framesOf(pairs.flat()));
    this.judged += count;
    let kept = 0;
    pairs.forEach(([first, second], i) => {
      const verdict = { first, second, secondCloser: secondCloser[i] as number, agrees: agrees[i] === 1 };
      if (this.preferences.addVerdict(verdict)) kept++;
    });
    const taken = this.preferences.pairs.slice(this.preferences.size - Math.min(kept, this.preferences.size));
    const truth = truePreferences(pairs, (number) => replay.at(number).progress);
    const rewardForesight = await network.agreement(taken, replay);
    const trained = await network.train(this.preferences, replay, rewardSteps);
    return {
      pairs: count,
      kept,
      consistency: agrees.reduce((sum, both) => sum + both, 0) / count,
      // As scores of the two: the judge prefers whichever it gives the larger share.
      judgeAgreement: sharedOrder(
        truth.flatMap(({ index }) => [1 - (secondCloser[index] as number), secondCloser[index] as number]),
        truth.map(({ y }) => y),
      ),
      rewardTruth: await network.agreement(truth, replay),
      rewardForesight,
      rewardAgreement: await network.agreement(taken, replay),
      loss: trained?.loss ?? null,
    };
  }
}
