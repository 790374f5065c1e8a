import type { CompilerOptions } from '@inlang/paraglide-js';
import type { Plugin } from 'vite';

export const messageOptions: CompilerOptions;
export const messagesInOneFile: Plugin;
export function ensureMessages(): Promise<void>;
