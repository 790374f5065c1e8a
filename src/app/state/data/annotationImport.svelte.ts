// Descriptions on their way in: a text, what it seems to be, and what taking it would do. Nothing is changed here.
import { matchLines, type Matched, readLines } from '../../../episodes/annotations/lines';
import {
  type Counting,
  guessCounting,
  looksSpoken,
  mappingInWords,
  picturesOf,
  readSpokenFrames,
  segmentsOf,
} from '../../../episodes/annotations/spokenFrames';
import type { Episode } from '../../../episodes/episode';
import * as m from '../../../words/messages';
import { whole } from '../../reading';

const largestFile = 64 * 2 ** 20;
/** Letters that the text field shows; a long file is read whole all the same. */
const shownLetters = 4000;

/** What taking the text would do. */
export interface Reading extends Omit<Matched, 'leftOut'> {
  /** Why nothing can be read; null when something can. */
  trouble: string | null;
  leftOut: string[];
  /** How the numbers of described pictures are meant; null for lines of stretches. */
  spoken: { counting: Counting; pictures: number; fewest: number; mapping: string } | null;
}

export class IncomingWords {
  #text = $state.raw('');
  #name = $state<string | null>(null);
  #trouble = $state<string | null>(null);
  #counting = $state<Counting | null>(null);
  #pictures = $state<number | null>(null);
  /** Whether what is described already stays beside what comes in, or goes. */
  how = $state<'keep' | 'replace'>('keep');

  get name(): string | null {
    return this.#name;
  }

  /** Why the file could not be read at all. */
  get trouble(): string | null {
    return this.#trouble;
  }

  get shownText(): string {
    return this.#text.slice(0, shownLetters);
  }

  forget(): void {
    this.paste('');
    this.how = 'keep';
  }

  paste(text: string): void {
    this.#text = text;
    this.#name = null;
    this.#trouble = null;
    this.#counting = null;
    this.#pictures = null;
  }

  async readFile(file: File): Promise<void> {
    this.paste('');
    if (file.size > largestFile) {
      this.#trouble = m.data_words_too_large({ name: file.name });
      return;
    }
    try {
      this.paste(await file.text());
      this.#name = file.name;
    } catch {
      this.#trouble = m.data_words_unreadable({ name: file.name });
    }
  }

  /** What the numbers of described pictures count. */
  count(counting: Counting): void {
    this.#counting = counting;
  }

  setPictures(count: number): void {
    if (Number.isInteger(count) && count > 0) this.#pictures = count;
  }

  /** @returns null while there is no text */
  reading(open: Episode, episodes: readonly Episode[]): Reading | null {
    if (this.#text.trim() === '') return null;
    return looksSpoken(this.#text) ? this.#spoken(open) : this.#lines(episodes);
  }

  #lines(episodes: readonly Episode[]): Reading {
    const { lines, leftOut } = readLines(this.#text);
    const matched = matchLines(lines, episodes, this.how);
    const reasons = [...leftOut, ...matched.leftOut].sort((a, b) => a.line - b.line);
    return {
      ...matched,
      trouble:
        lines.length === 0
          ? [m.data_words_no_line(), ...(reasons[0] ? [m.data_words_line(reasons[0])] : [])].join(' ')
          : null,
      leftOut: reasons.map((reason) => m.data_words_line(reason)),
      spoken: null,
    };
  }

  #spoken(open: Episode): Reading {
    try {
      const spoken = readSpokenFrames(this.#text);
      const fewest = picturesOf(spoken).count;
      const counting = this.#counting ?? guessCounting(spoken, open.frameCount);
      const pictures = Math.max(fewest, this.#pictures ?? fewest);
      const { segments, leftOut } = segmentsOf(spoken, counting, pictures, open.frameCount);
      const lines = segments.map((segment, i) => ({
        line: i + 1,
        episode: open.id,
        frames: segment,
        seconds: null,
        text: segment.text,
        progress: segment.progress ?? null,
      }));
      const reasons = [];
      if (spoken.leftOut > 0) {
        reasons.push(m.data_words_entries_out({ count: whole(spoken.leftOut) }));
      }
      if (leftOut > 0) reasons.push(m.data_words_pictures_out({ count: whole(leftOut) }));
      return {
        ...matchLines(lines, [open], this.how),
        trouble: null,
        leftOut: reasons,
        spoken: { counting, pictures, fewest, mapping: mappingInWords(spoken, counting, pictures, open.frameCount) },
      };
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      return { trouble, changes: [], added: 0, known: 0, replaced: 0, leftOut: [], spoken: null };
    }
  }
}
