// npm run wasm: compiles wasm/*.ts (AssemblyScript) to wasm/fused.wasm, for pages with shared memory and threads in
// browsers with relaxed SIMD, wasm/shared.wasm, for browsers without that, and wasm/single.wasm, for pages that are not
// cross-origin isolated. All are kept in the repository; a test sees to it that they are up to date.
import asc from 'assemblyscript/asc';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../wasm', import.meta.url));

const flags = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--importMemory'];
const features = ['--noExportMemory', '--enable', 'simd', '--enable', 'threads', '--disableWarning'];
const shared = ['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];

export const KINDS = /** @type {const} */ (['fused', 'shared', 'single']);

const own = {
  fused: [...shared, '--enable', 'relaxed-simd'],
  shared,
  single: ['--initialMemory', '1'],
};

const PLAIN_SUM = 'f32x4.add(f32x4.mul(a, b), c)';

function read(name, kind) {
  try {
    // A decorator before a function is no TypeScript, so the sources ask for inlining by a comment.
    const source = readFileSync(join(folder, name), 'utf8').replaceAll('/* inline */ ', '@inline\n');
    return kind === 'fused' ? source.replace(PLAIN_SUM, 'f32x4.relaxed_madd(a, b, c)') : source;
  } catch {
    return null;
  }
}

/** @param {typeof KINDS[number]} kind */
export async function compileLoops(kind) {
  let binary = null;
  const { error, stderr } = await asc.main(['main.ts', '--outFile', 'out.wasm', ...flags, ...features, ...own[kind]], {
    readFile: (name) => read(name, kind),
    writeFile: (name, contents) => {
      if (name === 'out.wasm') binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) throw new Error(`wasm/ does not compile:\n${stderr.toString()}`);
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kind of KINDS) {
    const binary = await compileLoops(kind);
    writeFileSync(join(folder, `${kind}.wasm`), binary);
    console.log(`wasm/${kind}.wasm: ${(binary.byteLength / 1024).toFixed(1)} KB`);
  }
}
