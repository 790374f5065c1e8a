// Hands files to the person: a small one to the browser's download list at once, a large one piece by piece, straight to
// the disk where the browser can. Nothing leaves the computer.

/** @param content text or bytes */
export function saveFile(fileName: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A file that is being written. */
export interface SaveTarget {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Makes the file exist. */
  close(): Promise<void>;
  /** Leaves nothing behind. */
  abort(): Promise<void>;
}

interface SavePicker {
  showSaveFilePicker?: (options: {
    suggestedName: string;
    types: { accept: Record<string, string[]> }[];
  }) => Promise<FileSystemFileHandle>;
}

/** Bytes that wait in memory before the browser may put them elsewhere. */
const GATHERED = 32 << 20;

/**
 * A place for a large file, asked for where the browser can write to the disk. Must be called in a click.
 * @returns null where the person changed their mind
 */
export async function openSaveTarget(fileName: string, type: string, ending: string): Promise<SaveTarget | null> {
  const { showSaveFilePicker } = globalThis as SavePicker;
  if (!showSaveFilePicker) return new Download(fileName, type);
  try {
    const handle = await showSaveFilePicker({ suggestedName: fileName, types: [{ accept: { [type]: [ending] } }] });
    return await handle.createWritable();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    // Some pages may not ask (embedded ones, or without a click): the download list always works.
    return new Download(fileName, type);
  }
}

/** Gathers a file as blobs, which browsers keep on the disk when they grow. */
class Download implements SaveTarget {
  readonly #fileName: string;
  readonly #type: string;
  #blobs: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  constructor(fileName: string, type: string) {
    this.#fileName = fileName;
    this.#type = type;
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= GATHERED) this.#gather();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#gather();
    saveFile(this.#fileName, new Blob(this.#blobs), this.#type);
    return this.abort();
  }

  abort(): Promise<void> {
    this.#blobs = [];
    this.#pieces = [];
    return Promise.resolve();
  }

  #gather(): void {
    this.#blobs.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#bytes = 0;
  }
}
