// npm run screenshots: the studio as it looks, in every view, theme and width, with something in it: a run, a measured
// model, two pictures that were judged.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `npm run screenshots -- [--out DIR] [--views start,data,…] [--themes light,dark,projector]
  [--widths 360,768,1280,3840] [--language en|de] [--type png|jpeg] [--whole]
Makes a picture of every view in every theme and width, by default all, into DIR (screenshots). A lesson is trained first,
which takes some minutes. Views have their names in the address; \`presenter\`, \`quiz-asked\` and \`quiz-results\` are states
that fill the page. --whole: the page from head to foot instead of what the window shows at first.`;

const heights = { 360: 740, 768: 1024, 1280: 800, 3840: 2160 };
const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'screenshots' },
    views: {
      type: 'string',
      default: 'start,presenter,data,train,evaluate,judge,safety,runs,quiz,quiz-results,quiz-asked',
    },
    themes: { type: 'string', default: 'light,dark,projector' },
    widths: { type: 'string', default: '360,768,1280,3840' },
    language: { type: 'string', default: 'en' },
    type: { type: 'string', default: 'png' },
    whole: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const list = (name) => options[name].split(',').filter(Boolean);
const invoked = process.env.INIT_CWD ?? process.cwd();

async function main() {
  if (options.help) return console.log(usage);
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  const { ensurePackages } = await import('./install.mjs');
  ensurePackages();
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild();
  const { serveStudio } = await import('./studioPage.mjs');
  const { chromiumArguments, ensureBrowser } = await import('./browser.mjs');
  const { chromium } = await import('playwright-core');
  const out = resolve(invoked, options.out);
  mkdirSync(out, { recursive: true });
  const server = await serveStudio();
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: chromiumArguments });
  try {
    const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(server.address);
    await page.locator('main h1').waitFor();
    await fill(page);
    await speak(page);
    for (const view of list('views')) {
      await open(page, view);
      for (const theme of list('themes')) {
        for (const width of list('widths').map(Number)) await shoot(page, out, { view, theme, width });
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Puts something into the views, as a visitor would. What a view does not offer is left out, saying so. */
async function fill(page) {
  const steps = {
    'a run': async () => {
      await open(page, 'train');
      await page.getByRole('button', { name: 'Start training' }).click();
      const bar = page.getByRole('region', { name: 'The run that is on' });
      await bar.waitFor();
      await bar.waitFor({ state: 'hidden', timeout: 900_000 });
    },
    'a measured model': async () => {
      await open(page, 'evaluate');
      await page.getByLabel('Which model answers').selectOption({ label: 'The cured model' });
      await page.getByLabel('Which part of them').selectOption('validation');
      await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
      await page.locator('article h2').first().waitFor({ timeout: 300_000 });
    },
    'a judgement': async () => {
      await open(page, 'judge');
      await page.getByRole('button', { name: 'Take a pair from the simulator' }).click();
      await page.getByRole('button', { name: 'Which is closer to done?' }).click();
      await page.getByRole('region', { name: 'The answer' }).waitFor();
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page.getByText('pairs of its training were looked at').waitFor({ timeout: 300_000 });
    },
    'a rollout': async () => {
      await open(page, 'safety');
      await page.getByRole('button', { name: 'Let it run' }).and(page.locator(':enabled')).click();
      await page.getByRole('slider', { name: 'Moment of the rollout' }).waitFor({ timeout: 300_000 });
      await page.getByRole('button', { name: 'Show what happens then' }).click();
      await page.getByRole('img', { name: /^With the boundary/ }).waitFor();
    },
    'a quiz': async () => {
      await open(page, 'quiz?seed=7&pairs=12');
      await page.getByLabel('Who are you?').fill('Ada');
      await page.getByRole('button', { name: 'Begin' }).click();
      // The warm-up says what was right, and waits.
      for (let number = 1; number <= 3; number++) {
        await answer(page, 'ArrowLeft');
        await page.keyboard.press('Enter');
      }
      for (let number = 1; number <= 24; number++) await answer(page, number % 5 === 0 ? 'ArrowLeft' : 'ArrowRight');
      await page.getByRole('heading', { name: 'Ada: the results' }).waitFor();
    },
  };
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      console.log(`Without ${name}: ${error.message.split('\n')[0]}`);
    }
  }
}

/** Answers the question of the quiz that is asked, once an answer is taken. */
async function answer(page, key) {
  await page.locator('.choice[aria-disabled="false"] canvas').nth(1).waitFor();
  await page.keyboard.press(key);
}

/** The language is chosen by the menu, so that what was filled in stays. */
async function speak(page) {
  if (options.language === 'en') return;
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.locator(`[role=menuitemradio][lang=${options.language}]`).click();
  await page.keyboard.press('Escape');
}

/** What is done in a view to come to a state of it, whatever the language. */
const states = {
  'quiz-asked': async (page) => {
    await page.locator('main form button.primary').click();
    await page.locator('.choice canvas').nth(1).waitFor();
  },
  'quiz-results': (page) => page.locator('main .attempts button').first().click(),
};

async function open(page, place) {
  const view = { presenter: 'start?present=1', 'quiz-asked': 'quiz', 'quiz-results': 'quiz' }[place] ?? place;
  // A view that is open already would stay in its state.
  await page.evaluate(() => (location.hash = '#/runs'));
  await page.evaluate((name) => (location.hash = `#/${name}`), view);
  await page.locator('main h1').waitFor({ state: 'attached' });
  await states[place]?.(page);
  const content = { start: '.slot canvas', presenter: 'canvas', data: '.strip canvas' }[place];
  if (content)
    await page
      .locator(content)
      .first()
      .waitFor()
      .catch(() => undefined);
  await page.waitForTimeout(1500);
}

async function shoot(page, out, { view, theme, width }) {
  await page.setViewportSize({ width, height: heights[width] ?? Math.round(width * 0.6) });
  await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
  // Plots are drawn anew for the width.
  await page.waitForTimeout(400);
  await page.evaluate(() => scrollTo(0, 0));
  const extension = options.type === 'jpeg' ? 'jpg' : 'png';
  const path = join(
    out,
    `${view}-${theme}-${width}${options.language === 'en' ? '' : `-${options.language}`}.${extension}`,
  );
  await page.screenshot({
    path,
    type: options.type,
    fullPage: options.whole,
    ...(options.type === 'jpeg' && { quality: 80 }),
  });
  console.log(path);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
