// Light or dark: the system's choice until someone presses the button, then theirs, kept in this browser.

export type ThemeName = 'light' | 'dark';

const key = 'palindrome.theme';

export class Theme {
  readonly #system = matchMedia('(prefers-color-scheme: dark)');
  #name = $state<ThemeName>('light');
  #chosen: ThemeName | null = stored();

  constructor() {
    this.#apply();
    this.#system.addEventListener('change', () => this.#apply());
  }

  get name(): ThemeName {
    return this.#name;
  }

  toggle(): void {
    this.#chosen = this.#name === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(key, this.#chosen);
    } catch {
      // Storage is switched off: the choice holds until the page is closed.
    }
    this.#apply();
  }

  #apply(): void {
    this.#name = this.#chosen ?? (this.#system.matches ? 'dark' : 'light');
    document.documentElement.dataset['theme'] = this.#name;
  }
}

function stored(): ThemeName | null {
  try {
    const name = localStorage.getItem(key);
    return name === 'light' || name === 'dark' ? name : null;
  } catch {
    return null;
  }
}
