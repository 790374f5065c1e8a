// The language of sentences made outside the page: errors, verdicts, reports. English, until the page says otherwise.
import { overwriteGetLocale, type Locale } from '../words/runtime';

let spoken: Locale = 'en';
overwriteGetLocale(() => spoken);

/** From now on messages come in this language. */
export function speak(locale: Locale): void {
  spoken = locale;
}
