// Steps that take both hands at once, or one hand in the same way: they come, take hold, and change a channel together.
import type { Choreography } from './choreography';
import { ARMS } from './scene';
import type { Arm, Vec3 } from './scene';
import type { Step } from './template';
import { distance, plus } from './tracks';

interface HandsMove {
  channel: string;
  from: number;
  to: number;
  /** Where the grippers that do it go meanwhile, over [0, 1]. */
  paths: Readonly<Partial<Record<Arm, (s: number) => Vec3>>>;
  seconds: number;
  weight?: number;
  /** The grippers close around it instead of pushing it with closed fingers. */
  holds?: boolean;
  /** Where the grippers go after it: aside unless given. */
  then?: 'stay' | 'rise';
}

/** Seconds by which the arm that is free earlier starts to come. */
const HEAD_START = 1;

/** Both arms, or one, take hold and change a channel; undone along the same way back. */
export function withHands(name: string, object: string, move: HandsMove): Step {
  const { from, to, paths, weight = 1 } = move;
  const back: HandsMove = {
    ...move,
    from: to,
    to: from,
    weight: -weight,
    paths: Object.fromEntries(
      ARMS.flatMap((arm) => {
        const path = paths[arm];
        return path === undefined ? [] : [[arm, (s: number) => path(1 - s)]];
      }),
    ),
  };
  return { name, act: (play) => lead(play, object, move), undo: (play) => lead(play, object, back) };
}

function lead(play: Choreography, object: string, move: HandsMove): void {
  const { channel, from, to, paths, seconds, weight = 1, holds = true, then } = move;
  const hands = ARMS.flatMap((arm) => {
    const path = paths[arm];
    return path === undefined ? [] : [{ arm, path }];
  });
  const together = () => {
    if (hands.length > 1) play.together();
  };
  play.used.operate++;
  const reach = (s: number) => {
    if (hands.every(({ arm, path }) => distance(play.last(arm), path(s)) < 0.01)) return;
    const soonest = Math.max(...hands.map(({ arm }) => play.now(arm))) - HEAD_START;
    for (const { arm, path } of hands) {
      play.waitUntil(arm, soonest);
      if (!holds) play.close(arm);
      play.move(arm, plus(path(s), [0, 0.09, 0]), { speed: 0.3 });
    }
    together();
    for (const { arm, path } of hands) {
      play.move(arm, path(s), { seconds: 0.45 });
      if (!holds) continue;
      play.close(arm, 0.04);
      play.hold(arm, object);
    }
  };
  const stroke = (a: number, b: number) => {
    together();
    hands.forEach(({ arm, path }, i) => {
      if (i === 0) play.change(arm, object, channel, from + (to - from) * b, seconds * (b - a), weight * (b - a));
      play.follow(arm, seconds * (b - a), (s) => path(a + (b - a) * s));
      if (!holds) return;
      play.hold(arm, null);
      play.open(arm);
    });
  };
  reach(0);
  let end = 1;
  if (play.planned === 'slip' || play.planned === 'stopped') {
    const part = play.random.between(0.3, 0.6);
    play.over = play.planned === 'stopped';
    play.planned = null;
    stroke(0, part);
    if (play.over) end = part;
    else {
      for (const { arm, path } of hands) play.move(arm, plus(path(part), [0, 0.09, 0]), { seconds: 0.4 });
      const pause = play.random.between(0.4, 1);
      for (const { arm } of hands) play.wait(arm, pause);
      reach(part);
      stroke(part, 1);
    }
  } else stroke(0, 1);
  for (const { arm, path } of hands) {
    play.claim(arm);
    if (then === 'stay' && !play.over) continue;
    play.move(arm, plus(path(end), [0, 0.11, 0]), { seconds: 0.4 });
    if (then !== 'rise' || play.over) play.aside(arm);
  }
}
