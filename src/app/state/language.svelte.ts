// The language of the page: the browser's until someone chooses, then theirs, kept in this browser.
import { isLocale, locales, overwriteGetLocale, type Locale } from '../../words/runtime';

const key = 'palindrome.language';

export class Language {
  #locale = $state<Locale>(stored() ?? preferred());

  /** @param onChange told of every choice, so that the workers speak the same */
  constructor(onChange: (locale: Locale) => void) {
    this.#onChange = onChange;
    // Messages in templates are written anew when this changes.
    overwriteGetLocale(() => this.#locale);
    this.#apply();
  }

  readonly #onChange: (locale: Locale) => void;

  get locale(): Locale {
    return this.#locale;
  }

  choose(locale: Locale): void {
    this.#locale = locale;
    try {
      localStorage.setItem(key, locale);
    } catch {
      // Storage is switched off: the choice holds until the page is closed.
    }
    this.#apply();
    this.#onChange(locale);
  }

  #apply(): void {
    document.documentElement.lang = this.#locale;
  }
}

/** Each language under its own name. */
export const LANGUAGES: readonly { locale: Locale; name: string }[] = locales.map((locale) => ({
  locale,
  name: { en: 'English', de: 'Deutsch' }[locale],
}));

function preferred(): Locale {
  const known = navigator.languages.map((tag) => tag.split('-')[0]).find((tag) => isLocale(tag));
  return isLocale(known) ? known : 'en';
}

function stored(): Locale | null {
  try {
    const name = localStorage.getItem(key);
    return isLocale(name) ? name : null;
  } catch {
    return null;
  }
}
