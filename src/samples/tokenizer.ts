// The text side of the model: a byte-level BPE read by @huggingface/tokenizers from public/tokenizer/tokenizer.json.
// Every byte encodes, so any task sentence does. Special tokens are set by our own code alone: text that happens to
// contain the name of one is encoded letter by letter.
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { hashText } from '../base/random';

/** Names as in SmolVLM's tokenizer. */
export const SPECIAL = {
  padding: '<|im_end|>',
  start: '<|im_start|>',
  end: '<end_of_utterance>',
  fake: '<fake_token_around_image>',
  image: '<image>',
  global: '<global-img>',
} as const;

/** The two answers are one token each, wherever they stand. */
export const ANSWERS = ['img1', 'img2'] as const;

export interface TokenizerFiles {
  tokenizer: unknown;
  config: unknown;
}

export class Tokenizer {
  readonly special: Record<keyof typeof SPECIAL, number>;
  readonly img1: number;
  readonly img2: number;
  readonly vocabularySize: number;
  /** Hash of the vocabulary, kept in every checkpoint. */
  readonly hash: string;
  readonly #inner: HuggingFaceTokenizer;
  readonly #specialIds: Set<number>;

  constructor(files: TokenizerFiles) {
    this.#inner = new HuggingFaceTokenizer(files.tokenizer as object, files.config as object);
    const id = (token: string) => {
      const found = this.#inner.token_to_id(token);
      if (found === undefined) throw new Error(`The tokenizer lacks the token ${token}.`);
      return found;
    };
    this.special = {
      padding: id(SPECIAL.padding),
      start: id(SPECIAL.start),
      end: id(SPECIAL.end),
      fake: id(SPECIAL.fake),
      image: id(SPECIAL.image),
      global: id(SPECIAL.global),
    };
    this.img1 = id(ANSWERS[0]);
    this.img2 = id(ANSWERS[1]);
    this.#specialIds = new Set(Object.values(this.special));
    const vocabulary = [...this.#inner.get_vocab(true)].sort((a, b) => a[1] - b[1]);
    this.vocabularySize = (vocabulary.at(-1)?.[1] ?? -1) + 1;
    this.hash = hashText(vocabulary.map(([token]) => token).join('\n'))
      .toString(16)
      .padStart(8, '0');
  }

  /** Token ids of plain text; never a special token. */
  encode(text: string): number[] {
    // Cutting the name of a special token in two keeps it text, and decoding joins it again.
    const pieces = text.split(/(?<=<)(?=\||im|end|fake|image|global)/);
    return pieces.flatMap((piece) =>
      piece === '' ? [] : Array.from(this.#inner.encode(piece, { add_special_tokens: false }).ids),
    );
  }

  /** Text of token ids, special tokens left out. */
  decode(ids: readonly number[]): string {
    const plain = ids.filter((id) => !this.#specialIds.has(id));
    return plain.length === 0
      ? ''
      : this.#inner.decode(plain, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  /** How one token is shown in the sample browser. */
  show(id: number): string {
    return this.#specialIds.has(id) ? (this.#inner.id_to_token(id) ?? '') : this.decode([id]);
  }

  /** The ids that the model and its callers need by name. */
  get tokenIds() {
    const { start, end, padding, image } = this.special;
    return { img1: this.img1, img2: this.img2, start, end, padding, image };
  }

  isSpecial(id: number): boolean {
    return this.#specialIds.has(id);
  }
}
