// The start page as a class uses it: guesses before answers by key, the guided tour, a class link in another browser, the
// recorded lesson, a lesson given live, and starting over.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classLink, readClassLink } from '../../src/app/recipes/classLink';
import { cureOf } from '../../src/app/recipes/cureRecipe';
import { parseRecipe } from '../../src/training/recipe';
import { go, hasModels, launch, runBar, runRow, serve, type Served, visit, waitForEnd } from './studio';

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

const answered = (page: Page) => page.getByRole('heading', { level: 2, name: /the (first|second) picture/ });
const tallied = (page: Page) => page.getByText(/10 of 10\s+answers followed the position\./);

/** A lesson of so few steps that it is over at once. */
const short = (seed: number) => {
  const lesson = cureOf(30, 30, seed);
  const stages = lesson.stages.map((stage) => ({ ...stage, steps: 3, warmupSteps: 1 }));
  const evaluation = { everySteps: 3, validationPairs: 4, testPairsPerWindow: 0, generatedPairs: 0 };
  return parseRecipe({ ...lesson, stages, evaluation });
};

describe.skipIf(!hasModels)('the start page', () => {
  it('shows the whole story on one screen, and reads it in both orders', async () => {
    const { open } = await visit(browser, served.address, { viewport: { width: 1280, height: 900 } });
    const page = await open('#/start');
    await tallied(page).waitFor();
    const bottoms = await Promise.all(
      [
        page.getByRole('button', { name: 'Teach it to look' }),
        page.getByRole('button', { name: 'Play a recorded lesson' }),
        page.getByRole('button', { name: 'Guided tour' }),
        page.getByLabel('Which model answers'),
        page.getByRole('figure'),
      ].map(async (part) => ((await part.boundingBox())?.y ?? Infinity) + ((await part.boundingBox())?.height ?? 0)),
    );
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(900);
    const before = await answered(page).innerText();
    // What the swap shows is for the visitor to find out.
    await page.getByText('Now swap the pictures. What will it say then?').waitFor();
    expect(await page.getByText('in both orders: it looks').count()).toBe(0);
    await page.getByRole('button', { name: 'Swap them' }).click();
    await page.getByText(/^\s*That is wrong[\s\S]*in both orders: it looks at the place/).waitFor();
    expect(await answered(page).innerText()).toBe(before);
    await page.context().close();
  });

  it('waits for the class in the presenter view, by keys alone, and counts', async () => {
    const { open } = await visit(browser, served.address);
    const page = await open('#/start?present=1');
    await page.getByText('The biased model waits for your guess. Which picture is closer to done?').waitFor();
    expect(await answered(page).count()).toBe(0);
    expect(await page.getByRole('figure').count()).toBe(0);
    // The class points at the right picture, and expects the model to follow it after the swap.
    await page.keyboard.press('2');
    await answered(page).waitFor();
    await page.keyboard.press('1');
    await page.getByText('After the swap the class expected something else.').waitFor();
    const scores = page.getByLabel('Guesses so far');
    const words = (await scores.innerText()).replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/Class, which picture 1 of 1 right .*Class, after the swap 0 of 1 right/);
    await page.keyboard.press('v');
    await page.getByRole('table').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    // Tallies outlive a reload; leaving is a key as well.
    await page.reload();
    await scores.waitFor();
    expect((await scores.innerText()).replaceAll(/\s+/g, ' ')).toBe(words);
    await page.keyboard.press('Escape');
    await scores.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('present');
    await page.context().close();
  });

  it('is a slide that fits its window, keeps its keys in every control and gives nothing away', async () => {
    const { open } = await visit(browser, served.address, { viewport: { width: 1024, height: 600 } });
    const page = await open('#/start?present=1');
    await page.getByText(/waits for your guess/).waitFor();
    await page.keyboard.press('p');
    const recorded = page.getByRole('region', { name: 'Recorded' });
    await recorded.getByText(/step [1-9]\d* of 2,400/).waitFor();
    expect(await page.getByText('recording', { exact: true }).count()).toBe(0);
    await page.keyboard.press('p');
    await page.keyboard.press('2');
    await page.getByText('recording', { exact: true }).waitFor();
    await recorded.getByRole('slider').focus();
    await page.keyboard.press('1');
    await page.getByText('After the swap the class expected something else.').waitFor();

    expect(await page.getByRole('navigation', { name: 'Views' }).count()).toBe(0);
    const foot = page.getByRole('group', { name: 'Keys of the presenter view' });
    const boxOf = async (part: Locator) => (await part.boundingBox()) ?? { x: 0, y: 0, width: 0, height: Infinity };
    const [plot, strip, keys] = await Promise.all(
      [page.getByRole('figure').getByRole('img'), recorded, foot].map(boxOf),
    );
    expect(plot && strip && plot.y + plot.height <= strip.y).toBe(true);
    expect(keys && keys.y + keys.height).toBeLessThanOrEqual(600);
    // One line of buttons, and nothing to scroll to.
    expect(keys?.height).toBeLessThan(60);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(600);

    // Another model is asked anew, and counted for itself.
    const scores = page.getByLabel('Guesses so far');
    expect(await scores.innerText()).toContain('The biased model, the same');
    await foot.getByRole('button', { name: 'M Next model' }).click();
    await page.getByText(/waits for your guess/).waitFor();
    expect(await answered(page).count()).toBe(0);
    expect(await scores.count()).toBe(0);
    await page.context().close();
  });

  it('is walked through by the tour, which blocks nothing and is found where it was left', async () => {
    const { open } = await visit(browser, served.address);
    const page = await open('#/start?tour=1');
    const tour = page.getByRole('region', { name: 'Guided tour' });
    await tour.getByText('Step 1 of 5').waitFor();
    await page.keyboard.press('ArrowRight');
    await tour.getByText('Step 2 of 5').waitFor();
    expect(await page.locator('.pointed').innerText()).toContain('Swap them');
    await page.getByRole('button', { name: 'Swap them' }).click();
    await tour.getByRole('button', { name: 'Next' }).click();
    await tour.getByRole('button', { name: 'End' }).click();
    await tour.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Guided tour' }).click();
    await tour.getByText('Step 3 of 5').waitFor();
    // What a step speaks of stands below its words, all of it in one window.
    for (const step of [4, 5]) {
      await page.keyboard.press('ArrowRight');
      await tour.getByText(`Step ${step} of 5`).waitFor();
      const boxes = [
        tour,
        page.getByRole('img', { name: /^Picture 1/ }),
        page.locator('.says'),
        page.locator('.pointed'),
      ];
      const [words, ...parts] = await Promise.all(boxes.map((box) => box.boundingBox()));
      for (const part of parts) {
        expect(part?.y).toBeGreaterThanOrEqual((words?.y ?? 0) + (words?.height ?? Infinity));
        expect((part?.y ?? 0) + (part?.height ?? Infinity)).toBeLessThanOrEqual(720);
      }
    }
    await page.context().close();
  });

  it('plays the recorded lesson, says so, and can be told to pause', async () => {
    const { open, log } = await visit(browser, served.address);
    const page = await open('#/start');
    await tallied(page).waitFor();
    await page.getByRole('button', { name: 'Play a recorded lesson' }).click();
    const recorded = page.getByRole('region', { name: 'Recorded' });
    await recorded.getByText(/step [1-9]\d* of 2,400/).waitFor();
    await page.getByText(/The recorded model says:/).waitFor();
    await recorded.getByRole('button', { name: 'Pause' }).click();
    const paused = await recorded.innerText();
    await page.waitForTimeout(3000);
    expect(await recorded.innerText()).toBe(paused);
    await recorded.getByRole('slider').focus();
    await page.keyboard.press('End');
    await recorded.getByText('step 2,400 of 2,400').waitFor();
    expect(
      await page
        .getByRole('figure')
        .getByText(/Recorded: forward 87\.5/)
        .count(),
    ).toBe(1);
    await recorded.getByRole('button', { name: 'Put away' }).click();
    await recorded.waitFor({ state: 'detached' });
    expect(log.errors).toEqual([]);
    await page.context().close();
  });

  it('gives the lesson of a class link, which says nothing else, and starts over', async () => {
    const lesson = short(7);
    const { open } = await visit(browser, served.address, { permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await open(classLink(lesson, ''));
    await page.getByText('The lesson of your class: 6 steps, seed 7.').waitFor();
    // The address keeps the lesson for a reload, in whatever order.
    const parameters = (hash: string) => [...new URLSearchParams(hash.split('?')[1])].sort();
    expect(parameters(page.url())).toEqual(parameters(classLink(lesson, '')));
    await tallied(page).waitFor();
    await page.getByRole('button', { name: 'Teach it to look' }).click();
    await runBar(page).waitFor();
    await waitForEnd(page);
    // Six steps: what it says is what ten pairs have shown.
    await page.getByText(/This was a start: \d+ of 10 answers still follow the position\./).waitFor();
    await page.getByText('The model taught here').first().waitFor({ state: 'attached' });

    await page.getByRole('button', { name: 'Class link' }).click();
    const handOut = page.getByRole('dialog');
    await handOut.getByText('This address works on this computer only').waitFor();
    const code = handOut.getByRole('img', { name: 'QR code of the address' });
    const before = await code.getAttribute('src');
    await handOut.getByRole('textbox', { name: 'Seed' }).fill('42');
    await handOut.getByRole('button', { name: 'Copy link' }).click();
    await handOut.getByText('The link was copied.').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.startsWith(`${served.address}#/start?`)).toBe(true);
    expect(copied.length).toBeLessThan(200);
    expect(await handOut.getByRole('textbox', { name: 'Address' }).inputValue()).toBe(copied);
    expect(await code.getAttribute('src')).not.toBe(before);
    expect(readClassLink(new URLSearchParams(copied.split('?')[1]))).toEqual(parseRecipe({ ...lesson, seed: 42 }));
    await page.keyboard.press('Escape');

    // Another link in the page that is here: other pairs, and nothing of the lesson before.
    const task = page.locator('.task');
    const old = await task.innerText();
    await page.evaluate((hash) => void (location.hash = hash), classLink(short(11), ''));
    await page.getByText('The lesson of your class: 6 steps, seed 11.').waitFor();
    await page.getByText('It has learned.').waitFor({ state: 'detached' });
    await tallied(page).waitFor();
    expect(await task.innerText()).not.toBe(old);
    expect(await page.getByLabel('Which model answers').inputValue()).toBe('biased');

    await page.getByRole('button', { name: 'Start over' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toMatch(/This is reset[\s\S]*the first pair[\s\S]*This stays[\s\S]*all runs/);
    await dialog.getByRole('button', { name: 'Start over' }).click();
    await tallied(page).waitFor();
    expect(await page.getByText('This was a start').count()).toBe(0);
    expect(await page.getByLabel('Which model answers').inputValue()).toBe('biased');
    // What was taught stays.
    await go(page, 'Runs');
    await runRow(page, 'cure in 30 s').first().waitFor();
    await page.context().close();
  });
});
