// Predict before reveal: for each pair the class says which picture is closer to done, sees the answer, says what the model
// will answer once the pictures have changed places, and sees that too. What was guessed right is counted.

export type Place = 'img1' | 'img2';

/** What the class is asked: which picture, then what the model will say after the swap, then nothing more. */
export type Asking = 'picture' | 'swap' | 'nothing';

export interface Guesses {
  readonly asking: Asking;
  /** Whether the class was right about the picture, as it stood when it was guessed; null without a guess. */
  readonly picture: boolean | null;
  /** Whether it foresaw what the model said after the swap. */
  readonly swap: boolean | null;
}

/** Guesses that were right, of those that were made. */
export interface Score {
  readonly asked: number;
  readonly right: number;
}

export interface Scores {
  /** The class about the pictures, and about what the model will say. */
  readonly picture: Score;
  readonly swap: Score;
  /** The model about the same pictures. */
  readonly model: Score;
}

/** The models that can be asked; each has tallies of its own. */
export const ASKED_MODELS = ['biased', 'cot', 'cured', 'taught'] as const;
export type AskedModel = (typeof ASKED_MODELS)[number];
export type Tallies = Readonly<Partial<Record<AskedModel, Scores>>>;

export const noGuesses: Guesses = { asking: 'picture', picture: null, swap: null };

const none: Score = { asked: 0, right: 0 };
export const noScores: Scores = { picture: none, swap: none, model: none };

export function plus({ asked, right }: Score, isRight: boolean): Score {
  return { asked: asked + 1, right: right + (isRight ? 1 : 0) };
}

/** The class points at a picture. */
export function guessPicture(
  scores: Scores,
  guess: Place,
  truth: Place,
  model: Place | 'invalid',
): { guesses: Guesses; scores: Scores } {
  const picture = guess === truth;
  return {
    guesses: { asking: 'swap', picture, swap: null },
    scores: { ...scores, picture: plus(scores.picture, picture), model: plus(scores.model, model === truth) },
  };
}

/** The class says what the model will answer after the swap. */
export function guessSwap(
  { picture }: Guesses,
  scores: Scores,
  guess: Place,
  model: Place | 'invalid',
): { guesses: Guesses; scores: Scores } {
  const swap = guess === model;
  return { guesses: { asking: 'nothing', picture, swap }, scores: { ...scores, swap: plus(scores.swap, swap) } };
}

/** Shows what comes next without a guess; nothing is counted. */
export function withoutGuess(guesses: Guesses): Guesses {
  return { ...guesses, asking: guesses.asking === 'picture' ? 'swap' : 'nothing' };
}

/** Tallies that were kept; anything else counts from nothing. */
export function readTallies(value: unknown): Tallies {
  if (typeof value !== 'object' || value === null) return {};
  const kept = value as Partial<Record<string, unknown>>;
  return Object.fromEntries(ASKED_MODELS.filter((name) => name in kept).map((name) => [name, readScores(kept[name])]));
}

function readScores(value: unknown): Scores {
  const kept = value as Partial<Record<keyof Scores, Partial<Score>>> | null;
  const score = (of: keyof Scores): Score => {
    const { asked = 0, right = 0 } = (typeof kept === 'object' && kept?.[of]) || {};
    const isCount = (n: unknown): n is number => Number.isInteger(n) && Number(n) >= 0;
    return isCount(asked) && isCount(right) && right <= asked ? { asked, right } : none;
  };
  return { picture: score('picture'), swap: score('swap'), model: score('model') };
}
