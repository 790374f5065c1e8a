// The software graphics adapter (SwiftShader) that comes with a browser, for WebGPU in Node through the npm package
// `webgpu`, which brings neither a driver nor Vulkan's loader.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findBrowser } from './browser.mjs';

const DRIVER = 'vk_swiftshader_icd.json';

/** Where distributions put the browser's own files when its command is a script elsewhere. */
const FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
  '/usr/lib64/chromium-browser',
];

/** The folder with the driver's description and, beside it, Vulkan's loader; null where no browser brings them. */
export function softwareAdapterFolder() {
  const browser = findBrowser();
  const beside = browser && existsSync(browser) ? [dirname(realpathSync(browser))] : [];
  return [...beside, ...FOLDERS].find((folder) => existsSync(join(folder, DRIVER))) ?? null;
}

/** Environment variables with which a new process finds that adapter; null where there is none. */
export function softwareAdapterEnvironment() {
  const folder = softwareAdapterFolder();
  if (folder === null) return null;
  return {
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
    VK_ICD_FILENAMES: join(folder, DRIVER),
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
}
