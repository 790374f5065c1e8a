import { describe, expect, it } from 'vitest';
import type { ExportedManifest } from '../../src/checkpoints/manifest';
import { modelConfig } from '../../src/model/config';
import { parameterTable } from '../../src/model/parameters';
import { preset, PRESETS } from '../../src/training/presets';
import { acceptManifest, emptyLog } from '../../src/workers/runRecords';
import { shippedTokenizer } from './tokenizerFiles';

const tokenizer = shippedTokenizer();
const vocabulary = { hash: tokenizer.hash, size: tokenizer.vocabularySize, tokens: tokenizer.tokenIds };
const config = modelConfig('nano', vocabulary.size, vocabulary.tokens, 'language');

function manifest(changes: Partial<ExportedManifest> = {}): ExportedManifest {
  return {
    format: 1,
    runId: 'run',
    id: '1-1',
    sequence: 1,
    metricsWatermark: 0,
    name: null,
    step: 3,
    stage: 0,
    stepInStage: 3,
    dataPosition: 12,
    createdAt: '2026-01-01T00:00:00.000Z',
    parent: null,
    recipe: preset('smoke'),
    tokenizerHash: tokenizer.hash,
    modelConfig: config,
    parameters: parameterTable(config).parameters.map(({ name, shape }) => ({ name, shape })),
    fingerprint: { backend: 'wasm', adapter: '', browser: '' },
    trainerState: emptyLog('00000000'),
    probeLoss: null,
    reason: 'stop',
    metrics: null,
    pinned: false,
    ...changes,
  };
}

describe('an imported checkpoint', () => {
  it('of this studio is taken, also after its configuration went through JSON in another order', () => {
    const turned = Object.fromEntries(Object.entries(config).reverse());
    expect(() =>
      acceptManifest(manifest({ modelConfig: JSON.parse(JSON.stringify(turned)) }), vocabulary),
    ).not.toThrow();
  });

  it('is one of its recipe’s head, whichever that is, and of no other', () => {
    const heads = ['language', 'classifier', 'antisymmetric'] as const;
    const smoke = PRESETS.smoke;
    const stages = smoke.stages.filter(({ order }) => order === 'both');
    for (const head of heads) {
      const own = modelConfig('nano', vocabulary.size, vocabulary.tokens, head);
      const parameters = parameterTable(own).parameters.map(({ name, shape }) => ({ name, shape }));
      for (const named of heads) {
        const given = manifest({ recipe: { ...smoke, stages, head: named }, modelConfig: own, parameters });
        const taken = expect(() => acceptManifest(JSON.parse(JSON.stringify(given)) as ExportedManifest, vocabulary));
        if (named === head) taken.not.toThrow();
        else taken.toThrow(/weights/);
      }
    }
  });

  it.each([
    ['no recipe', { recipe: null }, /recipe/],
    ['a recipe without stages', { recipe: { ...preset('smoke'), stages: [] } }, /stages/],
    ['another tokenizer', { tokenizerHash: 'feedface' }, /tokenizer/],
    ['an absurd model', { modelConfig: { ...config, scale_factor: 1e9 } }, /weights/],
    ['other weights', { parameters: [{ name: 'x', shape: [1] }] }, /weights/],
    ['a recipe of another size', { recipe: { ...preset('smoke'), model: 'mini' } }, /weights/],
    ['an unreadable past', { trainerState: { stages: 'none' } }, /so far/],
  ] as const)('with %s is refused in words', (_, changes, words) => {
    expect(() => acceptManifest(manifest(changes as Partial<ExportedManifest>), vocabulary)).toThrow(words);
  });
});
