// Which trained models come with this copy of the studio, and their cards. Asked of the server once, by name alone; where
// it cannot be reached those count as there that every copy is meant to have.
import { parseModelCard, type ModelCard } from '../../evaluation/modelCard';
import { SHIPPED_MODELS } from '../../training/recipe';
import * as m from '../../words/messages';
import type { CureName, ShippedName } from '../../workers/gpuApi';

const USUAL: readonly ShippedName[] = ['biased', 'cured', 'guard', 'coach'];

export class ShippedModels {
  #names = $state.raw<readonly ShippedName[]>(USUAL);
  #asked: Promise<void> | null = null;
  readonly #cards: Partial<Record<ShippedName, Promise<ModelCard | null>>> = {};

  /** In the order of the cure, then the guard and the coach. */
  get names(): readonly ShippedName[] {
    return this.#names;
  }

  /** Those that show the cure, in its order. */
  get ofTheCure(): readonly CureName[] {
    return this.#names.filter((name) => name !== 'guard' && name !== 'coach');
  }

  /** Settles when it is known which there are. */
  look(): Promise<void> {
    this.#asked ??= this.#look();
    return this.#asked;
  }

  /**
   * What is written about a model; null where nothing is. Read when asked for, and once.
   * @throws Error in words where the network or the card is broken
   */
  card(name: ShippedName): Promise<ModelCard | null> {
    const card = (this.#cards[name] ??= readCard(name));
    card.catch(() => delete this.#cards[name]);
    return card;
  }

  async #look(): Promise<void> {
    const found = await Promise.all(SHIPPED_MODELS.map(async (name) => ((await isThere(name)) ? [name] : [])));
    this.#names = found.flat();
  }
}

async function isThere(name: ShippedName): Promise<boolean> {
  try {
    const response = await fetch(`models/${name}.safetensors`, { method: 'HEAD' });
    return isFile(response);
  } catch {
    return USUAL.includes(name);
  }
}

async function readCard(name: ShippedName): Promise<ModelCard | null> {
  const response = await fetch(`models/${name}.json`);
  if (response.status === 404 || (response.ok && !isFile(response))) return null;
  if (!response.ok) throw new Error(m.page_card_unloaded({ status: response.status }));
  return parseModelCard(await response.json());
}

/** Some servers answer every address with the page. */
function isFile(response: Response): boolean {
  return response.ok && !(response.headers.get('content-type') ?? '').includes('text/html');
}
