// Which words of a task sentence a model has ever read: of any other it knows the letters and not the meaning.
import { userText } from './prompt';

/** The words of a sentence as they are written in it; what stands around one, quotation marks say, is no part of it. */
function wordsOf(sentence: string): string[] {
  return sentence.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu) ?? [];
}

/** The words that were read in training on these tasks, in small letters; those of the prompt are among them. */
export function wordsRead(tasks: Iterable<string>): string[] {
  const sentences = [...new Set(tasks), userText('', 'cot')];
  return [...new Set(sentences.flatMap(wordsOf).map((word) => word.toLowerCase()))].sort();
}

/** The words of a task that were never read, each once, as the task writes them. */
export function wordsUnread(task: string, read: readonly string[]): string[] {
  const unread = wordsOf(task).filter((word) => !read.includes(word.toLowerCase()));
  return unread.filter((word, i) => unread.findIndex((one) => one.toLowerCase() === word.toLowerCase()) === i);
}
