import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Explained } from '@/lib/contract/api'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
import { sanitiseLine } from '@/lib/sanitise'
import { explanationText } from './explain-text'

export const help = `cairn explain [--as KIND] [--json] [FILE…|-]

Reads anything a supported tool prints, and any Kubernetes object, list or log, and says what it is, what stands in it and what is
wrong, from it alone. Nothing is stored and nothing leaves this machine.

  --as KIND   what it is (${knowledge.formats.map((format) => format.kind).join(', ')}; k8s:Kind for an object that lost its header)
  --json      one JSON object per capture, one per line

Exit status: 0 every capture was read; 3 some were not; 2 wrong usage.`

/** Largest capture read whole, bytes; a larger one must be an NCCL log, which is streamed. */
const MAX_BYTES = 512 * 1024 * 1024

interface Options {
  json: boolean
  as: string | undefined
  files: string[]
}

/** @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  const options = parseArguments(argv)
  if (typeof options === 'string') {
    process.stderr.write(`cairn explain: ${options}\n\n${help}\n`)
    return 2
  }
  let allRead = true
  for (const file of options.files) {
    const answer = await explainFile(file, options.as)
    allRead &&= answer.status === 'ok'
    process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : explanationText(answer))
  }
  return allRead ? 0 : 3
}

function parseArguments(argv: readonly string[]): Options | string {
  const options: Options = { json: false, as: undefined, files: [] }
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--json') options.json = true
    else if (word === '--as') {
      at += 1
      options.as = argv[at]
      if (options.as === undefined) return '--as needs a kind'
    } else if (word.startsWith('--as=')) options.as = word.slice('--as='.length)
    else if (word.startsWith('-') && word !== '-') return `unknown option ${sanitiseLine(word, 60)}`
    else options.files.push(word)
  }
  if (options.files.length === 0) options.files.push('-')
  const kind = options.as?.startsWith('k8s:') ? 'k8s' : options.as
  if (kind !== undefined && !knowledge.formats.some((format) => format.kind === kind))
    return `unknown kind ${sanitiseLine(kind, 60)}`
  return options
}

async function explainFile(file: string, as: string | undefined): Promise<Explained> {
  try {
    return explain(file, await readCapture(file), knowledge, as).answer
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return {
      schema: 1,
      file,
      kind: null,
      status: 'unreadable',
      reason: { code: 'other', text },
      errors: [],
      facts: {},
      verdicts: [],
      causes: [],
    }
  }
}

async function readCapture(file: string): Promise<string> {
  if (file === '-') return readStream(process.stdin)
  const { size } = await stat(file)
  if (size > MAX_BYTES) return readStream(createReadStream(file, { end: MAX_BYTES }))
  return readFile(file, 'utf8')
}

async function readStream(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > MAX_BYTES) break
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
