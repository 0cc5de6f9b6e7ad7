import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { redact } from '@/lib/redact'
import { sanitiseLine } from '@/lib/sanitise'
import type { Clock } from './ports'
import { refuse } from './refusal'

/** One line of the audit log (SEC-30): who did what to what, and how it ended. */
export interface AuditEntry {
  actor: string
  /** launch-token, tokens, local, scheduler. */
  authMode: string
  role: string
  /** `login`, `run.start`, `ssh.connect`, `kube.create`, … */
  action: string
  target: string
  /** SHA-256 of manifest, probe script or parameters. */
  digest?: string
  outcome: 'started' | 'done' | 'refused' | 'failed'
  requestId?: string
  /** 1 routine … 5 critical. */
  level: 1 | 2 | 3 | 4 | 5
  cwe?: number
  peer?: string
}

export interface Audit {
  /** Writes and fsyncs one line; the action may start only after it returns. @throws Refusal `audit-failed` */
  record(entry: AuditEntry): void
  close(): void
}

/** What `verifyAudit` found; `line` is the first bad one. */
export type AuditCheck = { ok: true; lines: number } | { ok: false; line: number; problem: string }

const GENESIS = '0'.repeat(64)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Opens the append-only audit log; goes on with the chain that is there. */
export function openAudit(path: string, clock: Clock): Audit {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let { seq, prev } = lastLink(path)
  const file = openSync(path, 'a', 0o600)
  return {
    record: (entry) => {
      const link = { seq: seq + 1, ts: clock.now().toISOString(), prev, ...clean(entry) }
      const line = JSON.stringify(link)
      try {
        // A line that was only half written (disk full) is closed by a line end first, and named by verify.
        const written = writeSync(file, `${line}\n`)
        if (written !== Buffer.byteLength(line) + 1) throw new Error('short write')
        fsyncSync(file)
      } catch (cause) {
        throw Object.assign(refuse('audit-failed'), { cause })
      }
      seq += 1
      prev = sha256(line)
    },
    close: () => closeSync(file),
  }
}

/** Checks the chain: any deleted, altered, inserted or reordered line is named. A cut-off tail is only seen against a kept copy. */
export function verifyAudit(path: string): AuditCheck {
  const lines = readFileSync(path, 'utf8').split('\n')
  if (lines.pop() !== '') return { ok: false, line: lines.length + 1, problem: 'the last line is not complete' }
  let prev = GENESIS
  for (const [index, line] of lines.entries()) {
    const link = parseLink(line)
    if (link === null) return { ok: false, line: index + 1, problem: 'not an audit line' }
    if (link.seq !== index + 1)
      return { ok: false, line: index + 1, problem: `number ${link.seq} where ${index + 1} belongs` }
    if (link.prev !== prev) return { ok: false, line: index + 1, problem: 'does not follow from the line before it' }
    prev = sha256(line)
  }
  return { ok: true, lines: lines.length }
}

function clean(entry: AuditEntry): AuditEntry {
  const line = (text: string) => redact(sanitiseLine(text, 300)).text
  return {
    ...entry,
    actor: line(entry.actor),
    target: line(entry.target),
    ...(entry.peer ? { peer: line(entry.peer) } : {}),
  }
}

function parseLink(line: string): { seq: number; prev: string } | null {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null || !('seq' in value) || !('prev' in value)) return null
    return typeof value.seq === 'number' && typeof value.prev === 'string' ? { seq: value.seq, prev: value.prev } : null
  } catch {
    return null
  }
}

/** Number and hash of the last line, read from the end of the file. */
function lastLink(path: string): { seq: number; prev: string } {
  if (!existsSync(path)) return { seq: 0, prev: GENESIS }
  const { size } = statSync(path)
  const tail = Buffer.alloc(Math.min(size, 64 * 1024))
  const file = openSync(path, 'r')
  readSync(file, tail, 0, tail.length, size - tail.length)
  closeSync(file)
  const lines = tail.toString('utf8').split('\n')
  if (lines.pop() !== '') {
    // Half a line from a crash: end it, so that the next one stands alone; verify will name it.
    const repair = openSync(path, 'a', 0o600)
    writeSync(repair, '\n')
    fsyncSync(repair)
    closeSync(repair)
  }
  for (const line of lines.reverse()) {
    const link = parseLink(line)
    if (link) return { seq: link.seq, prev: sha256(line) }
  }
  return { seq: 0, prev: GENESIS }
}
