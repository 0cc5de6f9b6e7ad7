import { FirstCauseFinder } from '@/collectors/run/nccl-log/first-cause'
import { type LogLine, parseLogLine, stripPrefix } from '@/collectors/run/nccl-log/line'
import { matchSignatures } from '@/collectors/run/nccl-log/match'
import { SignatureLog } from '@/collectors/run/nccl-log/signature-log'
import { stampOf } from '@/collectors/run/nccl-log/stamp'
import { TransportReader } from '@/collectors/run/nccl-log/transport'
import { assemble } from './assemble'
import type { NcclFacts, NcclRow } from './facts'
import { readJsonReport } from './json'
import { isBareRow } from './rows'
import { TableReader } from './table'

/** Longest line looked at; what is beyond is dropped unread. */
const MAX_LINE = 64 * 1024
/** Largest `-J` report read. */
const MAX_JSON = 16 * 1024 * 1024

/** Reads nccl-tests output and NCCL logs as they come. Memory is bounded whatever the log's length. */
export interface NcclReader {
  /** Any piece of the text; lines may be split anywhere. */
  push(chunk: string): void
  /** What is known so far. A last line without a line end counts only where nothing that follows could change it. */
  facts(): NcclFacts
  /** Rows read so far, in order. */
  rows(): readonly NcclRow[]
}

/** A reader for one capture or one run. */
export function createNcclReader(): NcclReader {
  return new Reader()
}

class Reader implements NcclReader {
  private carry = ''
  private overlong = false
  private lineNumber = 0
  private json: string | null = null
  private started = false
  private readonly table = new TableReader()
  private readonly transport = new TransportReader()
  private readonly signatures = new SignatureLog()
  private readonly causes = new FirstCauseFinder()

  push(chunk: string): void {
    if (this.json !== null) {
      if (this.json.length < MAX_JSON) this.json += chunk
      return
    }
    let from = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const line = this.overlong ? '' : this.carry + chunk.slice(from, end)
      from = end + 1
      this.carry = ''
      this.overlong = false
      if (!this.started && this.beginsJson(line)) {
        this.json = `${line}\n${chunk.slice(from)}`
        return
      }
      this.line(line)
    }
    this.keep(chunk.slice(from))
  }

  rows(): readonly NcclRow[] {
    return this.table.summary.rows
  }

  facts(): NcclFacts {
    const report = this.json ?? (!this.started && this.beginsJson(this.carry) ? this.carry : null)
    if (report !== null) return readJsonReport(report)
    const open = plain(this.carry)
    return assemble({
      table: this.table.snapshot(open),
      transport: this.transport,
      signatures: this.signatures,
      causes: this.causes,
      open: { line: open, number: this.lineNumber + 1, signatures: open === '' ? [] : matchSignatures(open, true) },
    })
  }

  /** A `-J` report is the whole capture and begins with a brace; Docker's JSON log lines begin with `{"log":`. */
  private beginsJson(line: string): boolean {
    const text = line.trimStart()
    if (text === '') return false
    return text.startsWith('{') && !text.startsWith('{"log":')
  }

  private keep(rest: string): void {
    if (this.overlong || rest === '') return
    this.carry += rest
    const json = !this.started && this.beginsJson(this.carry)
    if (json && this.carry.length > MAX_LINE) {
      this.json = this.carry
      this.carry = ''
    } else if (!json && this.carry.length > MAX_LINE) {
      this.line(this.carry.slice(0, MAX_LINE), true)
      this.carry = ''
      this.overlong = true
    }
  }

  /** @param cut true where only the head of an overlong line is here: its end cannot be trusted. */
  private line(raw: string, cut = false): void {
    this.lineNumber += 1
    if (!cut && isBareRow(raw)) {
      this.started = true
      this.table.bareRow(raw)
      return
    }
    const line = plain(raw.startsWith('{"log":') ? unwrapDocker(raw) : raw)
    if (line.trim() === '') return
    this.started = true
    const log = parseLogLine(line)
    const fired = matchSignatures(line, cut)
    const atMs = fired.some((signature) => signature.severity !== 'info' && signature.severity !== 'ignore')
      ? stampOf(raw)
      : null
    for (const signature of fired) {
      this.signatures.add(signature, line, log, this.lineNumber)
      this.causes.add(signature, line, log, this.lineNumber, atMs)
    }
    if (cut) return
    this.transport.line(line, log)
    this.table.line(line, log !== null)
  }
}

/** A line as the tool printed it: no prefix of a collector, blanks where a spreadsheet or a web page put tabs. */
function plain(raw: string): string {
  const line = stripPrefix(raw)
  return line.includes('\t') ? line.replaceAll('\t', ' ') : line
}

/** Docker's json-file driver: `{"log":"…\n","stream":"stdout",…}`; the line itself where it is something else. */
function unwrapDocker(line: string): string {
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry === 'object' && entry !== null && 'log' in entry && typeof entry.log === 'string')
      return entry.log.trimEnd()
  } catch {
    return line
  }
  return line
}

export type { LogLine }
