import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { PACKING_HEAD, packingOf } from '@/lib/explain/archive/packing'

/** How `explain` takes a path: a folder, a packed file (also of a packing that is not opened), or anything else that can be read. */
export function pathKind(path: string): 'folder' | 'packed' | 'other' {
  if (path === '-') return 'other'
  try {
    const info = statSync(path)
    if (info.isDirectory()) return 'folder'
    // A pipe gives its bytes once: only a file may be looked into beforehand.
    return info.isFile() && packingOf(headOf(path)) !== null ? 'packed' : 'other'
  } catch {
    // Said where it is read: a file that is not there is an answer of its own.
    return 'other'
  }
}

/** The first bytes of a file. */
export function headOf(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const head = new Uint8Array(PACKING_HEAD)
    return head.subarray(0, readSync(file, head))
  } finally {
    closeSync(file)
  }
}
