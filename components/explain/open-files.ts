import { MAX_RATIO, notOpened, PACKING_HEAD, packingOf, RATIO_FROM } from '@/lib/explain/archive/packing'
import { TarReader } from '@/lib/explain/archive/tar'

/** A text to explain. */
export interface Input {
  /** Path below what was dropped; a bare name for a single file. */
  name: string
  text: string
  as?: string
}

/** A file as it was dropped or picked. */
export interface PickedFile {
  path: string
  file: File
}

/** Texts read, and what was left unread with why. */
export interface OpenedFiles {
  inputs: readonly Input[]
  left: readonly { file: string; why: string }[]
}

/** What goes to the agent at once; a larger folder is for `cairn explain DIR`. */
export const MAX_FILES = 1000
export const MAX_CHARS = 24 * 1024 * 1024
const MAX_NAME = 300
const TOO_MUCH = 'more than fits here: give the folder to "cairn explain" in a terminal'

/** Reads files, folders and archives in the browser: an archive is unpacked here, in memory. Bounded; damage is said, never thrown. */
export async function openFiles(picked: readonly PickedFile[]): Promise<OpenedFiles> {
  const inputs: Input[] = []
  const left: { file: string; why: string }[] = []
  let room = MAX_CHARS
  const add = (name: string, text: string) => {
    if (text === '') return
    if (inputs.length >= MAX_FILES || text.length > room) left.push({ file: name, why: TOO_MUCH })
    else {
      room -= text.length
      inputs.push({ name: name.slice(-MAX_NAME), text })
    }
  }
  for (const { path, file } of picked) {
    const packed = packingOf(new Uint8Array(await file.slice(0, PACKING_HEAD).arrayBuffer()))
    if (packed?.packing === 'unsupported') left.push({ file: path, why: notOpened(packed.name) })
    else if (packed) {
      const opened = await unpacked(file, packed.packing === 'gzip')
      if ('error' in opened) left.push({ file: path, why: opened.error })
      else if ('text' in opened) add(path, opened.text)
      else {
        for (const one of opened.files) add(`${path}/${one.parts.join('/')}`, new TextDecoder().decode(one.bytes))
        left.push(...opened.left.map((one) => ({ ...one, file: `${path}: ${one.file}` })))
      }
    } else if (file.size > MAX_CHARS * 4 || inputs.length >= MAX_FILES) left.push({ file: path, why: TOO_MUCH })
    else add(path, await file.text())
  }
  return { inputs, left }
}

type Unpacked = ReturnType<TarReader['end']> | { text: string } | { error: string }

/** A gzipped text, or the files of a tar archive. */
async function unpacked(file: File, gzip: boolean): Promise<Unpacked> {
  const stream = gzip ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
  const reader = stream.getReader()
  const tar = new TarReader({ files: MAX_FILES, bytes: MAX_CHARS, fileBytes: MAX_CHARS })
  const pieces: Uint8Array[] = []
  let [isTar, bytes]: [boolean | null, number] = [null, 0]
  let error: string | null = null
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done || value === undefined) break
      bytes += value.length
      if (isTar) tar.push(value)
      else pieces.push(value)
      if (isTar === null && bytes >= PACKING_HEAD) {
        isTar = packingOf(joined(pieces))?.packing === 'tar'
        if (isTar) for (const piece of pieces.splice(0)) tar.push(piece)
      }
      if (isTar && tar.done) break
      if (bytes > RATIO_FROM && bytes > file.size * MAX_RATIO)
        error = `it unpacks to more than ${MAX_RATIO} times its size`
      else if (!isTar && bytes > MAX_CHARS) error = TOO_MUCH
      if (error !== null) break
    }
  } catch (caught) {
    error = `it is damaged: ${caught instanceof Error ? caught.message : String(caught)}`
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (isTar) {
    if (error !== null) tar.stop(error)
    return tar.end()
  }
  return error === null ? { text: new TextDecoder().decode(joined(pieces)) } : { error }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
