export function softwareAdapterFolder(): string | null;
export function softwareAdapterEnvironment(): Record<
  'XDG_RUNTIME_DIR' | 'VK_ICD_FILENAMES' | 'LD_LIBRARY_PATH',
  string
> | null;
