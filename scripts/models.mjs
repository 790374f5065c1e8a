// npm run models: measures the models that come with the studio again and compares them with their cards; with --write it
// puts the figures, and what the weights' recipe says of the training, into the cards.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';

const usage = `npm run models [-- --write] [--only biased,cot,cured,guard,coach] [--backend auto|webgpu|wasm|cpu] [--hardware]
Measures the shipped models on the test pairs of their own recipes, and compares the figures, and what is said of the
training, with their cards in public/models/. With --write the cards take both; limits are written by hand. Ends with
"N passed, N failed", or with "N written, N failed".`;

/** Other backends and processors add in another order; a pair in a thousand may then fall to the other side. Points. */
const TOLERANCE = 0.3;

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    hardware: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main() {
  if (options.help) return console.log(usage);
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  const { ensurePackages } = await import('./install.mjs');
  ensurePackages();
  const { ensureMessages } = await import('./messages.mjs');
  await ensureMessages();
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild();
  const { runnerImport } = await import('vite');
  const { module: code } = await runnerImport('./scripts/modelCards.ts');
  const names = options.only?.split(',') ?? Object.keys(code.CARD_QUESTIONS);
  const unknown = names.find((name) => !(name in code.CARD_QUESTIONS));
  if (unknown) throw new Error(`No model called ${unknown} comes with the studio.\n\n${usage}`);
  const { openStudio, serveStudio } = await import('./studioPage.mjs');
  const server = await serveStudio();
  // What was just written agrees with itself, which is no check.
  const right = options.write ? 'written' : 'passed';
  let [passed, failed] = [0, 0];
  const note = (isRight, words) => {
    if (isRight) passed++;
    else failed++;
    console.log(`${isRight ? right : 'FAILED'}  ${words}`);
  };
  try {
    const { page, close } = await openStudio(server.address, () => undefined, options);
    try {
      for (const name of names) await check(page, code, name, note);
    } finally {
      await close();
    }
  } finally {
    await server.close();
  }
  console.log(`${passed} ${right}, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function check(page, code, name, note) {
  const [weights, card] = [`public/models/${name}.safetensors`, `public/models/${name}.json`];
  if (!existsSync(weights)) return note(false, `${name}: ${weights} is missing`);
  const began = Date.now();
  const recipe = await code.recipeOf(new Uint8Array(readFileSync(weights)));
  const training = await code.trainingOf(recipe);
  const figures = [];
  for (const asked of code.CARD_QUESTIONS[name]) {
    const [report] = await page.evaluate((order) => window.palindromeHeadless.measured(order), {
      shipped: name,
      recipe,
      backend: options.backend,
      ...asked,
    });
    if (report) figures.push(...code.figuresOf(report, asked));
    else note(false, `${name}: there are no pairs for the question ${asked.question}`);
  }
  console.log(`${name}: measured in ${Math.round((Date.now() - began) / 1000)} s`);
  const written = JSON.parse(readFileSync(card, 'utf8'));
  if (options.write) {
    const { format } = await import('prettier');
    const text = JSON.stringify({ ...written, training, figures });
    writeFileSync(card, await format(text, { parser: 'json', printWidth: 120 }));
    return note(true, `${card}: ${figures.length} figures`);
  }
  const stated = code.parseModelCard(written);
  note(isDeepStrictEqual(stated.training, training), `${name}: trained as the recipe in its weights says`);
  for (const { name: what, on, value, unit } of stated.figures) {
    const again = figures.find((figure) => isOfSame(figure, { name: what, on }));
    const isRight = again !== undefined && Math.abs(again.value - value) <= TOLERANCE;
    note(
      isRight,
      `${name}: ${what}, ${on}: ${value} ${unit}${isRight ? '' : `, measured ${again?.value ?? 'nothing'}`}`,
    );
  }
  for (const figure of figures.filter((one) => !stated.figures.some((other) => isOfSame(one, other)))) {
    note(false, `${name}: ${figure.name}, ${figure.on}: nothing on the card, measured ${figure.value} ${figure.unit}`);
  }
}

const isOfSame = (one, other) => one.name === other.name && one.on === other.on;

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
