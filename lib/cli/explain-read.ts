import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { type Explanation, explain, type Knowledge, notExplained } from '@/lib/explain/explain'
import { isNcclHead, type NcclStream, ncclStream } from '@/lib/explain/nccl-stream'

/** Largest capture read whole, bytes. A larger one must be an NCCL log, which is read as it comes, whatever its length. */
export const MAX_WHOLE = 128 * 1024 * 1024
/** How much is looked at before a capture that may be large is read on. */
const HEAD = 1024 * 1024
/** Bytes read at once. */
const PIECE = 256 * 1024

/** Says what a file, or stdin, is. Never throws: a file that cannot be read is an answer too, under its name as given. */
export async function explainPath(path: string, as: string | undefined, rules: Knowledge): Promise<Explanation> {
  try {
    const read = await readCapture(path, as)
    return typeof read === 'string' ? explain(path, read, rules, as) : read
  } catch (error) {
    return unread(path, error instanceof Error ? error.message : String(error))
  }
}

function unread(path: string, why: string): Explanation {
  return {
    answer: notExplained(path, null, why),
    candidates: [],
    judgement: { verdicts: [], causes: [], details: [] },
    facts: { whole: {}, nodes: [] },
    objects: null,
    text: '',
  }
}

/**
 * Reads a file or stdin (`-`). NCCL logs beyond the first MiB are fed to their reader piece by piece in constant memory; everything else
 * is read whole, up to `MAX_WHOLE`.
 * @param as kind said by the user; only `nccl` may then be streamed
 * @returns the text, or the explanation where the text never was in memory as a whole
 */
async function readCapture(path: string, as: string | undefined): Promise<string | Explanation> {
  const decoder = new StringDecoder('utf8')
  const pieces: string[] = []
  let bytes = 0
  let stream: NcclStream | null = null
  for await (const chunk of chunksOf(path)) {
    bytes += chunk.length
    const text = decoder.write(chunk)
    if (stream) {
      stream.push(text)
      continue
    }
    pieces.push(text)
    const looked = bytes >= HEAD && bytes - chunk.length < HEAD
    if (looked && (as === undefined || as === 'nccl') && isNcclHead(pieces.join(''))) {
      stream = ncclStream()
      for (const piece of pieces.splice(0)) stream.push(piece)
    } else if (bytes > MAX_WHOLE) return unread(path, `larger than ${MAX_WHOLE / 1024 / 1024} MiB, and no NCCL log`)
  }
  const tail = decoder.end()
  if (!stream) return pieces.join('') + tail
  stream.push(tail)
  return stream.end(path)
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  if (path === '-') {
    for await (const chunk of process.stdin) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    return
  }
  // Read in turn on purpose: a command has nothing else to do, and a thousand small files take a tenth of the time.
  const file = openSync(path, 'r')
  try {
    // One buffer for all reads: what is read is decoded before the next read.
    const buffer = Buffer.allocUnsafe(Math.min(PIECE, fstatSync(file).size + 1 || PIECE))
    for (;;) {
      const bytes = readSync(file, buffer, 0, buffer.length, null)
      if (bytes === 0) return
      yield buffer.subarray(0, bytes)
    }
  } finally {
    closeSync(file)
  }
}
