// The words of a sample, after the paper's Figure 2. The instruction line tells the model which kind of answer is
// wanted; the target of a tag sample is the last line of a CoT sample's target.

export type SampleKind = 'cot' | 'tag';
export type AnswerName = 'img1' | 'img2';

const DECIDE = '- Decide which image is closer to completion\n- Output in the specified format\n';

const INSTRUCTIONS: Record<SampleKind, string> = {
  cot: `Instructions:\n- Describe img1 and img2 spatial details\n${DECIDE}`,
  tag: `Instructions:\n${DECIDE}`,
};

/** The user's turn after the two images. */
export function userText(task: string, kind: SampleKind): string {
  return `Task: ${task}\n${INSTRUCTIONS[kind]}`;
}

/** What stands before the judgement in the target. */
export const BEFORE_JUDGEMENT = 'Closer to completion: ';

export function detailsText(first: string, second: string): string {
  return `Spatial details:\n- img1: ${first}\n- img2: ${second}\n`;
}

/** The whole target. @param details one line for each image, for CoT samples; null for tag samples */
export function targetText(details: readonly [string, string] | null, answer: AnswerName): string {
  return `${details ? detailsText(details[0], details[1]) : ''}${BEFORE_JUDGEMENT}${answer}`;
}

/** What a written target says. */
export interface ReadAnswer {
  /** Null where no answer stands at its end. */
  answer: AnswerName | null;
  /** Whether a line on each image comes before it. */
  described: boolean;
}

export function readAnswer(text: string): ReadAnswer {
  const found = /Closer to completion: (img[12])\s*$/.exec(text.trim());
  const described = /Spatial details:\n- img1: .+\n- img2: .+\n/.test(text);
  return { answer: found ? (found[1] as AnswerName) : null, described };
}
