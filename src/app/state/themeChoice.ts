// Which look was chosen, kept in this browser, and how the page is told. Plain and small: the entry calls it before the
// studio is loaded, so that a page never shows one look and then another.

export const THEMES = ['system', 'light', 'dark', 'projector'] as const;

export type ThemeChoice = (typeof THEMES)[number];

const key = 'palindrome.theme';

export function storedTheme(): ThemeChoice {
  try {
    const name = localStorage.getItem(key);
    return THEMES.find((theme) => theme === name) ?? 'system';
  } catch {
    return 'system';
  }
}

export function storeTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Storage is switched off: the choice holds until the page is closed.
  }
}

/** Tells the page's styles; `system` becomes the light or dark that the system asks for now. */
export function showTheme(choice: ThemeChoice): void {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset['theme'] = choice === 'system' ? system : choice;
}
