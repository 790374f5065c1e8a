// Finds a Chromium-family browser for the tests and the headless runner, or gets one.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Flags that give WebGPU and WebGL without a graphics card and keep the browser quiet on the network. */
export const chromiumArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Flags for a machine with a graphics card: the browser's own choice of adapter, Vulkan where that is the way. */
export const hardwareArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--ignore-gpu-blocklist',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const candidates = {
  linux: [
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/snap/bin/chromium',
    '/usr/bin/microsoft-edge',
    '/opt/google/chrome/chrome',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    join(homedir(), 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .map((name) => process.env[name])
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ]),
};

/** Path of an installed browser, or null. `PALINDROME_BROWSER` names one outright. */
export function findBrowser() {
  const named = process.env.PALINDROME_BROWSER;
  if (named) return named;
  for (const path of candidates[process.platform] ?? []) if (existsSync(path)) return path;
  return downloadedBrowser();
}

function downloadedBrowser() {
  const script = "import('playwright-core').then((p) => console.log(p.chromium.executablePath()))";
  const found = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const path = found.status === 0 ? found.stdout.trim() : '';
  return path && existsSync(path) ? path : null;
}

/** Finds a browser or installs one: Debian's package when root, else Playwright's download. Throws with what to do. */
export function ensureBrowser() {
  const present = findBrowser();
  if (present) return present;
  const attempts = [];
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    attempts.push(['apt-get', ['update', '-qq']], ['apt-get', ['install', '-y', '-qq', 'chromium']]);
  }
  for (const [command, args] of attempts) {
    console.log(`No browser found: ${command} ${args.join(' ')}`);
    try {
      execFileSync(command, args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    } catch (error) {
      console.log(`That failed (${error.message}).`);
    }
  }
  if (findBrowser()) return findBrowser();
  console.log("Trying Playwright's own Chromium.");
  spawnSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], { stdio: 'inherit' });
  const path = findBrowser();
  if (path) return path;
  throw new Error(
    'No Chromium, Chrome or Edge was found and none could be installed. Install one, or set PALINDROME_BROWSER to its path.',
  );
}
