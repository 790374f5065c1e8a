// What people can see stands in messages/, whole and in every language; and nowhere else. A scan looks through the sources
// for texts that read like English sentences, outside the places where English is meant.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parse } from 'svelte/compiler';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

type Message = string | readonly { declarations: string[]; match: Record<string, string> }[];
type Messages = Record<string, Message>;

const areas = readdirSync('messages', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.inlang'))
  .map(({ name }) => name);

const read = (area: string, locale: string) =>
  JSON.parse(readFileSync(join('messages', area, `${locale}.json`), 'utf8')) as Messages;

/** Every text that a message can become. */
const textsOf = (message: Message): string[] =>
  typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));

/** Names of what is filled in, and of what a plural is chosen by. */
function inputsOf(message: Message): string[] {
  const declared = typeof message === 'string' ? [] : message.flatMap(({ declarations }) => declarations);
  const inputs = declared.flatMap((line) => /^input (\w+)$/.exec(line)?.[1] ?? []);
  const filled = textsOf(message).flatMap((text) =>
    [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string),
  );
  return [...new Set([...inputs, ...filled])].sort();
}

/** Texts that are the same in both languages. */
const SAME_WORDS = [
  '2 min',
  '10 min',
  'CoT',
  'CPU (WebAssembly)',
  'Episode',
  'Name',
  'Pause',
  'Person',
  'Quiz',
  'Simulator',
  // Examples of what the models read.
  'Put the green cup on the white plate.',
  'right gripper holds the film above the items',
];

describe.each(areas)('the messages of %s', (area) => {
  const [en, de] = [read(area, 'en'), read(area, 'de')];

  it('are the same ones in both languages, under keys of their area', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    expect(Object.keys(en).filter((key) => !key.startsWith(`${area}_`))).toEqual([]);
  });

  it('have the same things to fill in', () => {
    const inputs = (messages: Messages) =>
      Object.fromEntries(Object.entries(messages).map(([key, message]) => [key, inputsOf(message)]));
    expect(inputs(de)).toEqual(inputs(en));
  });

  it('are never empty', () => {
    const empty = [en, de].flatMap((messages) =>
      Object.entries(messages).filter(([, m]) => textsOf(m).length === 0 || textsOf(m).some((t) => t.trim() === '')),
    );
    expect(empty).toEqual([]);
  });

  it('say it in German', () => {
    const hasWords = (text: string) => /\p{L}{2}/u.test(text.replaceAll(/\{\w+\}/g, ''));
    const copied = Object.entries(en)
      .filter(([key, message]) => JSON.stringify(message) === JSON.stringify(de[key]))
      .filter(([, message]) => textsOf(message).some((text) => hasWords(text) && !SAME_WORDS.includes(text)));
    expect(copied).toEqual([]);
  });
});

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => posix.join('src', path.replaceAll('\\', '/')))
  .filter((path) => /\.(ts|svelte)$/.test(path) && !path.startsWith('src/words/'))
  .sort()
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

it('no message is left over', () => {
  const used = new Set(sources.flatMap(({ text }) => [...text.matchAll(/\bm\.(\w+)/g)].map((match) => match[1])));
  const unused = areas.flatMap((area) => Object.keys(read(area, 'en')).filter((key) => !used.has(key)));
  expect(unused).toEqual([]);
});

/** Where English is meant. A name that ends in a slash is a folder. */
const ENGLISH = {
  'what the models read, and words of records': [
    'src/episodes/simulator/',
    'src/episodes/annotations/phrases.ts',
    'src/episodes/taskText.ts',
    'src/evaluation/modelCard.ts',
    'src/samples/',
    'src/training/realFrames.ts',
  ],
  'what is said in terminals, which read English': [
    'src/app/cureRecording.ts',
    'src/app/headless.ts',
    'src/app/plannedRun.ts',
  ],
  'documents of the project, which are English, and the names of the paper’s tables': [
    'src/reward/experiment/page.ts',
    'src/evaluation/experiments/',
    'src/training/experiments.ts',
    'src/evaluation/paper.ts',
  ],
  'keys and values of recipes, as links hold them': ['src/app/recipes/linkDictionary.ts'],
  'mistakes that only a programmer can make': [
    'src/app/recipes/stages.ts',
    'src/base/random.ts',
    'src/batches/',
    'src/checkpoints/protocol.ts',
    'src/checkpoints/safetensors.ts',
    'src/episodes/videoPictures.ts',
    'src/evaluation/distributions.ts',
    'src/evaluation/instructions.ts',
    'src/evaluation/judge.ts',
    'src/evaluation/occlusion.ts',
    'src/evaluation/repeats.ts',
    'src/evaluation/seeds.ts',
    'src/gpu/capture.ts',
    'src/gpu/figureRing.ts',
    'src/gpu/plan.ts',
    'src/gpu/recorder.ts',
    'src/gpu/variants.ts',
    'src/kernels/',
    'src/model/weights.ts',
    'src/model/writer.ts',
    'src/pairs/pairPool.ts',
    'src/reward/policy/',
    'src/reward/preference/',
    'src/training/strategies.ts',
  ],
} as const;

const isIn = (path: string, place: string) => (place.endsWith('/') ? path.startsWith(place) : path === place);

/** Words of recipes and records that look like sentences. */
const CODES = [
  'appliance and object manipulation',
  'cooking and food preparation',
  'frames of the video',
  'one task after another',
  // Names of a policy's tasks.
  'put into the tray',
  'put the parcel down',
  'put into the bowl',
  // Who made a project file.
  'Palindrome it',
];

/** Two words after a capital letter, or four words in a row; holes of templates count as words. */
function readsLikeASentence(text: string): boolean {
  const words = text.replaceAll('\u00a0', ' ').trim();
  if (CODES.includes(words)) return false;
  return /^[“"]?\p{Lu}[\p{L}’']* \p{Ll}{2,}/u.test(words) || /(\p{L}+[,;:]? ){3}\p{L}{2,}/u.test(words);
}

/** Texts in TypeScript, without those of imports and types; each template as one text. */
function textsInCode(path: string, code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
      if (/\p{L}{2}/u.test(parts.join(' '))) found.push(parts.join('it'));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, code, ts.ScriptTarget.Latest));
  return found;
}

/** Attributes that are shown or read out. */
const SPOKEN = ['title', 'label', 'alt', 'placeholder', 'aria-label', 'aria-description', 'summary', 'hint'];

/** Texts between tags, in spoken attributes, and in the code of a component. */
function textsInComponent(path: string, source: string): string[] {
  const { fragment } = parse(source, { modern: true });
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { type, name, data, start, end } = node as Record<string, unknown>;
    if (type === 'Attribute' && !SPOKEN.includes(String(name))) return visitCode(node);
    if (type === 'Text') found.push(String(data).replaceAll(/\s+/g, ' '));
    else if (type === 'ExpressionTag')
      found.push(...textsInCode(path, source.slice(Number(start) + 1, Number(end) - 1)));
    else for (const [key, child] of Object.entries(node)) if (key !== 'metadata') visit(child);
  };
  /** In other attributes only code speaks: what a button does when it is pressed. */
  const visitCode = (node: object): void => {
    for (const child of [(node as { value?: unknown }).value].flat()) {
      if ((child as { type?: string } | undefined)?.type === 'ExpressionTag') visit(child);
    }
  };
  visit(fragment);
  for (const [, code = ''] of source.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g))
    found.push(...textsInCode(path, code));
  return found;
}

describe('sentences in the sources', () => {
  const sentences = sources.flatMap(({ path, text }) =>
    (path.endsWith('.svelte') ? textsInComponent(path, text) : textsInCode(path, text))
      .filter(readsLikeASentence)
      .map((sentence) => ({ path, sentence })),
  );
  const allowed: string[] = Object.values(ENGLISH).flat();

  it('are messages, but where English is meant', () => {
    const outside = sentences.filter(({ path }) => !allowed.some((place) => isIn(path, place)));
    expect(outside).toEqual([]);
  });

  it('are exempted nowhere without need', () => {
    const needless = allowed.filter((place) => !sentences.some(({ path }) => isIn(path, place)));
    expect(needless, 'nothing is left here: take it off the list').toEqual([]);
  });
});
