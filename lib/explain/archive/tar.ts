/** A text file of an archive. */
export interface ArchiveFile {
  /** Path as the archive names it, without `.`, `..` and leading slashes. */
  parts: readonly string[]
  bytes: Uint8Array
}

/** What came out of an archive. */
export interface ArchiveContents {
  files: readonly ArchiveFile[]
  /** What was left unread, with why. */
  left: readonly { file: string; why: string }[]
}

/** Bounds of one archive; beyond them files are named, not kept. */
export interface ArchiveLimits {
  files: number
  /** Bytes of all files kept. */
  bytes: number
  /** Bytes of one file. */
  fileBytes: number
}

const BLOCK = 512
/** Entries named as left; of more only the number is said. */
const MAX_LEFT = 1000
/** Entries looked at, whatever they are. */
const MAX_ENTRIES = 200_000
/** Longest extended header, bytes: names have 4096. */
const MAX_HEADER = 64 * 1024

interface Entry {
  path: string
  type: string
  size: number
  /** Why it is not kept; null: it is kept. */
  why: string | null
  kept: Uint8Array
  at: number
}

/**
 * Reads a tar archive (POSIX ustar and pax, GNU long names) as it comes, into memory only: no path of it ever reaches a file system.
 * Links, devices and sparse files are named and left. Damage ends the reading: what was whole before it is kept, and the damage named.
 */
export class TarReader {
  private readonly files: ArchiveFile[] = []
  private readonly left: { file: string; why: string }[] = []
  private leftOver = 0
  private entries = 0
  private bytes = 0
  private readonly head = new Uint8Array(BLOCK)
  private headAt = 0
  private entry: Entry | null = null
  /** Bytes that fill the last block of an entry. */
  private padding = 0
  /** Names and sizes said by the extended headers before an entry. */
  private next: { path?: string; size?: number } = {}
  private ended = false

  constructor(private readonly limits: ArchiveLimits) {}

  /** True where nothing that follows matters: the end mark, damage or a bound was met. */
  get done(): boolean {
    return this.ended
  }

  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length && !this.ended) {
      if (this.entry) at += this.content(this.entry, chunk.subarray(at))
      else if (this.padding > 0) {
        const skipped = Math.min(this.padding, chunk.length - at)
        this.padding -= skipped
        at += skipped
      } else {
        const taken = Math.min(BLOCK - this.headAt, chunk.length - at)
        this.head.set(chunk.subarray(at, at + taken), this.headAt)
        this.headAt += taken
        at += taken
        if (this.headAt === BLOCK) this.header()
      }
    }
  }

  /** After the last chunk. */
  end(): ArchiveContents {
    if (!this.ended && this.entry) this.leave(this.entry.path, 'the archive ends within it')
    else if (!this.ended && this.headAt > 0) this.leave('the archive', 'it ends within a header')
    if (this.leftOver > 0) this.left.push({ file: `${this.leftOver} more`, why: 'not named here' })
    return { files: this.files, left: this.left }
  }

  /** Reads nothing further and says why. */
  stop(why: string): void {
    if (!this.ended) this.leave('the rest of the archive', why)
    this.ended = true
    this.entry = null
  }

  private leave(file: string, why: string): void {
    if (this.left.length < MAX_LEFT) this.left.push({ file, why })
    else this.leftOver += 1
  }

  private header(): void {
    this.headAt = 0
    const { head } = this
    // Two empty blocks end an archive; one is enough for us, whatever follows.
    if (head.every((byte) => byte === 0)) {
      this.ended = true
      return
    }
    if (!hasChecksum(head)) {
      this.stop('it is damaged here: a header has the wrong checksum')
      return
    }
    this.entries += 1
    if (this.entries > MAX_ENTRIES) {
      this.stop(`more than ${MAX_ENTRIES} entries`)
      return
    }
    const type = String.fromCharCode(head[156] ?? 0).replace('\0', '0')
    const extended = isExtension(type)
    const size = extended ? numberOf(head, 124, 12) : (this.next.size ?? numberOf(head, 124, 12))
    if (size === null || size < 0 || !Number.isSafeInteger(size)) {
      this.stop('it is damaged here: a header holds no size')
      return
    }
    const path = extended ? type : (this.next.path ?? nameOf(head))
    if (!extended) this.next = {}
    this.begin({ path, type, size, why: null, kept: NOTHING, at: 0 })
  }

  private begin(entry: Entry): void {
    const { type, size } = entry
    if (isExtension(type)) {
      if (size > MAX_HEADER) {
        this.stop('it is damaged here: a name is longer than any')
        return
      }
      entry.kept = new Uint8Array(size)
    } else if (type === '5') entry.why = ''
    else if (type !== '0' && type !== '7') entry.why = 'not a plain file'
    else if (size === 0) entry.why = ''
    else if (partsOf(entry.path).length === 0) entry.why = 'no name'
    else if (size > this.limits.fileBytes) entry.why = `larger than ${mib(this.limits.fileBytes)}`
    else if (this.files.length >= this.limits.files) entry.why = `more than ${this.limits.files} files`
    else if (this.bytes + size > this.limits.bytes) entry.why = `more than ${mib(this.limits.bytes)} in all`
    else {
      // Claimed as it comes, not as announced: a header may promise what never follows.
      this.bytes += size
      entry.kept = new Uint8Array(Math.min(size, BLOCK * 16))
    }
    if (entry.why) this.leave(entry.path, entry.why)
    this.entry = entry
    if (size === 0) this.finish(entry)
  }

  private content(entry: Entry, rest: Uint8Array): number {
    const taken = Math.min(entry.size - entry.at, rest.length)
    if (entry.why === null) {
      if (entry.kept.length < entry.at + taken) entry.kept = grown(entry.kept, entry.at + taken, entry.size)
      entry.kept.set(rest.subarray(0, taken), entry.at)
    }
    entry.at += taken
    if (entry.at === entry.size) this.finish(entry)
    return taken
  }

  private finish(entry: Entry): void {
    this.entry = null
    this.padding = (BLOCK - (entry.size % BLOCK)) % BLOCK
    if (entry.why !== null) return
    const { type, kept } = entry
    if (type === 'L') this.next.path = textOf(kept)
    else if (type === 'x') Object.assign(this.next, paxOf(kept))
    else if (!isExtension(type)) this.files.push({ parts: partsOf(entry.path), bytes: kept.subarray(0, entry.size) })
  }
}

const NOTHING = new Uint8Array(0)

function isExtension(type: string): boolean {
  return type === 'x' || type === 'g' || type === 'L' || type === 'K'
}

function grown(kept: Uint8Array, atLeast: number, size: number): Uint8Array {
  const larger = new Uint8Array(Math.min(size, Math.max(atLeast, kept.length * 2)))
  larger.set(kept)
  return larger
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`
}

/** Sum of the header's bytes with the sum's own field as spaces, unsigned; old archivers summed signed bytes (POSIX.1-2017, pax). */
function hasChecksum(head: Uint8Array): boolean {
  const said = numberOf(head, 148, 8)
  let [unsigned, signed] = [0, 0]
  for (let at = 0; at < BLOCK; at += 1) {
    const byte = head[at] ?? 0
    const counted = at >= 148 && at < 156 ? 32 : byte
    unsigned += counted
    signed += counted > 127 ? counted - 256 : counted
  }
  return said !== null && (said === unsigned || said === signed)
}

/** An octal field, or GNU's base 256 where its first bit is set; null: neither. */
function numberOf(head: Uint8Array, from: number, length: number): number | null {
  const field = head.subarray(from, from + length)
  if ((field[0] ?? 0) & 0x80) {
    // Negative numbers and those beyond 2^53 are no sizes.
    if (field[0] !== 0x80) return null
    return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  const text = textOf(field).trim()
  return /^[0-7]{1,12}$/.test(text) ? Number.parseInt(text, 8) : null
}

function nameOf(head: Uint8Array): string {
  const name = textOf(head.subarray(0, 100))
  const prefix = textOf(head.subarray(257, 262)) === 'ustar' ? textOf(head.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Text up to the first NUL. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/** `length key=value\n` records of a pax header: those that say where an entry lies and how long it is. */
function paxOf(bytes: Uint8Array): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {}
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at)
    const length = space < 0 ? Number.NaN : Number(textOf(bytes.subarray(at, space)))
    if (!Number.isInteger(length) || length <= space - at || at + length > bytes.length) break
    const record = textOf(bytes.subarray(space + 1, at + length - 1))
    const equals = record.indexOf('=')
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)]
    if (key === 'path' && value !== '') found.path = value
    if (key === 'size' && /^\d{1,15}$/.test(value)) found.size = Number(value)
    at += length
  }
  return found
}

/** Names of a path, without what points elsewhere. Bounded: no real path is deeper. */
function partsOf(path: string): string[] {
  return path
    .slice(0, 4096)
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .slice(-32)
}
