import { readFileSync } from 'node:fs';
import { Tokenizer } from '../../src/samples/tokenizer';

/** The tokenizer that comes with the studio. */
export function shippedTokenizer(): Tokenizer {
  const read = (name: string): unknown => JSON.parse(readFileSync(`public/tokenizer/${name}`, 'utf8'));
  return new Tokenizer({ tokenizer: read('tokenizer.json'), config: read('tokenizer_config.json') });
}
