// A realm of its own, in which no other test has started a backend yet.
import * as tf from '@tensorflow/tfjs';
import { describeChecks, selfTest } from '../../src/gpu/selfTest';
import { GpuService } from '../../src/workers/gpuService';

const service = new GpuService();
// As when a page opens on its own choice and somebody begins a run with another one at once.
const names = (await Promise.all([service.start('auto'), service.start('wasm')])).map(({ name }) => name);
postMessage({ names, current: tf.getBackend(), checks: describeChecks(await selfTest()) });
