import { createHash } from 'node:crypto'
import type { ServerChannel } from 'ssh2'
import { end, type LabHost, type RunScript, spawnInTree } from './server'

/** What a real run in a shared tree wrote, cut where a machine's own words go. */
interface Recording {
  /** Pieces by turns: a text, then the index of a word (see `pieces`), then a text … */
  stdout: readonly (string | number)[]
  stderr: readonly (string | number)[]
  code: number
}

/** The words that are not a machine's: this request's nonce, and the time. */
const NONCE = -1
const NOW = -2
const MAX_INPUT = 1024 * 1024
const REQUEST = /^CAIRN_REQUEST='cairn\/1 ([0-9a-f]{32}) /
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/

/**
 * Answers for machines that share a tree: a real `sh` runs the script once per (tree, script), and its answer is given to each machine
 * with the machine's own words, the request's nonce and the present time. All of them are as long as what they replace.
 */
export function createReplay(): { run: RunScript; recordings(): number } {
  const recordings = new Map<string, Promise<Recording>>()
  const run: RunScript = (host, command, channel) => {
    const chunks: Buffer[] = []
    let size = 0
    channel.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_INPUT) chunks.push(chunk)
    })
    channel.on('end', () => {
      const input = Buffer.concat(chunks)
      const nonce = REQUEST.exec(input.toString('latin1', 0, 200))?.[1] ?? ''
      const key = digest(host, command, input, nonce)
      const recording = recordings.get(key) ?? record(host, command, input, nonce)
      recordings.set(key, recording)
      void recording.then((answer) => play(answer, host, nonce, channel)).catch(() => end(channel, 127))
    })
  }
  return { run, recordings: () => recordings.size }
}

function digest(host: LabHost, command: string, input: Buffer, nonce: string): string {
  const request = input.toString('latin1').replace(nonce, '')
  return createHash('sha256').update(`${host.root}\0${command}\0${request}`).digest('hex')
}

function record(host: LabHost, command: string, input: Buffer, nonce: string): Promise<Recording> {
  return new Promise((resolve, reject) => {
    const child = spawnInTree(host.root ?? '', command)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      const words = host.words?.template ?? []
      const cut = (chunks: readonly Buffer[]) => pieces(Buffer.concat(chunks).toString('latin1'), words, nonce)
      resolve({ stdout: cut(out), stderr: cut(err), code: code ?? 137 })
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function pieces(text: string, words: readonly string[], nonce: string): (string | number)[] {
  // Longer words first: a MAC's prefix is the beginning of a GUID's.
  const known = [...words, ...(nonce === '' ? [] : [nonce])].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(${[...known, TIME.source].join('|')})`)
  return text.split(pattern).map((part, at) => {
    if (at % 2 === 0) return part
    return part === nonce ? NONCE : words.includes(part) ? words.indexOf(part) : NOW
  })
}

function play(answer: Recording, host: LabHost, nonce: string, channel: ServerChannel): void {
  if (!channel.writable) return
  const now = `${new Date().toISOString().slice(0, 19)}Z`
  const own = host.words?.own ?? []
  const text = (parts: readonly (string | number)[]) =>
    Buffer.from(
      parts
        .map((part) =>
          typeof part === 'string' ? part : part === NONCE ? nonce : part === NOW ? now : (own[part] ?? ''),
        )
        .join(''),
      'latin1',
    )
  if (answer.stderr.length > 1 || answer.stderr[0] !== '') channel.stderr.write(text(answer.stderr))
  channel.write(text(answer.stdout), () => end(channel, answer.code))
}
