import { performance } from 'node:perf_hooks'
import { KubeFault } from './fault'
import { Aborted, type KubeHttp } from './http'
import { Ledger } from './ledger'
import { type Bucket, backoff, Gate, pause } from './limits'
import { listAll } from './list'
import { Reporter } from './reporter'
import type { KubeSink, KubeTimings, WatchedCollector } from './types'
import { type WatchEvent, watchOnce } from './watch'

/** What the loops of one transport share. */
export interface LoopContext {
  http: KubeHttp
  timings: KubeTimings
  bucket: Bucket
  now(): number
  random(): number
  note(line: string): void
}

/** A watch that lived this long, or brought something, was healthy: the next failure starts with the short wait again. */
const HEALTHY_MS = 10_000
/**
 * Share of the allowed silence after which a watch is given up. kube-apiserver 1.36 drops bookmarks that are not newer than the version the watch
 * began at (cache_watcher.go `process`), so a kind without changes is silent until etcd reports progress: 5 s under kubeadm, else 10 min.
 */
const QUIET = 0.75
const SMALL_BYTES = 1024 * 1024
/** A large quiet collection is listed again after this many times the allowed silence. */
const LARGE_QUIET = 4
/** A collection that was there and is gone is asked for once more before we say so: a restarting server forgets for a moment. */
const SECOND_LOOK_MS = 2_000

/** Keeps one collection: list, watch from there, go on after every kind of end, until aborted. */
export class CollectionLoop {
  private readonly ledger: Ledger
  private readonly report: Reporter
  private readonly gate: Gate
  private attempt = 0
  /** Where to watch from; null: list first. */
  private version: string | null = null
  private listedAt = 0
  private listedBytes = 0
  /** Last list, event or bookmark: more than an accepted watch. */
  private provenAt = 0
  private everOk = false
  private noted = ''

  constructor(
    private readonly collector: WatchedCollector,
    sink: KubeSink,
    private readonly context: LoopContext,
    private readonly signal: AbortSignal,
  ) {
    const { id, read, keep } = collector
    this.ledger = new Ledger(id, sink, keep ?? (() => true))
    this.report = new Reporter(id, sink, context.timings.watchSilenceMs + (read.relistSec ?? 0) * 1000, context.now)
    this.gate = new Gate(context.timings.connectsPerMinute, context.bucket)
  }

  /** Ends when aborted; never throws. */
  async run(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        if (this.version === null) await this.list()
        else await this.watch(this.version)
      } catch (error) {
        if (error instanceof Aborted) break
        await this.recover(error)
      }
    }
    this.report.stop()
  }

  private async list(): Promise<void> {
    await this.gate.pass(this.signal)
    if (this.signal.aborted) return
    this.ledger.beginList()
    try {
      const listed = await listAll(
        this.context.http,
        this.collector.read,
        this.context.timings,
        (object) => this.ledger.upsert(object),
        this.signal,
      )
      this.version = listed.version
      this.listedBytes = listed.bytes
    } catch (error) {
      this.ledger.abandonList()
      throw error
    }
    this.ledger.endList()
    this.listedAt = performance.now()
    this.provenAt = this.listedAt
    this.everOk = true
    this.noted = ''
    this.report.seen()
  }

  private async watch(version: string): Promise<void> {
    const { read } = this.collector
    const untilRelistMs =
      read.relistSec === undefined
        ? Number.POSITIVE_INFINITY
        : this.listedAt + read.relistSec * 1000 - performance.now()
    if (untilRelistMs <= 0) {
      this.version = null
      return
    }
    await this.gate.pass(this.signal)
    if (this.signal.aborted) return
    const startedAt = performance.now()
    const end = await watchOnce(this.context.http, {
      read,
      version,
      timeoutSec: Math.max(1, Math.ceil(Math.min(this.watchSec(), untilRelistMs / 1000))),
      headersMs: this.context.timings.requestMs,
      silenceMs: read.relistSec === undefined ? this.context.timings.watchSilenceMs * QUIET : null,
      onOpen: () => this.report.seen(),
      onEvent: (event) => this.take(event),
      signal: this.signal,
    })
    if (end === 'silent') {
      // A quiet kind sends no bookmarks either until its version moves (see QUIET). Before what is held grows stale, look again:
      // a small collection by listing it; a large one by watching anew from its version, which misses nothing, and by a list now and then.
      const sinceMs = performance.now() - this.provenAt
      if (this.listedBytes <= SMALL_BYTES || sinceMs >= this.context.timings.watchSilenceMs * LARGE_QUIET)
        this.version = null
    } else if (performance.now() - startedAt >= HEALTHY_MS) this.attempt = 0
    // A server that closes at once is no reason to hammer it.
    else await pause(this.wait(), this.signal)
  }

  private take(event: WatchEvent): void {
    if (event.type === 'upsert') this.ledger.upsert(event.object)
    else if (event.type === 'remove') this.ledger.remove(event.object)
    if (event.version !== null) this.version = event.version
    this.attempt = 0
    this.provenAt = performance.now()
    this.report.seen()
  }

  private async recover(error: unknown): Promise<void> {
    const fault =
      error instanceof KubeFault
        ? error
        : new KubeFault(
            'unreadable',
            `The collection cannot be taken in: ${error instanceof Error ? error.message : String(error)}`,
          )
    const { httpStatus, retryAfterSec } = fault.more
    this.note(fault.message)
    const expired = httpStatus === 410
    // What the watch said cannot be trusted, or its version is gone: start again from a list (F-34, F-35, M-09).
    if (expired || fault.status === 'unreadable' || httpStatus === 504) this.version = null
    if (expired) {
      await pause(this.wait(), this.signal)
      return
    }
    if (fault.status === 'absent') {
      await this.absent(fault)
      return
    }
    this.report.lost(fault.status, fault.message, fault.more.missing)
    if (fault.status === 'unreachable' || fault.status === 'timeout') this.context.bucket.penalise()
    if (httpStatus === 403) {
      this.version = null
      await pause(this.retryAbsentMs(), this.signal)
      return
    }
    await pause(Math.max(this.wait(), (retryAfterSec ?? 0) * 1000), this.signal)
  }

  private async absent(fault: KubeFault): Promise<void> {
    this.version = null
    if (this.everOk) {
      this.everOk = false
      await pause(Math.min(SECOND_LOOK_MS, this.context.timings.retryAbsentMs), this.signal)
      return
    }
    this.ledger.empty()
    this.report.lost('absent', fault.message)
    await pause(this.retryAbsentMs(), this.signal)
  }

  /** Says what changed, not the same every minute. */
  private note(message: string): void {
    if (message !== this.noted) this.context.note(`${this.collector.id}: ${message}`)
    this.noted = message
  }

  private wait(): number {
    const ms = backoff(this.attempt, this.context.timings.backoffMs, this.context.random)
    this.attempt += 1
    return ms
  }

  /** Never later than the promised time, a little spread below it. */
  private retryAbsentMs(): number {
    return this.context.timings.retryAbsentMs * (0.8 + 0.2 * this.context.random())
  }

  private watchSec(): number {
    const [least, most] = this.context.timings.watchSec
    return least + this.context.random() * (most - least)
  }
}
