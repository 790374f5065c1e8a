// Many wordings of the question, for stages that are trained on a new one with every pair: a model that has met dozens of
// them may judge under one that it never met. None of the wordings kept for measuring (formats.ts) is among them, nor any
// of their cues. The answers stay img1 and img2: a model trained from nothing knows no word that it never had to write.
import type { Format } from './formats';

const TASKS = [
  (task: string) => `Task: ${task}\n`,
  (task: string) => `The task is this. ${task}\n`,
  (task: string) => `To be done: ${task}\n`,
  (task: string) => `${task} That is the plan.\n`,
  (task: string) => `Instruction for the arms: ${task}\n`,
] as const;

const QUESTIONS = [
  'Which image shows more progress?\n',
  'Pick the later state of the work.\n',
  'Choose the picture that is nearer to the goal.\n',
  'Compare the two pictures and say which is further along.\n',
  'One of them comes closer to what is wanted. Which one?\n',
  'Judge by what is already finished.\n',
] as const;

const DESCRIBE = ['Say where everything is.\n', 'First describe the pictures.\n', 'Look closely.\n'] as const;

const HEADINGS = [
  (first: string, second: string) => `What img1 shows: ${first}\nWhat img2 shows: ${second}\n`,
  (first: string, second: string) => `img1: ${first}.\nimg2: ${second}.\n`,
  (first: string, second: string) => `The first shows: ${first}. The second shows: ${second}.\n`,
] as const;

const CUES = [
  'More progress: ',
  'The later state is ',
  'Nearer to the goal: ',
  'Further along is ',
  'My choice: ',
  'Finished more in ',
  'So it must be ',
] as const;

/** How many wordings there are to draw from. */
export const VARIED = 64;

/** @param number from 0 up to `VARIED`; the parts go round at different speeds, so that each meets each */
export function variedFormat(number: number): Format {
  const part = <T>(parts: readonly T[], stride: number): T => parts[Math.floor(number / stride) % parts.length] as T;
  const [task, question, describe] = [part(TASKS, 1), part(QUESTIONS, 1), part(DESCRIBE, 1)];
  return {
    title: `trained wording ${number + 1}`,
    question: (words, kind) => `${task(words)}${kind === 'cot' ? describe : ''}${question}`,
    details: part(HEADINGS, 2),
    cue: part(CUES, 1),
    answers: ['img1', 'img2'],
  };
}
