// Every WGSL file is valid, also those for features that no adapter at hand has (f16): checked by Dawn without a device
// that runs anything.
import { readdirSync, readFileSync } from 'node:fs';
import { create, globals } from 'webgpu';
import { expect, test } from 'vitest';

Object.assign(globalThis, globals);
// Kept for the whole file: Dawn's objects die with their instance.
const gpu = create(['backend=null']);

test('every shader file is valid', async () => {
  const adapter = (await gpu.requestAdapter()) as GPUAdapter;
  const wanted: GPUFeatureName[] = ['shader-f16', 'subgroups'];
  expect(wanted.filter((feature) => !adapter.features.has(feature))).toEqual([]);
  const device = await adapter.requestDevice({ requiredFeatures: wanted });
  device.addEventListener('uncapturederror', (event) => event.preventDefault());
  const files = readdirSync('shaders').filter((file) => file.endsWith('.wgsl'));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const code = readFileSync(`shaders/${file}`, 'utf8');
    const { messages } = await device.createShaderModule({ label: file, code }).getCompilationInfo();
    expect(messages.map(({ lineNum, message }) => `${file}:${lineNum} ${message}`)).toEqual([]);
  }
  device.destroy();
});

test('linearHalf.wgsl is linearWide.wgsl with halves in the tiles', () => {
  const body = (file: string) => {
    const source = readFileSync(`shaders/${file}`, 'utf8');
    return source.slice(source.indexOf('override THREADS_X'));
  };
  const halved = body('linearWide.wgsl')
    .replaceAll('array<vec4f, DEPTH', 'array<vec4h, DEPTH')
    .replaceAll('= vec4f(block[e]);', '= vec4h(block[e]);');
  expect(body('linearHalf.wgsl')).toBe(halved);
});

// linearLanes.wgsl alone differs: its sums begin with the bias.
test('the shaders of products share their epilogues word for word', () => {
  const epilogue = (file: string) => {
    const source = readFileSync(`shaders/${file}`, 'utf8');
    const put = source.indexOf('fn put(');
    // Up to the end of the function after it.
    return source.slice(put, source.indexOf('\n}\n', source.indexOf('fn putGated(')));
  };
  const first = epilogue('linear.wgsl');
  expect(first).toContain('geluSlope');
  for (const file of ['linearWide.wgsl', 'linearHalf.wgsl', 'linearSingle.wgsl']) {
    expect(epilogue(file), file).toBe(first);
  }
});
