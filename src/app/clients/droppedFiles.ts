// Files with the path under which they came, from a drop (folders read recursively), a picker or the clipboard.
import type { PathedFile } from '../../workers/dataApi';

/** Every file of a drop. Must be called inside the drop event: the browser forgets the items afterwards. */
export async function droppedFiles(transfer: DataTransfer): Promise<PathedFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(transfer.files);
  const found = await Promise.all(entries.map(filesOf));
  return found.flat();
}

/** Files of an `<input type="file">`, folders included. */
export function pickedFiles(list: FileList): PathedFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The first picture of a paste or drop, or null. */
export function pictureOf(transfer: DataTransfer | null): File | null {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith('image/')) ?? null;
}

async function filesOf(entry: FileSystemEntry): Promise<PathedFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: PathedFile[] = [];
  // A reader hands out at most about a hundred entries at a time; an empty answer ends the folder.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const inner of entries) found.push(...(await filesOf(inner)));
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
