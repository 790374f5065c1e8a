// The trainings of a trial, one after the other, and how far they are.
import type { RewardKind } from '../../../reward/policy/trainPolicy';
import type { PolicyNews } from '../../../workers/policyApi';
import { plan, secondsFor, type Trial } from './lessons';

/** How far a trial is. */
export interface Stage {
  /** Which of the trainings, from 0 on. */
  lesson: number;
  kind: RewardKind;
  seed: number;
  /** Rollouts that this training has had. */
  rollout: number;
  /** Of all trainings. */
  share: number;
  /** Null as long as nobody can know. */
  secondsLeft: number | null;
}

export interface Running {
  /** False where it was cancelled. */
  train: (kind: RewardKind, seed: number, onNews: (news: PolicyNews) => void) => Promise<boolean>;
  isCancelled: () => boolean;
  /** Called as each training begins, with null, and after each of its rollouts. */
  tell: (stage: Stage, news: PolicyNews | null) => void;
  /** In milliseconds. */
  now?: () => number;
}

/** @returns whether all were trained */
export async function runTrial(
  trial: Pick<Trial, 'kinds' | 'seeds' | 'rollouts'>,
  { train, isCancelled, tell, now = () => performance.now() }: Running,
): Promise<boolean> {
  const { rollouts } = trial;
  const all = plan(trial);
  const pace = new Map<RewardKind, number>();
  for (const [lesson, { kind, seed }] of all.entries()) {
    if (isCancelled()) return false;
    const began = now();
    const stage = (rollout: number): Stage => {
      const left = all
        .slice(lesson)
        .map((one, i) => ({ kind: one.kind, rollouts: rollouts - (i === 0 ? rollout : 0) }));
      const share = (lesson * rollouts + rollout) / (all.length * rollouts);
      return { lesson, kind, seed, rollout, share, secondsLeft: secondsFor(left, pace) };
    };
    tell(stage(0), null);
    const isDone = await train(kind, seed, (news) => {
      pace.set(kind, (now() - began) / 1000 / news.iteration);
      tell(stage(news.iteration), news);
    });
    if (!isDone) return false;
  }
  return true;
}
