// Files of the real data set for tests inside the browser, read by the test server and handed over as bytes.
import { inject } from 'vitest';
import { commands } from 'vitest/browser';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with recordings. */
    data: string;
  }
}

const FOLDER = inject('data');

export async function dataFile(path: string): Promise<File> {
  const text = await commands.readFile(`${FOLDER}/${path}`, 'base64');
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new File([bytes], path.split('/').pop() ?? path);
}

/** The lines of a JSON Lines file of the data set; none where there is no data set. */
export async function dataLines(path: string): Promise<Record<string, unknown>[]> {
  try {
    const text = await (await dataFile(path)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  } catch {
    console.warn(`No data at ${FOLDER}/${path}: the tests that need it are skipped.`);
    return [];
  }
}

/** The images of an episode folder, with paths as a dropped folder gives them. */
export async function episodeFiles(id: string, count: number): Promise<{ path: string; file: File }[]> {
  const names = Array.from({ length: count }, (_, i) => `${String(i + 1).padStart(3, '0')}.jpg`);
  return Promise.all(
    names.map(async (name) => ({ path: `episodes/${id}/${name}`, file: await dataFile(`episodes/${id}/${name}`) })),
  );
}
