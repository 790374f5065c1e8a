// What a WebGPU adapter is and offers beyond the guaranteed core, for the choice of kernel variants.

export interface AdapterTraits {
  /** A processor that imitates a graphics card: barriers and workgroup memory are dear there. */
  software: boolean;
  /** 16-bit floats in shaders. */
  f16: boolean;
  subgroups: boolean;
  /** Names the adapter in caches of measured choices. */
  key: string;
}

const known = new WeakMap<GPUDevice, AdapterTraits>();

export function isSoftware({ architecture, description, isFallbackAdapter }: GPUAdapterInfo): boolean {
  const named = /swiftshader|llvmpipe|lavapipe|basic render|warp/i.test(`${architecture} ${description}`);
  return (isFallbackAdapter ?? false) || named;
}

/** Notes the traits of a device made from this adapter. */
export function noteTraits(device: GPUDevice, info: GPUAdapterInfo): void {
  known.set(device, {
    software: isSoftware(info),
    f16: device.features.has('shader-f16'),
    subgroups: device.features.has('subgroups'),
    key: [info.vendor, info.architecture, info.device, info.description].join('|'),
  });
}

/** The traits of a device; the plain core for one that was never noted. */
export function traitsOf(device: GPUDevice): AdapterTraits {
  return known.get(device) ?? { software: false, f16: false, subgroups: false, key: 'unknown' };
}
