/** How a file is packed, by its first bytes (a name is no evidence). */
export type Packing = 'gzip' | 'tar' | 'unsupported'

/** Bytes that `packingOf` looks at. */
export const PACKING_HEAD = 512

const UNSUPPORTED: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
]

/** How the bytes are packed; null: they are not. `name` is what people call it. */
export function packingOf(head: Uint8Array): { packing: Packing; name: string } | null {
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return { packing: 'gzip', name: 'gzip' }
  // "ustar" of POSIX and GNU; the older layout has no mark and is text to us.
  if ([0x75, 0x73, 0x74, 0x61, 0x72].every((byte, at) => head[257 + at] === byte))
    return { packing: 'tar', name: 'tar' }
  const other = UNSUPPORTED.find(([name, magic]) => magic.every((byte, at) => head[at] === byte) && !isText(name, head))
  return other ? { packing: 'unsupported', name: other[0] } : null
}

/** `BZh` may begin a text: bzip2 goes on with a digit and the first digits of pi. */
function isText(name: string, head: Uint8Array): boolean {
  return name === 'bzip2' && !(head[4] === 0x31 && head[5] === 0x41 && head[6] === 0x59)
}

/** What to say of a packing that is not opened, and what to do instead. */
export function notOpened(name: string): string {
  return `packed with ${name}, which is not opened here: unpack it, and give the folder or a .tar.gz`
}

/** A packed file that grows by more than this is made to fill memory; logs reach 20 to 100. */
export const MAX_RATIO = 250
/** Below so many unpacked bytes nobody counts. */
export const RATIO_FROM = 32 * 1024 * 1024
