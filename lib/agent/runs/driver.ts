import { createNcclReader, type NcclReader } from '@/collectors/run/nccl-tests/reader'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import type { Store } from '@/lib/agent/store/open'
import { appendRunLog, saveRun, saveRunRows } from '@/lib/agent/store/runs'
import { toRunRow } from '@/lib/runs/judge-run'
import { observe, type PodView } from '@/lib/runs/observe'
import { sanitise } from '@/lib/sanitise'
import type { RunObjects } from './objects'
import { isOver, type RunRecordBody } from './record'

export interface DriverDeps {
  kube: KubeTransport
  objects: RunObjects
  store: Store
  now(): Date
  redact(text: string): { text: string }
  /** Judges what the reader has; called once at the end. */
  judge(
    record: RunRecordBody,
    reader: NcclReader,
  ): Pick<RunRecordBody, 'verdict' | 'sentence' | 'facts' | 'result' | 'firstError'>
  onChange(): void
  onError(error: unknown): void
}

/** Between two looks at Job and pods, milliseconds. */
const LOOK_MS = 1_500
/** A run that cannot start is given up (F-71), one that prints no row any more is stopped (F-77). */
const PENDING_MAX_MS = 5 * 60_000
const SILENT_MAX_MS = 120_000
/** Longest unfinished line kept, characters. */
const MAX_LINE = 64 * 1024
/** After the pods ended, how long the end of the log may take. */
const LOG_END_MS = 15_000

/**
 * Drives one run from created objects to cleaned-up end. Everything it does can be repeated: after a restart a new driver looks at the
 * same Job, reads the log from its beginning and comes to the same rows (F-69).
 */
export class RunDriver {
  private readonly abort = new AbortController()
  private reader = createNcclReader()
  private following: Promise<void> | null = null
  private logComplete = false
  private lines = 0
  private carry = ''
  private lastRowAt: number
  private pendingSince: number
  private cancelled = false
  private done: Promise<void> | null = null

  constructor(
    readonly record: RunRecordBody,
    private readonly manifest: string,
    private readonly deps: DriverDeps,
  ) {
    this.lastRowAt = deps.now().getTime()
    this.pendingSince = this.lastRowAt
  }

  start(): void {
    this.done ??= this.loop().catch((error: unknown) => this.deps.onError(error))
  }

  /** Ends looking; the run itself goes on in the cluster and is adopted at the next start. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.done
  }

  rows() {
    return this.reader.rows().map(toRunRow)
  }

  async cancel(): Promise<void> {
    if (isOver(this.record) || this.record.ending !== null) return
    this.cancelled = true
    await this.set({ state: 'cancelling', waiting: 'Cancelling' })
  }

  private async loop(): Promise<void> {
    while (!this.abort.signal.aborted && !isOver(this.record)) {
      if (this.record.ending !== null) await this.cleanUp()
      else await this.look()
      if (!isOver(this.record)) await this.pause(LOOK_MS)
    }
  }

  private async look(): Promise<void> {
    if (this.cancelled) return this.end('cancelled', 'Cancelled')
    const [job, pods] = await Promise.all([
      this.deps.objects.job(this.record.id),
      this.deps.objects.pods(this.record.id),
    ])
    // The API does not answer: nothing is concluded; the next look asks again.
    if (job === 'unknown' || pods === 'unknown') return
    if (job && this.record.jobUid === null) await this.set({ jobUid: job.uid })
    const isHanging = pods.length < this.record.nodes.length || pods.some((pod) => pod.phase === 'Pending')
    const warnings = isHanging ? await this.deps.objects.warnings(this.record.id) : []
    const seen = observe(job, pods, warnings, this.record.nodes.length)
    this.follow(pods)
    const isRunning = seen.phase === 'running' || seen.phase === 'ready'
    const started = isRunning && this.record.startedAt === null ? { startedAt: this.deps.now().toISOString() } : {}
    await this.set({
      phase: seen.phase,
      waiting: seen.waiting,
      state: isRunning ? 'running' : this.record.state,
      ...started,
    })
    if (seen.invalid) return this.end('aborted', seen.invalid)
    if (seen.ended) return this.ended(seen.ended, seen.endedWhy)
    await this.watchdogs(isHanging)
  }

  private async watchdogs(isHanging: boolean): Promise<void> {
    const now = this.deps.now().getTime()
    if (!isHanging) this.pendingSince = now
    if (isHanging) this.lastRowAt = now
    if (now - this.pendingSince > PENDING_MAX_MS)
      return this.end('aborted', `Could not start within 5 minutes: ${this.record.waiting ?? 'no reason given'}`)
    if (now - this.lastRowAt > SILENT_MAX_MS) return this.end('aborted', 'No output for two minutes: it hangs')
    if (now > Date.parse(this.record.deadlineAt) + 60_000) return this.end('aborted', 'The deadline passed')
  }

  private async ended(how: 'succeeded' | 'failed', why: string | null): Promise<void> {
    const limit = this.deps.now().getTime() + LOG_END_MS
    while (this.following && !this.logComplete && this.deps.now().getTime() < limit && !this.abort.signal.aborted)
      await this.pause(200)
    if (this.abort.signal.aborted) return
    await this.end(how, why)
  }

  /** Judges what there is, remembers the ending, then cleans up. */
  private async end(ending: NonNullable<RunRecordBody['ending']>, why: string | null): Promise<void> {
    const outcome = this.deps.judge({ ...this.record, ending }, this.reader)
    const sentence = ending === 'succeeded' ? outcome.sentence : `${why ?? 'Failed'}. ${outcome.sentence ?? ''}`.trim()
    await this.set({ ...outcome, sentence, ending, state: 'cleaning', phase: 'done', waiting: null, cleanup: null })
  }

  private async cleanUp(): Promise<void> {
    const left = await this.deps.objects.remove(this.record.id, this.record.jobUid)
    if (!left.gone) return this.set({ waiting: left.words })
    await this.set({
      state: this.record.ending ?? 'aborted',
      cleanup: left.words,
      waiting: null,
      finishedAt: this.deps.now().toISOString(),
    })
  }

  /** Follows the log of the first pod; a lost connection is taken up again from the log's beginning, into a fresh reader. */
  private follow(pods: readonly PodView[]): void {
    const first = pods.find((pod) => pod.index === 0)
    if (this.following || this.logComplete || !first || first.phase === 'Pending') return
    this.reader = createNcclReader()
    this.lines = 0
    this.carry = ''
    const name = first.name
    this.following = this.deps.kube
      .followLog(
        this.record.namespace,
        name,
        { container: 'benchmark' },
        (chunk) => this.take(chunk),
        this.abort.signal,
      )
      .then((end) => {
        this.logComplete = end.ended === 'complete'
        if (this.logComplete && this.carry !== '') this.flush(this.carry)
      })
      .catch((error: unknown) => this.deps.onError(error))
      .finally(() => {
        this.following = null
      })
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
    this.lastRowAt = this.deps.now().getTime()
    const from = this.lines
    this.lines += lines.length
    const { db } = this.deps.store
    void Promise.all([appendRunLog(db, this.record.id, from, lines), saveRunRows(db, this.record.id, this.rows())])
      .then(() => this.set({ logLines: Math.max(this.record.logLines, this.lines) }))
      .catch((error: unknown) => this.deps.onError(error))
  }

  /** Changes the record; told to others only after it is stored. */
  private async set(changes: Partial<RunRecordBody>): Promise<void> {
    const before = JSON.stringify(this.record)
    Object.assign(this.record, changes)
    if (JSON.stringify(this.record) === before) return
    await saveRecord(this.deps.store, this.record, this.manifest)
    this.deps.onChange()
  }

  private async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms)
      const { signal } = this.abort
      function done() {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
    })
  }
}

/** Stores a run's record; committed when this resolves. */
export async function saveRecord(store: Store, record: RunRecordBody, manifest: string): Promise<void> {
  await saveRun(store.db, {
    id: record.id,
    state: record.state,
    createdAt: record.createdAt,
    finishedAt: record.finishedAt,
    createdBy: record.by,
    manifest,
    body: record,
  })
}
