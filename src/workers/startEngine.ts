// Starts a backend and makes sure that it computes rightly and well: every kernel is compared with its reference, and on a
// graphics card the variants of the matrix products are measured once for each adapter.
import { startBackend } from '../gpu/backend';
import { currentRecorder, type Recorder } from '../gpu/recorder';
import { describeChecks, selfTest } from '../gpu/selfTest';
import { tuneOnce } from '../gpu/tuning';
import { forgetVariants, switchedOff } from '../gpu/variants';
import { trainingTunables, TUNING_VERSION } from '../kernels/linear/tuned';
import { SIZES } from '../model/config';
import type { Recipe } from '../training/recipe';
import type { BackendInfo } from './gpuApi';

export type Precision = 'f32' | 'f16';

/**
 * @param threads most threads of the wasm backend; as many as pay unless said
 * @param precision 'f16' lets products round their operands to halves where the adapter has them and it pays
 * @throws Error in words where a backend that was asked for cannot start or computes wrongly
 */
export async function startEngine(
  choice: Recipe['backend'],
  precision: Precision,
  threads?: number,
): Promise<BackendInfo> {
  forgetVariants();
  let started = await startBackend(choice, { threads });
  let reason = started.reason;
  const checks = await selfTest();
  if (checks.some((check) => !check.agrees)) {
    if (choice !== 'auto' || started.name === 'cpu') throw new Error(describeChecks(checks));
    started = await startBackend(started.name === 'webgpu' ? 'wasm' : 'cpu', { threads });
    reason = `${describeChecks(checks)} ${started.reason}`;
  }
  const { name, adapter } = started;
  let halves = false;
  if (name === 'webgpu') {
    const recorder = currentRecorder();
    halves = precision === 'f16' && recorder.traits.f16;
    if (precision === 'f16' && !halves) reason += ' It has no 16-bit floats, so products keep 32 bits.';
    await tune(recorder, halves);
  }
  const device = adapter?.description || [adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ');
  const label =
    name === 'webgpu'
      ? `WebGPU · ${device || 'graphics card'}${halves ? ', 16-bit products' : ''}`
      : name === 'wasm'
        ? 'CPU (WebAssembly)'
        : 'CPU (slow)';
  const off = switchedOff().map(({ why }) => why);
  return { name, label, adapter, reason: [reason, ...off].join(' '), halves };
}

async function tune(recorder: Recorder, halves: boolean): Promise<void> {
  // A software adapter has few variants and their order is known; they were checked by the self-test.
  if (recorder.traits.software) return;
  const models = Object.values(SIZES).map(({ vision, text, image, patch, scale }) => ({
    vision: { rows: 16 * (image / patch) ** 2, width: vision[0] },
    text: { rows: 16 * (2 * (image / patch / scale) ** 2 + 64), width: text[0] },
  }));
  await tuneOnce(trainingTunables(models, recorder), recorder, TUNING_VERSION, { halves });
}
