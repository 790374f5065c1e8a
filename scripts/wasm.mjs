// npm run wasm: compiles wasm/*.ts (AssemblyScript) to wasm/shared.wasm, for pages with shared memory and threads, and
// wasm/single.wasm, for those without. Both are kept in the repository; a test sees to it that they are up to date.
import asc from 'assemblyscript/asc';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../wasm', import.meta.url));

const flags = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--importMemory'];
const features = ['--noExportMemory', '--enable', 'simd', '--enable', 'threads', '--disableWarning'];
const memory = {
  shared: ['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  single: ['--initialMemory', '1'],
};

function read(name) {
  try {
    // A decorator before a function is no TypeScript, so the sources ask for inlining by a comment.
    return readFileSync(join(folder, name), 'utf8').replaceAll('/* inline */ ', '@inline\n');
  } catch {
    return null;
  }
}

/** @param {'shared' | 'single'} kind */
export async function compileLoops(kind) {
  let binary = null;
  const { error, stderr } = await asc.main(
    ['main.ts', '--outFile', 'out.wasm', ...flags, ...features, ...memory[kind]],
    {
      readFile: read,
      writeFile: (name, contents) => {
        if (name === 'out.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === null) throw new Error(`wasm/ does not compile:\n${stderr.toString()}`);
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kind of ['shared', 'single']) {
    const binary = await compileLoops(kind);
    writeFileSync(join(folder, `${kind}.wasm`), binary);
    console.log(`wasm/${kind}.wasm: ${(binary.byteLength / 1024).toFixed(1)} KB`);
  }
}
