import type { LogEnd } from '@/collectors/transport/kube/types'
import type { RunRow } from '@/lib/contract/runs'
import { sanitise } from '@/lib/sanitise'
import type { RunReading } from './reading'

/** Where the rows and lines of one run are kept. */
export interface RunLogKeeper {
  log(from: number, lines: readonly string[]): Promise<void>
  rows(rows: readonly RunRow[]): Promise<void>
  /** All lines kept so far, in order. */
  lines(): Promise<readonly string[]>
}

export interface FollowerDeps {
  keeper: RunLogKeeper
  /** A fresh reader of the log, from its beginning. */
  read(): RunReading
  now(): Date
  redact(text: string): { text: string }
  follow(pod: string, onChunk: (text: string) => void, signal: AbortSignal): Promise<LogEnd>
  onError(error: unknown): void
  /** New rows, or the first lines, are there. */
  onProgress?(): void
}

/** Longest unfinished line kept, characters. */
const MAX_LINE = 64 * 1024
/** What a rank logs: `host:pid:tid [gpu] NCCL INFO …`. */
const NCCL_LINE = /^\S+:\d+:\d+ \[\d+\] .{0,40}NCCL (?:INFO|WARN|ERROR) /
const MAX_WORKER_LINES = 3_000
/** Before a lost connection is taken up again, milliseconds. */
const RETRY_MS = 2_000

/**
 * Follows the log of a run's first pod. A lost connection is taken up again from the log's beginning, into a fresh reader: what is
 * read twice comes to the same rows and line numbers, so nothing is merged twice (F-74).
 */
export class LogFollower {
  private reader: RunReading
  private following: Promise<void> | null = null
  private hasEnded = false
  private retryAt = 0
  private lines = 0
  private most = 0
  private carry = ''
  private results = 0
  private progress: number
  private readonly bySize = new Map<number, RunRow>()
  private writes: Promise<void> = Promise.resolve()

  constructor(
    private readonly deps: FollowerDeps,
    private readonly signal: AbortSignal,
  ) {
    this.reader = deps.read()
    this.progress = deps.now().getTime()
  }

  /** Rows seen so far: those of an earlier connection stay while a new one catches up. */
  rows(): RunRow[] {
    return [...this.bySize.values()].sort((a, b) => a.sizeBytes - b.sizeBytes)
  }

  /** Lines seen by the connection that got farthest. */
  lineCount(): number {
    return this.most
  }

  /** When something new last came, milliseconds: a result; before the first one any line. */
  progressAt(): number {
    return this.progress
  }

  /** Waiting for workers is no silence. */
  markProgress(): void {
    this.progress = this.deps.now().getTime()
  }

  current(): RunReading {
    return this.reader
  }

  /** The server closed the log: the container has ended and nothing more will come. */
  isComplete(): boolean {
    return this.hasEnded
  }

  /** Starts following, unless it already does, the log is complete, or a lost connection is too young. */
  follow(pod: string): void {
    if (this.following || this.hasEnded || this.deps.now().getTime() < this.retryAt) return
    this.reader = this.deps.read()
    this.lines = 0
    this.carry = ''
    this.following = this.deps
      .follow(pod, (chunk) => this.take(chunk), this.signal)
      .then((end) => {
        if (end.ended === 'complete') {
          if (this.carry !== '') this.flush(this.carry)
          this.carry = ''
          this.hasEnded = true
        } else this.retryAt = this.deps.now().getTime() + RETRY_MS
      })
      .catch((error: unknown) => {
        this.retryAt = this.deps.now().getTime() + RETRY_MS
        this.deps.onError(error)
      })
      .finally(() => {
        this.following = null
      })
  }

  /**
   * Adds what NCCL says in another worker's log: which devices it found on that node. Only lines that carry their host; what else a
   * worker prints would be mixed into the table.
   */
  add(text: string): void {
    const lines = text.split('\n').filter((line) => NCCL_LINE.test(line))
    if (lines.length > 0) this.flush(`${lines.slice(0, MAX_WORKER_LINES).join('\n')}\n`)
  }

  /** Everything written; rows once more, in case a write in between failed. */
  async settle(): Promise<void> {
    this.keep(() => this.deps.keeper.rows(this.rows()))
    await this.writes
  }

  /**
   * The reader that has seen most: the connection's, or one over the kept lines when the log could not be read as far again: pods are
   * deleted with their Job (F-79).
   */
  async best(keptLines: number): Promise<RunReading> {
    if (this.lines >= keptLines) return this.reader
    const kept = await this.deps.keeper.lines()
    if (kept.length <= this.lines) return this.reader
    const reader = this.deps.read()
    for (const line of kept) reader.push(`${line}\n`)
    for (const row of reader.rows()) this.bySize.set(row.sizeBytes, row)
    return reader
  }

  /** Whole lines only: a credential cut in two by a chunk's end would not be recognised. */
  private take(chunk: string): void {
    const text = this.carry + chunk
    const end = text.lastIndexOf('\n') + 1
    this.carry = text.slice(end).slice(0, MAX_LINE)
    if (end > 0) this.flush(text.slice(0, end))
  }

  private flush(text: string): void {
    const clean = this.deps.redact(sanitise(text)).text
    this.reader.push(clean)
    const lines = clean.replace(/\n$/, '').split('\n')
    const from = this.lines
    this.lines += lines.length
    const rows = this.reader.rows()
    for (const row of rows) this.bySize.set(row.sizeBytes, row)
    const results = this.reader.progress()
    const isNew = results > this.results || (this.results === 0 && this.lines > this.most)
    this.results = Math.max(this.results, results)
    this.most = Math.max(this.most, this.lines)
    if (isNew) {
      this.markProgress()
      this.deps.onProgress?.()
    }
    const shown = this.rows()
    this.keep(() => this.deps.keeper.log(from, lines))
    if (rows.length > 0) this.keep(() => this.deps.keeper.rows(shown))
  }

  /** Writes one after the other; one that fails is told and does not stop the next. */
  private keep(write: () => Promise<void>): void {
    this.writes = this.writes.then(write).catch((error: unknown) => this.deps.onError(error))
  }
}
