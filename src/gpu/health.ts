// WebGPU reports trouble beside the program's flow: a wrong shader gives zeros and no exception, a lost device gives
// silence. Everything of that kind arrives here and goes to whoever runs the job, as an error with words for people.
import * as m from '../words/messages';

export class DeviceLost extends Error {
  override name = 'DeviceLost';
}

export class OutOfMemory extends Error {
  override name = 'OutOfMemory';
}

export class ShaderInvalid extends Error {
  override name = 'ShaderInvalid';
}

export type Trouble = DeviceLost | OutOfMemory | ShaderInvalid;

const listeners = new Set<(trouble: Trouble) => void>();

/** Calls the listener with every trouble from now on; the returned function ends that. */
export function onTrouble(listener: (trouble: Trouble) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function reportTrouble(trouble: Trouble): void {
  for (const listener of [...listeners]) listener(trouble);
}

/**
 * Listens to a device's errors and to its loss.
 * @returns ends the watch; call it before a device is destroyed on purpose
 */
export function watchDevice(device: GPUDevice): () => void {
  let watching = true;
  const hear = (event: GPUUncapturedErrorEvent): void => reportTrouble(explain(event.error));
  device.addEventListener('uncapturederror', hear);
  void device.lost.then((info) => {
    if (!watching) return;
    reportTrouble(new DeviceLost(m.engine_device_lost({ detail: info.message || info.reason })));
  });
  return () => {
    watching = false;
    device.removeEventListener('uncapturederror', hear);
  };
}

function explain(error: GPUError): Trouble {
  if (error instanceof GPUOutOfMemoryError) {
    return new OutOfMemory(m.engine_memory_full({ detail: error.message }));
  }
  return new ShaderInvalid(m.engine_driver_refused({ detail: error.message }));
}
