export const chromiumArguments: string[];
export const hardwareArguments: string[];
export function findBrowser(): string | null;
export function ensureBrowser(): string;
