// The look: the system's choice of light or dark until someone chooses, then theirs. `projector` is for a bright room and
// the last row: black on white, larger, with heavier lines.
import { showTheme, storedTheme, storeTheme, type ThemeChoice } from './themeChoice';

export class Theme {
  #choice = $state<ThemeChoice>(storedTheme());

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => showTheme(this.#choice));
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    storeTheme(choice);
    showTheme(choice);
  }
}
