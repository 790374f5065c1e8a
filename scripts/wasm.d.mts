export const KINDS: readonly ['fused', 'shared', 'single'];
export function compileLoops(kind: (typeof KINDS)[number]): Promise<Uint8Array<ArrayBuffer>>;
