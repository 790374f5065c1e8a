// What axe finds on a page. The page's content policy must be lifted (`bypassCSP`), because axe has to be put into it.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const code = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

interface Violation {
  id: string;
  nodes: { html: string }[];
}

interface Options {
  runOnly?: string[];
}

/** On the page as it is, each with the elements that are at fault. */
export async function violations(page: Page, options: Options = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(code);
  const found = await page.evaluate(async (asked) => {
    const tool = (globalThis as unknown as { axe: { run(options: Options): Promise<{ violations: Violation[] }> } })
      .axe;
    return (await tool.run(asked)).violations;
  }, options);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

/** Puts a theme on until it is told otherwise; what was chosen stays. */
export async function wear(page: Page, theme: string): Promise<void> {
  await page.evaluate((name) => void (document.documentElement.dataset['theme'] = name), theme);
}
