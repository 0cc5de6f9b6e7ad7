import type { PickedFile } from './open-files'

/** Files and folders of one drop that are looked at; more are for the command line. */
const MAX_ENTRIES = 5000
const MAX_DEPTH = 12

/** All files of a drop, those in folders by their path. The entries are taken at once: after the event the browser forgets them. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? [])
  if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, file }))
  const found: PickedFile[] = []
  for (const entry of entries) await walk(entry, entry.name, 0, found)
  return found
}

/** Files of a picker; of a folder picker with their path below it. */
export function pickedFiles(list: FileList | null): PickedFile[] {
  return [...(list ?? [])].slice(0, MAX_ENTRIES).map((file) => ({ path: file.webkitRelativePath || file.name, file }))
}

async function walk(entry: FileSystemEntry, path: string, depth: number, found: PickedFile[]): Promise<void> {
  if (found.length >= MAX_ENTRIES || depth > MAX_DEPTH) return
  if (isFile(entry)) {
    found.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) })
    return
  }
  if (!isFolder(entry)) return
  const reader = entry.createReader()
  for (;;) {
    // A reader gives a hundred at a time, and none at its end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const one of some) await walk(one, `${path}/${one.name}`, depth + 1, found)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
