// Trains the tokenizer: byte-level BPE in two rounds over the project's own sentences. Round one merges inside words;
// round two goes on across spaces within a line (Liu et al. 2025, SuperBPE), so that the fixed lines of a prompt and the
// stock phrases of the descriptions cost one token or two. Fewer tokens a sample is time saved at every training step.
import { Random } from '../src/base/random';
import { allSentences } from '../src/samples/spatialDetails';
import { detailsText, targetText, userText } from '../src/samples/prompt';
import { ANSWERS, SPECIAL } from '../src/samples/tokenizer';

const VOCABULARY = 1024;
/** Merges of round one; the rest may cross spaces. */
const WORD_MERGES = 470;
const PAIRS = 6000;

interface Piece {
  tokens: string[];
  count: number;
}

/** The byte-to-letter table of GPT-2, by which bytes are written in tokenizer.json. */
function byteLetters(): string[] {
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCharCode(printable(b) ? b : next++));
}

function corpus(): Map<string, number> {
  const { tasks, details } = allSentences();
  const random = new Random(20_26);
  const lines = new Map<string, number>();
  const add = (text: string) => {
    for (const part of text.split(new RegExp(`(${ANSWERS.join('|')})`))) {
      if ((ANSWERS as readonly string[]).includes(part)) continue;
      for (const line of part.match(/[^\n]*\n|[^\n]+/g) ?? []) lines.set(line, (lines.get(line) ?? 0) + 1);
    }
  };
  for (let i = 0; i < PAIRS; i++) {
    const kind = i % 2 === 0 ? 'cot' : 'tag';
    add(userText(random.pick(tasks), kind));
    const pair: [string, string] = [random.pick(details), random.pick(details)];
    add(kind === 'cot' ? detailsText(...pair) + targetText(null, 'img1') : targetText(null, 'img2'));
  }
  return lines;
}

function pieces(lines: Map<string, number>, pattern: RegExp): Piece[] {
  const letters = byteLetters();
  const encoder = new TextEncoder();
  const found = new Map<string, number>();
  for (const [line, count] of lines) {
    for (const piece of line.match(pattern) ?? []) found.set(piece, (found.get(piece) ?? 0) + count);
  }
  return [...found].map(([text, count]) => ({
    tokens: Array.from(encoder.encode(text), (b) => letters[b] as string),
    count,
  }));
}

function applyMerge(piece: Piece, left: string, right: string): void {
  const merged: string[] = [];
  for (let i = 0; i < piece.tokens.length; i++) {
    if (piece.tokens[i] === left && piece.tokens[i + 1] === right) {
      merged.push(left + right);
      i++;
    } else merged.push(piece.tokens[i] as string);
  }
  piece.tokens = merged;
}

/** Adds `count` merges learnt on `learnFrom`. Ties go to the pair that sorts first, so that the result is repeatable. */
function learn(learnFrom: Piece[], merges: [string, string][], count: number): void {
  for (let n = 0; n < count; n++) {
    const pairs = new Map<string, number>();
    for (const { tokens, count: weight } of learnFrom) {
      for (let i = 0; i + 1 < tokens.length; i++) {
        const key = `${tokens[i]} ${tokens[i + 1]}`;
        pairs.set(key, (pairs.get(key) ?? 0) + weight);
      }
    }
    let best: [string, number] | null = null;
    for (const [key, weight] of pairs) {
      if (!best || weight > best[1] || (weight === best[1] && key < best[0])) best = [key, weight];
    }
    if (!best || best[1] < 2) return;
    const [left, right] = best[0].split(' ') as [string, string];
    merges.push([left, right]);
    for (const piece of learnFrom) applyMerge(piece, left, right);
  }
}

export function trainTokenizer() {
  const lines = corpus();
  const merges: [string, string][] = [];
  learn(pieces(lines, / ?[^\s]+|\s/g), merges, WORD_MERGES);
  const whole = pieces(lines, /[^]+/g);
  for (const [left, right] of merges) for (const piece of whole) applyMerge(piece, left, right);
  const special = Object.values(SPECIAL);
  learn(whole, merges, VOCABULARY - special.length - ANSWERS.length - 256 - merges.length);

  const tokens = [...special, ...ANSWERS, ...byteLetters(), ...merges.map(([a, b]) => a + b)];
  const vocabulary = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
  const added = [...special, ...ANSWERS].map((content) => ({
    id: vocabulary[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: (special as string[]).includes(content),
  }));
  return {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: '[^\\n]*\\n|[^\\n]+' }, behavior: 'Isolated', invert: true },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
        ],
      },
      post_processor: null,
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: false },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: vocabulary,
        merges,
      },
    },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: SPECIAL.start,
      eos_token: SPECIAL.end,
      pad_token: SPECIAL.padding,
      additional_special_tokens: [SPECIAL.fake, SPECIAL.image, SPECIAL.global],
      clean_up_tokenization_spaces: false,
      model_max_length: 1024,
    },
  };
}
