// Train and Evaluate as people use them: stages on the time line by mouse and keys, every change taken back, terms explained,
// a measurement cancelled and made, its worst pairs opened in Judge, controls one by one, and all of it in German.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EvaluationReport } from '../../src/evaluation/report';
import { download, go, hasModels, launch, serve, type Served, tinyRecipe, trainLink, visit } from './studio';

let served: Served;
let browser: Browser;

beforeAll(async () => {
  served = await serve();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const stages = (page: Page) => page.getByRole('list', { name: 'Stages of the recipe' }).getByRole('listitem');
const namesOf = async (page: Page) =>
  (await stages(page).allInnerTexts()).map((text) => /^\d+\s+([\w ]*\w)/.exec(text)?.[1]);

it('edits stages on the time line, by keys too, and takes every change back', async () => {
  const { context, log, open } = await visit(browser, served.address);
  const page = await open('#/train');
  const undo = page.getByRole('button', { name: /^Undo/ });
  expect(await undo.isDisabled()).toBe(true);
  expect(await namesOf(page)).toEqual(['bias', 'cot', 'tag']);
  // Bars are as long as the shares that are written under them.
  const bars = await stages(page).evaluateAll((items) =>
    items.map((item) => ({
      width: item.querySelector('.bar')?.getBoundingClientRect().width ?? 0,
      share: Number(/(\d+)\s%/.exec(item.textContent ?? '')?.[1]),
    })),
  );
  const most = Math.max(...bars.map(({ width }) => width));
  const largest = Math.max(...bars.map(({ share }) => share));
  for (const { width, share } of bars) expect(Math.abs(width / most - share / largest)).toBeLessThan(0.03);

  await stages(page).nth(2).getByRole('button').focus();
  await page.keyboard.press('Alt+ArrowLeft');
  expect(await namesOf(page)).toEqual(['bias', 'tag', 'cot']);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('tag');

  await page.getByRole('button', { name: 'Add a stage' }).click();
  await page.getByRole('menuitem', { name: /^Mixed/ }).click();
  expect(await namesOf(page)).toEqual(['bias', 'tag', 'cot', 'mixed']);
  await page.getByRole('region', { name: 'Settings of stage mixed' }).waitFor();
  await page.getByRole('button', { name: 'Remove stage mixed' }).click();
  await page.keyboard.press('Control+z');
  expect(await namesOf(page)).toEqual(['bias', 'tag', 'cot', 'mixed']);
  await undo.click();
  await undo.click();
  expect(await namesOf(page)).toEqual(['bias', 'cot', 'tag']);
  expect(await undo.isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Redo' }).click();
  expect(await namesOf(page)).toEqual(['bias', 'tag', 'cot']);

  // Only what is typed into a field is the field's own to take back.
  await page.getByLabel('Seed').fill('7');
  await page.getByLabel('Seed').press('Enter');
  expect(new URL(page.url()).hash).toContain('r=');
  await page.keyboard.press('Control+z');
  expect(await page.getByLabel('Seed').inputValue()).toBe('1');

  // What is seldom set has a field too, is kept within its limits, and is taken back.
  await page.getByText('All settings').click();
  const batch = page.getByLabel('Pairs at once (batch size)');
  await batch.fill('300');
  await batch.press('Enter');
  await page.getByRole('alert').getByText('Not taken.').waitFor();
  expect(await batch.inputValue()).toBe('8');
  await batch.fill('4');
  await batch.press('Enter');
  // A preset that takes the place of one's own recipe says so.
  await page.getByRole('button', { name: 'A lesson', exact: true }).click();
  await page.getByText('has replaced the recipe that you had changed').first().waitFor();
  expect(await batch.inputValue()).toBe('8');
  await page.keyboard.press('Control+z');
  expect(await batch.inputValue()).toBe('4');

  const hint = page.getByRole('button', { name: 'What does “seed” mean?' });
  await hint.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'seed' }).getByText('The same recipe with the same seed').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'seed' }).waitFor({ state: 'hidden' });
  expect([...log.errors, ...log.violations]).toEqual([]);
  await context.close();
});

it.skipIf(!hasModels)(
  'cancels, measures, names the collapse, shows the worst pairs and opens one in Judge',
  async () => {
    const { context, log, open } = await visit(browser, served.address);
    const recipe = tinyRecipe({ tag: 2 });
    const page = await open(trainLink({ ...recipe, evaluation: { ...recipe.evaluation, testPairsPerWindow: 6 } }));
    await go(page, 'Evaluate');
    await page.getByText('Nothing has been measured yet').waitFor();
    await page.getByLabel('How many pairs').selectOption('40');
    await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('progressbar', { name: 'Share of pairs judged' }).waitFor({ state: 'hidden' });
    await page.getByText('Nothing has been measured yet').waitFor();

    await page.getByLabel('How many pairs').selectOption('6');
    await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
    const article = page.getByRole('article');
    await article.getByText('It answers by position', { exact: true }).waitFor();
    await article.getByRole('table').getByText('Measured here').waitFor();

    await article.getByRole('button', { name: /^Compare with/ }).click();
    const boxes = page.getByRole('dialog', { name: 'What else the figures show' });
    await boxes.getByLabel('tags', { exact: true }).check();
    await page.keyboard.press('Escape');
    await article.getByRole('figure', { name: 'Accuracy by window' }).getByRole('button', { name: 'Table' }).click();
    await article.getByRole('columnheader', { name: 'tags: right in both orders %', exact: true }).waitFor();

    const controls = page.getByRole('region', { name: 'Answers to the controls' });
    await page.getByLabel('Pairs of each question').selectOption('24');
    await controls.getByRole('button', { name: 'Ask: Text only: both pictures grey' }).click();
    await controls.locator('td.reading').waitFor();
    expect(await controls.locator('td.reading').count()).toBe(1);

    // What was measured and asked is there after a reload, under a title of its own, and goes only when told.
    const measurements = page.getByLabel('What has been measured').getByRole('option');
    const titles = await measurements.allInnerTexts();
    expect(titles.join()).toMatch(
      /^The biased model: the simulator’s films \(seed \d+, .*, final test, by label, \d+ pairs, /,
    );
    const json = await download(page, () => page.getByRole('button', { name: 'Save as JSON' }).click());
    const { about, answers, overall } = JSON.parse(json.bytes.toString()) as EvaluationReport;
    expect(about?.model.weights).toMatch(/^[0-9a-f]{64}$/);
    expect(answers).toHaveLength(overall.pairs);
    await page.reload();
    await article.getByText('It answers by position', { exact: true }).waitFor();
    await controls.locator('td.reading').waitFor();
    expect(await measurements.allInnerTexts()).toEqual(titles);
    await article.getByRole('button', { name: 'Delete this measurement' }).click();
    await article.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^Undo/ }).click();
    await article.waitFor();

    const worst = page.getByRole('region', { name: 'Worst cases' }).getByRole('listitem').first();
    await worst.locator('canvas').nth(1).waitFor();
    const words = await worst.innerText();
    await worst.getByRole('button').press('Enter');
    await page.getByRole('heading', { level: 1, name: /Judge/ }).waitFor();
    expect(words).toContain(await page.getByRole('textbox', { name: 'Task, in one sentence' }).inputValue());
    expect(await page.locator('main canvas').count()).toBeGreaterThanOrEqual(2);
    expect([...log.errors, ...log.violations]).toEqual([]);
    await context.close();
  },
);

it('speaks German, with German numbers, and its letters grow with the theme', async () => {
  const { context, log, open } = await visit(browser, served.address, { locale: 'de-DE' });
  const recipe = tinyRecipe({ bias: 3, tag: 5 });
  const page = await open(
    trainLink({ ...recipe, evaluation: { ...recipe.evaluation, everySteps: 4, validationPairs: 6 } }),
  );
  await page.getByRole('button', { name: 'Training starten' }).click();
  const figure = page.getByRole('figure', { name: 'Symmetrie: Genauigkeit vorwärts gegen rückwärts' });
  await figure.getByText('Genauigkeit vorwärts', { exact: true }).waitFor();
  await expect.poll(() => figure.innerText()).toMatch(/vorwärts \d+(,\d)?/);
  const letters = () =>
    figure
      .locator('svg text')
      .first()
      .evaluate((text) => text.getBoundingClientRect().height);
  const before = await letters();
  await page.evaluate(() => (document.documentElement.dataset['theme'] = 'projector'));
  await expect.poll(letters).toBeGreaterThan(1.15 * before);
  await page.getByText('Das Training ist zu Ende').first().waitFor({ timeout: 120_000 });
  expect(log.errors).toEqual([]);
  await context.close();
});
