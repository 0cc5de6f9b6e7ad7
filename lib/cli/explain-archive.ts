import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { MAX_RATIO, notOpened, PACKING_HEAD, packingOf, RATIO_FROM } from '@/lib/explain/archive/packing'
import { type ArchiveContents, type ArchiveLimits, TarReader } from '@/lib/explain/archive/tar'
import { explain, type Knowledge } from '@/lib/explain/explain'
import { type ExplainedFolder, explainFiles, type ManyFile } from '@/lib/explain/explain-files'
import { MAX_WHOLE } from './explain-read'
import { headOf } from './path-kind'

const MIB = 1024 * 1024
const LIMITS: ArchiveLimits = { files: 20_000, bytes: 512 * MIB, fileBytes: MAX_WHOLE }
/** Bytes unpacked in all, also of what is left unread. */
const MAX_UNPACKED = 4 * 1024 * MIB

/** What a packed file held: files, a single text (a gzipped log), or why it was not opened. */
export type Opened = { contents: ArchiveContents } | { text: string } | { error: string }

/**
 * Opens a `.tar`, `.tar.gz` or `.gz` in memory; nothing of it is written anywhere. Never throws: damage and bounds are said in the answer.
 * @param limits for tests
 */
export async function openArchive(path: string, limits: ArchiveLimits = LIMITS): Promise<Opened> {
  const known = packingOf(headOf(path))
  if (known?.packing === 'unsupported') return { error: notOpened(known.name) }
  const source = createReadStream(path)
  const gunzip = known?.packing === 'gzip' ? createGunzip() : null
  if (gunzip) source.on('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  const unpacked = new Unpacked(limits)
  let bytes = 0
  try {
    for await (const chunk of gunzip ?? source) {
      bytes += chunk.length
      unpacked.push(chunk)
      if (bytes > RATIO_FROM && bytes > source.bytesRead * MAX_RATIO)
        unpacked.stop(`it unpacks to more than ${MAX_RATIO} times its size`)
      else if (bytes > MAX_UNPACKED) unpacked.stop(`it unpacks to more than ${MAX_UNPACKED / MIB} MiB`)
      if (unpacked.done) break
    }
  } catch (error) {
    unpacked.stop(error instanceof Error ? error.message : String(error))
  } finally {
    source.destroy()
    gunzip?.destroy()
  }
  return unpacked.end()
}

/** Judges what an archive holds as a folder is judged. */
export async function explainArchive(
  path: string,
  contents: ArchiveContents,
  knowledge: Knowledge,
): Promise<ExplainedFolder> {
  const files = contents.files.map(({ parts, bytes }): ManyFile => {
    const file = `${path}/${parts.join('/')}`
    const text = () => new TextDecoder().decode(bytes)
    return { file, parts, text, explain: (rules) => explain(file, text(), rules) }
  })
  return explainFiles(files, contents.left, knowledge)
}

/** Bytes after unpacking: a tar archive, or the text of a single file. */
class Unpacked {
  private readonly tar: TarReader
  private readonly pieces: Uint8Array[] = []
  private size = 0
  private kind: 'unknown' | 'tar' | 'text' = 'unknown'
  private error: string | null = null

  constructor(limits: ArchiveLimits) {
    this.tar = new TarReader(limits)
  }

  get done(): boolean {
    return this.error !== null || this.tar.done
  }

  push(chunk: Uint8Array): void {
    if (this.kind === 'tar') {
      this.tar.push(chunk)
      return
    }
    this.size += chunk.length
    if (this.size > MAX_WHOLE) this.stop(`it unpacks to more than ${MAX_WHOLE / MIB} MiB, and is no tar archive`)
    else this.pieces.push(chunk)
    if (this.kind === 'unknown' && this.size >= PACKING_HEAD) this.decide()
  }

  stop(why: string): void {
    if (this.kind === 'tar') this.tar.stop(why)
    else this.error = why
  }

  end(): Opened {
    if (this.kind === 'unknown') this.decide()
    if (this.kind === 'tar') return { contents: this.tar.end() }
    return this.error === null ? { text: Buffer.concat(this.pieces).toString('utf8') } : { error: this.error }
  }

  private decide(): void {
    const packed = packingOf(Buffer.concat(this.pieces).subarray(0, PACKING_HEAD))
    this.kind = packed?.packing === 'tar' ? 'tar' : 'text'
    if (this.kind === 'tar') for (const piece of this.pieces.splice(0)) this.tar.push(piece)
    else if (packed) this.error = 'it is packed twice: unpack it once by hand'
  }
}
