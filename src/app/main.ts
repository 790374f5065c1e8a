// The page's entry: mounts the studio, or, for the headless runner, only the driver behind `#/headless`.
import './tokens.css';
import './base.css';
import { showTheme, storedTheme } from './state/themeChoice';

showTheme(storedTheme());

if (location.hash.startsWith('#/headless')) {
  void import('./headless');
} else {
  void mountStudio();
}

async function mountStudio(): Promise<void> {
  const [{ mount }, { default: App }] = await Promise.all([import('svelte'), import('./App.svelte')]);
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}
