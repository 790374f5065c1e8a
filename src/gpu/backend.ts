// Finds out what this machine can compute on and starts the best of it: WebGPU on a real graphics adapter, else
// WebAssembly, else plain JavaScript. The GPUDevice is ours, so that its limits are the adapter's and its errors are
// heard; tfjs gets it handed. Types of tfjs's own WebGPU declarations differ from ours and are cast here alone.
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { watchDevice } from './health';
import { isSoftware, noteTraits } from './traits';
import { startWasm } from './wasmBackend';
import * as m from '../words/messages';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

export interface AdapterSummary {
  vendor: string;
  architecture: string;
  description: string;
  /** True for software that only imitates a graphics card. */
  isFallback: boolean;
}

export interface StartedBackend {
  name: BackendName;
  /** The WebGPU adapter found, even where it is not used; null where there is none. */
  adapter: AdapterSummary | null;
  /** Why this backend, in words. */
  reason: string;
}

export interface BackendOptions {
  /** Which adapter to ask for where there are several; the fast one unless said. */
  power?: GPUPowerPreference;
  /** Most threads of the wasm backend, so that two runs side by side do not fight; as many as pay unless said. */
  threads?: number | undefined;
}

/** What a device of this machine offers, found without starting anything. */
export interface DetectedBackends {
  adapter: AdapterSummary | null;
  webgpu: boolean;
  wasm: boolean;
  cpu: boolean;
}

/** Lets go of the device that runs now. */
let giveUp: (() => void) | null = null;

async function findAdapter(powerPreference: GPUPowerPreference): Promise<GPUAdapter | null> {
  if (!('gpu' in navigator) || navigator.gpu === undefined) return null;
  try {
    return await navigator.gpu.requestAdapter({ powerPreference });
  } catch {
    return null;
  }
}

function summarise(adapter: GPUAdapter): AdapterSummary {
  const { vendor, architecture, description } = adapter.info;
  return { vendor, architecture, description, isFallback: isSoftware(adapter.info) };
}

export async function detectBackends(): Promise<DetectedBackends> {
  const adapter = await findAdapter('high-performance');
  return {
    adapter: adapter === null ? null : summarise(adapter),
    webgpu: adapter !== null,
    wasm: typeof WebAssembly === 'object',
    cpu: true,
  };
}

/**
 * Starts a backend and makes it tfjs's current one.
 * @param choice 'auto' decides by the adapter; a name forces that backend
 * @throws Error in words where a forced backend cannot start
 */
export async function startBackend(
  choice: 'auto' | BackendName,
  { power = 'high-performance', threads }: BackendOptions = {},
): Promise<StartedBackend> {
  const adapter = await findAdapter(power);
  const summary = adapter === null ? null : summarise(adapter);
  const name = choice === 'auto' ? (summary !== null && !summary.isFallback ? 'webgpu' : 'wasm') : choice;
  const reason = choice === 'auto' ? explain(summary) : m.engine_backend_asked({ name });

  if (name === 'webgpu') {
    if (adapter === null) throw new Error(m.engine_webgpu_missing());
    try {
      await startWebGPU(adapter);
      return { name, adapter: summary, reason };
    } catch (error) {
      if (choice !== 'auto') throw error;
      await startWasm(threads);
      const why = error instanceof Error ? error.message : String(error);
      return {
        name: 'wasm',
        adapter: summary,
        reason: m.engine_webgpu_failed({ why }),
      };
    }
  }
  if (name === 'wasm') {
    try {
      await startWasm(threads);
      return { name, adapter: summary, reason };
    } catch (error) {
      if (choice !== 'auto') throw error;
      await startCpu();
      return {
        name: 'cpu',
        adapter: summary,
        reason: m.engine_only_cpu(),
      };
    }
  }
  await startCpu();
  return { name, adapter: summary, reason };
}

function explain(summary: AdapterSummary | null): string {
  if (summary === null) return m.engine_no_adapter();
  if (summary.isFallback) {
    return m.engine_software_adapter();
  }
  return m.engine_adapter_found();
}

async function startWebGPU(adapter: GPUAdapter): Promise<void> {
  const wanted: GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups'];
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    label: 'palindrome',
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    },
  });
  noteTraits(device, adapter.info);
  if (tf.engine().registryFactory['webgpu'] !== undefined) tf.removeBackend('webgpu');
  giveUp?.();
  const endWatch = watchDevice(device);
  giveUp = () => {
    endWatch();
    device.destroy();
  };
  // tfjs was written against older declarations of the same objects.
  const [ourDevice, info] = [device, adapter.info] as unknown as ConstructorParameters<typeof WebGPUBackend>;
  tf.registerBackend('webgpu', () => new WebGPUBackend(ourDevice, info), 3);
  // Small tensors would otherwise be computed on the CPU and have no buffer for our shaders.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await tf.setBackend('webgpu'))) throw new Error(m.engine_tfjs_webgpu_failed());
}

async function startCpu(): Promise<void> {
  if (!(await tf.setBackend('cpu'))) throw new Error(m.engine_javascript_failed());
}
