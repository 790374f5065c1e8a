// npm run experiment -- data: what can be said of the comparison's episodes without any model, for the page of experiments.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { progressPrinter } from './progressLines.mjs';
import { openStudio, serveStudio } from './studioPage.mjs';

/** @param recipe whose episodes are looked at */
export async function writeData(recipe, out) {
  await ensureBuild();
  const server = await serveStudio();
  try {
    const { page, close } = await openStudio(server.address, progressPrinter());
    try {
      const order = { recipe, backend: null, imports: false, minutes: null, steps: null };
      const { texts } = await page.evaluate((o) => window.palindromeHeadless.dataReport(o), order);
      const { episodes, sentences, summary, trivial } = JSON.parse(texts['report.json']);
      const { format } = await import('prettier');
      const facts = { episodes, sentences, split: summary.episodes, summary: { checks: summary.checks }, trivial };
      const file = join(out, 'data.json');
      writeFileSync(file, await format(JSON.stringify(facts), { parser: 'json', printWidth: 120 }));
      return `Written: ${file}.`;
    } finally {
      await close();
    }
  } finally {
    await server.close();
  }
}
