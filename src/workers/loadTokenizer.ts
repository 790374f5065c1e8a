// The tokenizer that comes with the studio.
import { Tokenizer } from '../samples/tokenizer';
import * as m from '../words/messages';
import { pageBase } from './pageBase';

export async function loadTokenizer(): Promise<Tokenizer> {
  const load = async (name: string): Promise<unknown> => {
    const response = await fetch(new URL(`tokenizer/${name}`, pageBase()));
    if (!response.ok) throw new Error(m.engine_tokenizer_unloaded({ status: response.status }));
    return response.json();
  };
  const [tokenizer, config] = await Promise.all([load('tokenizer.json'), load('tokenizer_config.json')]);
  return new Tokenizer({ tokenizer, config });
}
