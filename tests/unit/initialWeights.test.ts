import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readCheckpointFile } from '../../src/checkpoints/importFile';
import { modelConfig, type Head } from '../../src/model/config';
import { adopt, arrange, initialParameters, parameterTable } from '../../src/model/parameters';
import { PRESETS } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import type { DatasetFacts } from '../../src/workers/batchApi';
import { firstState, type Runs } from '../../src/workers/firstState';

const file = new Uint8Array(readFileSync('public/models/biased.safetensors'));

// Element by element `toEqual` takes a second for each model.
const sameBits = (a: Float32Array, b: Float32Array) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

async function tableFor(head: Head) {
  const { manifest } = await readCheckpointFile(file);
  const { vocab_size } = (manifest.modelConfig as ReturnType<typeof modelConfig>).text_config;
  return parameterTable(modelConfig('nano', vocab_size, { image: 4, start: 1, end: 2, padding: 0 }, head));
}

describe('the weights a run starts from', () => {
  it.each(['language', 'classifier', 'antisymmetric'] as const)(
    'are the shipped ones but for the classes of a %s head',
    async (head) => {
      const { manifest, parts } = await readCheckpointFile(file);
      const table = await tableFor(head);
      const flat = adopt(parts.parameters, manifest.parameters, table, 11);
      const fresh = initialParameters(table, 11);
      let offset = 0;
      for (const { name, shape } of manifest.parameters) {
        const size = shape.reduce((a, b) => a * b, 1);
        const place = table.parameters.find((p) => p.name === name)?.offset ?? NaN;
        expect(sameBits(flat.slice(place, place + size), parts.parameters.slice(offset, offset + size))).toBe(true);
        offset += size;
      }
      const own = table.parameters.filter(({ name }) => name.startsWith('classifier.'));
      expect(own).toHaveLength({ language: 0, classifier: 2, antisymmetric: 1 }[head]);
      for (const { offset: at, size } of own) expect(flat.slice(at, at + size)).toEqual(fresh.slice(at, at + size));
      if (head !== 'language') expect(() => arrange(parts.parameters, manifest.parameters, table)).toThrow('weights');
    },
  );

  it('drop a head that the run does not have, and refuse any other difference', async () => {
    const [language, classifier] = [await tableFor('language'), await tableFor('classifier')];
    const flat = initialParameters(classifier, 3);
    const adopted = adopt(flat, classifier.parameters, language, 4);
    expect(sameBits(adopted, initialParameters(language, 3))).toBe(true);
    const renamed = language.parameters.map((p, i) => (i === 5 ? { ...p, name: 'other' } : p));
    expect(() => adopt(initialParameters(language, 3), renamed, language, 4)).toThrow('weights');
    const last = language.parameters.at(-1);
    const lacking = initialParameters(language, 3).slice(0, last?.offset);
    expect(() => adopt(lacking, language.parameters.slice(0, -1), language, 4)).toThrow('weights');
  });
});

const noRuns = () => Promise.reject(new Error('no run was asked for'));

describe('a recipe that starts from a stage of another run', () => {
  const initial = { run: 'ablation/cot-tag-2', stage: 'cot' };
  const recipe: Recipe = { ...structuredClone(PRESETS.smoke), initial, head: 'classifier', seed: 11 };

  it('takes the newest run of that name which has the stage, and says in words what is missing', async () => {
    const table = await tableFor('classifier');
    const { manifest, parts } = await readCheckpointFile(file);
    const record = (id: string, name: string, createdAt: string) => ({ id, name, createdAt });
    const runs = [
      record('old', initial.run, '2026-01-01'),
      record('new', initial.run, '2026-02-01'),
      record('x', 'x', ''),
    ];
    const stages: Record<string, string[]> = { old: ['bias', 'cot'], new: ['bias', 'cot'], x: ['cot'] };
    const store = {
      runs: () => Promise.resolve(runs),
      list: (id: string) => Promise.resolve((stages[id] ?? []).map((name) => ({ id: `${id} ${name}`, name }))),
      load: vi.fn(() => Promise.resolve({ manifest: { ...manifest, recipe: PRESETS.smoke }, parts })),
    };
    const from = (change: Partial<Recipe> = {}) =>
      firstState({ ...recipe, ...change }, manifest, table, () => Promise.resolve(store as unknown as Runs));
    const state = await from();
    expect(store.load).toHaveBeenCalledWith('new', 'new cot');
    expect(sameBits(state.parameters, adopt(parts.parameters, manifest.parameters, table, 11))).toBe(true);
    stages['new'] = ['bias'];
    await from();
    expect(store.load).toHaveBeenLastCalledWith('old', 'old cot');
    await expect(from({ model: 'micro' })).rejects.toThrow('Choose the size nano');
    await expect(from({ initial: { ...initial, stage: 'tag' } })).rejects.toThrow('has no stage "tag" yet');
    await expect(from({ initial: { run: 'y', stage: 'cot' } })).rejects.toThrow('there is no run called "y" here');
  });
});

describe('a recipe that starts from a shipped model', () => {
  afterEach(() => vi.unstubAllGlobals());

  const recipe = (change: Partial<Recipe>): Recipe => ({ ...structuredClone(PRESETS.smoke), ...change });

  it('takes it, and says in words where it is not there or does not fit', async () => {
    const table = await tableFor('antisymmetric');
    const { manifest, parts } = await readCheckpointFile(file);
    const facts = { tokenizerHash: manifest.tokenizerHash } as DatasetFacts;
    vi.stubGlobal('self', { location: { href: 'http://localhost/worker.js' } });
    vi.stubGlobal('fetch', (url: URL) =>
      Promise.resolve(
        url.pathname.endsWith('models/biased.safetensors') ? new Response(file) : new Response('', { status: 404 }),
      ),
    );
    const head = 'antisymmetric';
    const state = await firstState(recipe({ initial: 'biased', head, seed: 11 }), facts, table, noRuns);
    expect(sameBits(state.parameters, adopt(parts.parameters, manifest.parameters, table, 11))).toBe(true);
    expect(state.moment1.every((value) => value === 0)).toBe(true);
    await expect(firstState(recipe({ initial: 'cot', head }), facts, table, noRuns)).rejects.toThrow(
      'The model after its CoT stage does not come with this copy of Palindrome.',
    );
    const micro = recipe({ initial: 'biased', model: 'micro' });
    await expect(firstState(micro, facts, table, noRuns)).rejects.toThrow('it is a nano model');
    const other = { tokenizerHash: 'another' } as DatasetFacts;
    await expect(firstState(recipe({ initial: 'biased' }), other, table, noRuns)).rejects.toThrow('another tokenizer');
  });
});
