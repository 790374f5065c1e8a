// The layout of src/ as data: who may import whom, and what is banned where. Failing here means that the code has
// grown an arrow that points backwards, or uses something that its thread or its promise of repeatability forbids.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** For each folder the folders it may import from, besides itself and `words`, which is made of the messages. */
const mayImport: Record<string, readonly string[]> = {
  words: [],
  base: [],
  episodes: ['base'],
  pairs: ['base', 'episodes'],
  samples: ['base', 'episodes', 'pairs'],
  batches: ['base', 'episodes', 'pairs', 'samples'],
  gpu: ['base'],
  kernels: ['base', 'gpu'],
  model: ['base', 'gpu', 'kernels'],
  checkpoints: ['base', 'gpu', 'kernels', 'model'],
  training: ['base', 'episodes', 'pairs', 'samples', 'batches', 'gpu', 'kernels', 'model', 'checkpoints'],
  evaluation: ['base', 'episodes', 'pairs', 'samples', 'batches', 'gpu', 'kernels', 'model', 'checkpoints', 'training'],
  get reward() {
    return [...(this['evaluation'] ?? []), 'evaluation'];
  },
  get workers() {
    return [...(this['reward'] ?? []), 'reward'];
  },
  get app() {
    return [...(this['workers'] ?? []), 'workers'];
  },
};

const tfjsFolders = ['gpu', 'kernels', 'model', 'training', 'evaluation', 'reward'];

interface Source {
  path: string;
  folder: string;
  text: string;
  code: string;
  imports: { from: string; typeOnly: boolean }[];
}

function sources(folder = 'src'): Source[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (path === 'src/words') return [];
    if (entry.isDirectory()) return sources(path);
    if (!/\.(ts|svelte)$/.test(entry.name)) return [];
    const text = readFileSync(path, 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
    const found = [
      ...code.matchAll(/(?:^|\n)\s*(?:import|export)(\s+type)?\s[^'";]*?from\s*['"]([^'"]+)['"]/g),
      ...code.matchAll(/(?:import)()\s*\(?\s*['"]([^'"]+)['"]/g),
    ];
    const imports = found.map((m) => ({ from: m[2] as string, typeOnly: Boolean(m[1]) }));
    return [{ path, folder: path.split('/')[1] as string, text, code, imports }];
  });
}

const all = sources();
const resolve = (source: Source, from: string) => relative('.', join(dirname(source.path), from)).replaceAll('\\', '/');

describe('the arrow', () => {
  it('every folder of src has its place in the order', () => {
    const unknown = all.filter((s) => s.path.split('/').length > 2 && !(s.folder in mayImport)).map((s) => s.path);
    expect(unknown, 'folders that the order does not know').toEqual([]);
  });

  it('imports point only to the left', () => {
    const wrong = all.flatMap((source) =>
      source.imports
        .filter((i) => i.from.startsWith('.'))
        .map((i) => resolve(source, i.from))
        .filter((target) => target.startsWith('src/'))
        .map((target) => target.split('/')[1] as string)
        .filter(
          (folder) =>
            folder !== source.folder && folder !== 'words' && !(mayImport[source.folder] ?? []).includes(folder),
        )
        .map((folder) => `${source.path} imports from ${folder}/, which does not stand before ${source.folder}/`),
    );
    expect(wrong).toEqual([]);
  });

  it('the page takes only types from the GPU worker side', () => {
    const engine = ['gpu', 'kernels', 'model'];
    const wrong = all
      .filter((s) => s.folder === 'app')
      .flatMap((s) =>
        s.imports
          .filter((i) => !i.typeOnly && i.from.startsWith('.'))
          .filter((i) => engine.includes(resolve(s, i.from).split('/')[1] ?? ''))
          .map((i) => `${s.path} imports ${i.from}: the page holds no tensors`),
      );
    expect(wrong).toEqual([]);
  });

  it('the boundary is heard by nothing that judges, learns or is measured', () => {
    const apart = ['model', 'kernels', 'training', 'evaluation', 'reward/policy', 'reward/preference'];
    const wrong = all
      .filter((s) => apart.some((folder) => s.path.startsWith(`src/${folder}/`)))
      .flatMap((s) =>
        s.imports
          .filter((i) => i.from.startsWith('.') && /^src\/reward\/safety\b/.test(resolve(s, i.from)))
          .map((i) => `${s.path} imports ${i.from}`),
      );
    expect(wrong).toEqual([]);
    expect(all.filter((s) => s.path.startsWith('src/reward/safety/')).length).toBeGreaterThan(1);
  });
});

describe('the page', () => {
  it('loads no engine and no renderer, not even through others', () => {
    const byPath = new Map(all.map((source) => [source.path, source]));
    const fileOf = (path: string) => [path, `${path}.ts`, `${path}.svelte.ts`].find((name) => byPath.has(name));
    const from = new Map<string, string>([['src/app/App.svelte', 'the page']]);
    const heavy: string[] = [];
    for (const [path] of from) {
      const source = byPath.get(path) as Source;
      for (const { from: name, typeOnly } of source.imports) {
        if (typeOnly) continue;
        if (/^@tensorflow\/|^three$|^mediabunny$/.test(name)) {
          const chain = [name, path];
          for (let at = from.get(path); at !== undefined; at = from.get(at)) chain.push(at);
          heavy.push(chain.join(' ← '));
        }
        const file = name.startsWith('.') ? fileOf(resolve(source, name)) : undefined;
        // Added while the loop goes on, so that it comes to these as well.
        if (file !== undefined && !from.has(file)) from.set(file, path);
      }
    }
    expect(from.size).toBeGreaterThan(100);
    expect(heavy).toEqual([]);
  });
});

describe('the bans', () => {
  const offenders = (files: Source[], pattern: RegExp, why: string) =>
    files.flatMap((s) => (pattern.test(s.code) ? [`${s.path}: ${why}`] : []));

  it('keeps document and window inside app/', () => {
    const outside = all.filter((s) => s.folder !== 'app');
    // `window` is also a word of the product (a pair's distance), so only uses as the global are looked for.
    const pattern =
      /\bdocument\s*[.[]|\bwindow\s*\.\s*(location|document|addEventListener|navigator|open|setTimeout|gpu)\b|globalThis\.window/;
    expect(offenders(outside, pattern, 'uses the page')).toEqual([]);
  });

  it('keeps tfjs in the GPU worker', () => {
    const wrong = all
      .filter((s) => s.imports.some((i) => i.from.startsWith('@tensorflow/')))
      .filter((s) => !tfjsFolders.includes(s.folder) && s.path !== 'src/workers/gpu.worker.ts')
      .map((s) => `${s.path} imports tfjs`);
    expect(wrong).toEqual([]);
  });

  it('never reads the GPU synchronously', () => {
    expect(offenders(all, /\b(dataSync|arraySync|bufferSync)\b/, 'reads synchronously')).toEqual([]);
  });

  it('draws no unseeded random numbers and reads no clock in what decides a result', () => {
    const deciding = all.filter((s) => !['app', 'workers'].includes(s.folder));
    expect(offenders(deciding, /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)/, 'is not repeatable')).toEqual([]);
  });

  it('never turns text into HTML', () => {
    expect(offenders(all, /\{@html|\.innerHTML\b|insertAdjacentHTML/, 'makes HTML of text')).toEqual([]);
  });

  it('has no barrels', () => {
    const barrels = all.filter((s) => /\/(index|utils|helpers|types)\.ts$/.test(s.path)).map((s) => s.path);
    expect(barrels).toEqual([]);
  });
});
