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
import * as m from '../words/messages';
import type { Locale } from '../words/runtime';

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
    if (precision === 'f16' && !halves) reason += ` ${m.engine_no_halves()}`;
    await tune(recorder, halves);
  }
  const device = adapter?.description || [adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ');
  const off = switchedOff().map(({ why }) => why);
  const label = deviceLabel(name, device, halves);
  // Speeds and measurements of earlier versions are remembered by the English label.
  const id = deviceLabel(name, device, halves, { locale: 'en' });
  return { name, label, id, adapter, reason: [reason, ...off].join(' '), halves };
}

function deviceLabel(
  name: BackendInfo['name'],
  device: string,
  halves: boolean,
  said: { locale?: Locale } = {},
): string {
  if (name === 'wasm') return m.engine_device_wasm({}, said);
  if (name === 'cpu') return m.engine_device_slow({}, said);
  const card = `WebGPU · ${device || m.engine_device_card({}, said)}`;
  return halves ? `${card}, ${m.engine_device_halves({}, said)}` : card;
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
