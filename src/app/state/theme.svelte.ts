// The look: the system's choice of light or dark until someone chooses, then theirs, kept in this browser. `projector` is
// for a bright room and the last row: black on white, larger, with heavier lines.

export const THEMES = ['system', 'light', 'dark', 'projector'] as const;

export type ThemeChoice = (typeof THEMES)[number];

const key = 'palindrome.theme';

export class Theme {
  readonly #system = matchMedia('(prefers-color-scheme: dark)');
  #choice = $state<ThemeChoice>(stored());

  constructor() {
    this.#apply();
    this.#system.addEventListener('change', () => this.#apply());
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    try {
      localStorage.setItem(key, choice);
    } catch {
      // Storage is switched off: the choice holds until the page is closed.
    }
    this.#apply();
  }

  #apply(): void {
    const system = this.#system.matches ? 'dark' : 'light';
    document.documentElement.dataset['theme'] = this.#choice === 'system' ? system : this.#choice;
  }
}

function stored(): ThemeChoice {
  try {
    const name = localStorage.getItem(key);
    return THEMES.find((theme) => theme === name) ?? 'system';
  } catch {
    return 'system';
  }
}
