// What a device can do at its best, measured in a second or two: the rate of a large matrix product, by the best
// of several shaders, and the bandwidth of a large copy. A step's floor follows from these two and from its cost (model/cost.ts).
import matmulSource from '../../shaders/rooflineMatmul.wgsl?raw';
import lanesSource from '../../shaders/linearLanes.wgsl?raw';
import wideSource from '../../shaders/linearWide.wgsl?raw';
import copySource from '../../shaders/rooflineCopy.wgsl?raw';
import * as m from '../words/messages';

export interface Roofline {
  /** The best rate of a matrix product in f32, in 10⁹ operations a second (a multiplication and an addition are two). */
  matmulPeakGflops: number;
  /** Bytes read and written by a copy, in 10⁹ a second. */
  bandwidthGBs: number;
  /** Which product was the best, and of what side. */
  matmul: string;
}

/** Short dispatches are repeated for about this long in one submit. */
const LONG_ENOUGH_MS = 60;
/** Operating systems kill work that runs for seconds: a product eight times as large as one that took this is not begun. */
const TOO_LONG_MS = 150;
const REPEATS = 3;

/** A shader that multiplies; all but the first of them are those that training runs. */
interface Product {
  name: string;
  source: string;
  overrides: Record<string, number>;
  /** Rows and columns that a workgroup makes. */
  tile: [number, number];
  /** Bound as in kernels/linear/multiply.ts: A, B, something that is added, C, something that is kept, the sides. */
  layered: boolean;
  needs: GPUFeatureName | null;
}

const PLAIN = { A_TRANSPOSED: 0, B_TRANSPOSED: 0, EPILOGUE: 0 };

const PRODUCTS: readonly Product[] = [
  { name: 'tiled', source: matmulSource, overrides: {}, tile: [128, 128], layered: false, needs: null },
  {
    name: 'wide',
    source: wideSource,
    overrides: { ...PLAIN, THREADS_X: 16, THREADS_Y: 16, DEPTH: 8 },
    tile: [128, 128],
    layered: true,
    needs: null,
  },
  {
    name: 'lanes',
    source: lanesSource,
    overrides: { ...PLAIN, TALL: 1 },
    tile: [32, 32],
    layered: true,
    needs: 'subgroups',
  },
];
type Four = [GPUBuffer, GPUBuffer, GPUBuffer, GPUBuffer];

const SIDES = [256, 512, 1024, 2048, 4096];

/** Copies at most this much: larger than any cache, within the binding size that WebGPU guarantees. */
const COPIED_BYTES = 128 * 2 ** 20;

/**
 * Measures a device. Nothing else should run on it meanwhile.
 * @throws Error where a product is wrong or the device is lost
 */
export async function measureRoofline(device: GPUDevice): Promise<Roofline> {
  let best = { rate: 0, name: '' };
  for (const product of PRODUCTS) {
    if (product.needs !== null && !device.features.has(product.needs)) continue;
    const found = await bestRate(device, product);
    if (found.rate > best.rate) best = found;
  }
  return { matmulPeakGflops: best.rate, bandwidthGBs: await bandwidth(device), matmul: best.name };
}

async function bestRate(device: GPUDevice, product: Product): Promise<{ rate: number; name: string }> {
  const pipeline = await compile(device, `roofline ${product.name}`, product.source, product.overrides);
  let best = { rate: 0, name: '' };
  for (const side of SIDES) {
    const bytes = side * side * 4;
    if (bytes > device.limits.maxStorageBufferBindingSize) break;
    const [a, b, c, kept] = [bytes, bytes, bytes, 16].map((size) => storage(device, size)) as Four;
    const uniform = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(uniform, 0, new Uint32Array([side, side, side, side]));
    fill(device, a, side, LEFT);
    fill(device, b, side, RIGHT);
    const bound = product.layered ? [a, b, b, c, kept, uniform] : [a, b, c, uniform];
    const [rows, columns] = product.tile;
    const ms = await fastest(device, pipeline, bound, [side / columns, side / rows]);
    const right = await isRight(device, c, side);
    for (const buffer of [a, b, c, kept, uniform]) buffer.destroy();
    if (!right) throw new Error(m.engine_product_wrong({ name: product.name }));
    const rate = (2 * side ** 3) / (ms * 1e6);
    if (rate > best.rate) best = { rate, name: `${product.name} ${side}³` };
    if (ms > TOO_LONG_MS) break;
  }
  return best;
}

async function bandwidth(device: GPUDevice): Promise<number> {
  const pipeline = await compile(device, 'roofline copy', copySource, {});
  const size = Math.min(COPIED_BYTES, device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const buffers = [storage(device, size), storage(device, size)];
  const groups = Math.ceil(size / 16 / 256);
  const x = Math.min(groups, 32768);
  const ms = await fastest(device, pipeline, buffers, [x, Math.ceil(groups / x)]);
  for (const buffer of buffers) buffer.destroy();
  return (2 * size) / (ms * 1e6);
}

function storage(device: GPUDevice, size: number): GPUBuffer {
  return device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
}

// Small whole numbers, so that every product is exact in f32.
const LEFT = (i: number): number => (i % 7) - 3;
const RIGHT = (i: number): number => (i % 5) - 2;

function fill(device: GPUDevice, buffer: GPUBuffer, side: number, value: (i: number) => number): void {
  const values = new Float32Array(side * side);
  for (let i = 0; i < values.length; i++) values[i] = value(i);
  device.queue.writeBuffer(buffer, 0, values);
}

/** Compares one row near the end with the host's product. */
async function isRight(device: GPUDevice, product: GPUBuffer, side: number): Promise<boolean> {
  const row = side - 3;
  const reading = device.createBuffer({ size: side * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(product, row * side * 4, reading, 0, side * 4);
  device.queue.submit([encoder.finish()]);
  await reading.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(reading.getMappedRange());
  const expected = new Float32Array(side);
  for (let k = 0; k < side; k++) {
    const left = LEFT(row * side + k);
    for (let c = 0; c < side; c++) expected[c] = (expected[c] as number) + left * RIGHT(k * side + c);
  }
  const right = values.every((value, column) => value === expected[column]);
  reading.destroy();
  return right;
}

async function compile(
  device: GPUDevice,
  label: string,
  code: string,
  constants: Record<string, number>,
): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ label, code });
  return device.createComputePipelineAsync({
    label,
    layout: 'auto',
    compute: { module, entryPoint: 'main', constants },
  });
}

/** Milliseconds of one dispatch, the best of a few; short ones are measured several in one submit. */
async function fastest(
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  buffers: readonly GPUBuffer[],
  groups: readonly [number, number],
): Promise<number> {
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const run = async (times: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...groups);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / times;
  };
  await run(1); // compiles and warms up
  const once = await run(1);
  const times = Math.max(1, Math.min(200, Math.floor(LONG_ENOUGH_MS / Math.max(once, 0.05))));
  let best = once;
  for (let i = 0; i < REPEATS; i++) best = Math.min(best, await run(times));
  return best;
}
