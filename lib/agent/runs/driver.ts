import { hasAllWorkers, leaderOf, type Observed, observe, type PodView } from '@/lib/runs/observe'
import { PRESETS } from '@/lib/runs/presets'
import { watchdog } from '@/lib/runs/watchdog'
import { sanitiseLine } from '@/lib/sanitise'
import { firstErrorOf } from './first-error'
import { type FollowerDeps, LogFollower, type RunLogKeeper } from './log-follower'
import type { RunObjects } from './objects'
import type { Outcome } from './reading'
import { isOver, type RunRecordBody } from './record'

export type Ending = NonNullable<RunRecordBody['ending']>

export interface RunKeeper extends RunLogKeeper {
  /** Stores the record as it is now; committed when this resolves. */
  record(record: RunRecordBody): Promise<void>
}

export interface DriverDeps extends Pick<FollowerDeps, 'read' | 'follow' | 'now' | 'redact' | 'onError'> {
  objects: RunObjects
  keeper: RunKeeper
  /** Asked once when all workers are bound: why the run must not go on (GPUs used twice); null when it may. */
  bound(record: RunRecordBody, pods: readonly PodView[]): string | null
  /** Text of a worker's log, its beginning or its end; null where there is none to read. */
  workerLog(pod: string, end: boolean): Promise<string | null>
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Told after a change is stored. */
  onChange(): void
}

/** Between two looks at Job and pods, and between two tries of something the server refuses; milliseconds. */
const LOOK_MS = 1_500
const REFUSED_MS = 6_000
/** New rows bring the next look forward, at most this often. */
const HURRY_MS = 500
/** Creating may be tried for this long when the API server does not answer. */
const CREATE_MAX_MS = 30_000
/** How long a request that was never answered may still create the Job: longer than the server works on one. */
const CREATE_GRACE_MS = 15_000
/** After the pods ended, how long the end of the log may take. */
const LOG_END_MS = 15_000
/** Logs of failed workers that are searched for an error. */
const MAX_TAILS = 4

/**
 * Drives one run from its stored record to a cleaned-up end. Everything it does can be repeated: after a restart a new driver looks
 * at the same owner, reads the log from its beginning and comes to the same rows (F-69). Only a driver that was started by a
 * confirmation creates a Job; one that adopts a run finds the Job or ends the run.
 */
export class RunDriver {
  private readonly abort = new AbortController()
  private readonly follower: LogFollower
  private wake: (() => void) | null = null
  private cancelled: boolean
  private isUnsaved = false
  private isChecked = false
  private judgedLines = 0
  private hurriedAt = 0
  private waitMs = LOOK_MS
  private done: Promise<void> | null = null

  constructor(
    readonly record: RunRecordBody,
    /** True for a run that was confirmed just now. */
    private readonly mayCreate: boolean,
    private readonly deps: DriverDeps,
  ) {
    this.cancelled = record.state === 'cancelling'
    this.follower = new LogFollower({ ...deps, onProgress: () => this.hurry() }, this.abort.signal)
  }

  /** @returns a promise that resolves when the run is over or the driver was stopped. */
  start(): Promise<void> {
    this.done ??= this.loop()
    return this.done
  }

  /** Ends looking; the run itself goes on in the cluster and is adopted at the next start. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.done
    await this.follower.settle()
  }

  rows() {
    return this.follower.rows()
  }

  private get wanted() {
    return { nodes: this.record.nodes.length, hasLauncher: this.record.launcher === 'mpijob' }
  }

  async cancel(): Promise<void> {
    if (isOver(this.record) || this.record.ending !== null) return
    this.cancelled = true
    try {
      await this.set({ state: 'cancelling', waiting: 'Cancelling' })
    } finally {
      this.wake?.()
    }
  }

  /** New rows are shown soon, not at the next look. */
  private hurry(): void {
    const now = this.deps.now().getTime()
    if (now - this.hurriedAt < HURRY_MS) return
    this.hurriedAt = now
    this.wake?.()
  }

  /** A step that throws (store full, malformed answer) is told and tried again: objects in the cluster may not be forgotten. */
  private async loop(): Promise<void> {
    while (!this.abort.signal.aborted && (!isOver(this.record) || this.isUnsaved)) {
      this.waitMs = LOOK_MS
      try {
        if (isOver(this.record)) await this.save()
        else if (this.record.ending !== null) await this.cleanUp()
        else if (this.cancelled) await this.end('cancelled', 'Cancelled')
        else if (this.record.created) await this.look()
        else await this.create()
      } catch (error) {
        if (!this.abort.signal.aborted) this.deps.onError(error)
        this.waitMs = REFUSED_MS
      }
      if (!isOver(this.record) || this.isUnsaved) await this.pause(this.waitMs)
    }
  }

  /** One try to have the owner and what it owns; what exists already is adopted, never made twice (F-70). */
  private async create(): Promise<void> {
    const { record } = this
    const { objects } = this.deps
    const now = this.deps.now().getTime()
    if (record.jobUid === null) {
      const job = await objects.owner(record.jobUid, this.abort.signal)
      if (job === 'unknown') return this.orGiveUp(now, 'The API server does not answer')
      if (job) await this.set({ jobUid: job.uid })
      else if (!this.mayCreate) {
        if (!this.mayStillAppear(now))
          await this.end('aborted', 'Cairn was stopped before anything was created: plan the run again')
        return
      } else {
        // One request at a time: a second one could be served, and its Job deleted, before the first is (F-70).
        if (this.cancelled || this.mayStillAppear(now)) return
        await this.set({ createTriedAt: this.deps.now().toISOString() })
        const made = await objects.createOwner(this.abort.signal)
        if (made === 'unknown') return this.orGiveUp(now, 'The API server does not answer')
        if ('refused' in made) {
          await this.set({ createTriedAt: null, firstError: made.refused })
          return this.end('failed', made.refused)
        }
        await this.set({ jobUid: made.uid })
      }
    }
    const uid = record.jobUid
    if (uid === null) return
    const rest = await objects.createCompanions(uid, this.abort.signal)
    if (rest === 'unknown') return this.orGiveUp(now, 'The API server does not answer')
    if (rest !== 'ok') {
      await this.set({ firstError: rest.refused })
      return this.end('failed', rest.refused)
    }
    await this.set({ created: true })
    this.waitMs = 0
  }

  private async orGiveUp(now: number, why: string): Promise<void> {
    if (now - Date.parse(this.record.createdAt) > CREATE_MAX_MS) return this.end('aborted', why)
    if (!this.cancelled) await this.set({ waiting: `${why}: creating it will be tried again` })
  }

  /** A request that was never answered may still be served. */
  private mayStillAppear(now: number): boolean {
    const { createTriedAt, jobUid } = this.record
    return jobUid === null && createTriedAt !== null && now - Date.parse(createTriedAt) < CREATE_GRACE_MS
  }

  private async look(): Promise<void> {
    const { record, deps } = this
    const { signal } = this.abort
    const [job, pods] = await Promise.all([
      deps.objects.owner(record.jobUid, signal),
      deps.objects.pods(record.jobUid, signal),
    ])
    // The API does not answer: nothing is concluded; the next look asks again.
    if (job === 'unknown' || pods === 'unknown') return this.watch()
    const { wanted } = this
    const isHanging = !hasAllWorkers(pods, wanted) || pods.some((pod) => pod.phase === 'Pending')
    const warnings = isHanging && job?.ended === null ? await deps.objects.warnings(signal) : []
    const seen = this.clean(observe(job, pods, warnings, wanted))
    const first = leaderOf(pods, this.wanted)
    if (first && first.phase !== 'Pending') this.follower.follow(first.name)
    if (this.cancelled || signal.aborted) return
    const hasStarted =
      seen.phase === 'ready' || (seen.ended !== null && first !== undefined && first.startedAt !== null)
    if (!hasStarted && seen.ended === null) this.follower.markProgress()
    const isRunning = seen.phase === 'ready' && this.follower.lineCount() > 0
    await this.set({
      phase: isRunning ? 'running' : seen.phase,
      waiting: seen.waiting ?? (seen.phase === 'ready' && !isRunning ? 'Waiting for the first output' : null),
      state: hasStarted ? 'running' : record.state,
      logLines: Math.max(record.logLines, this.follower.lineCount()),
      nodeByHost: { ...record.nodeByHost, ...hostsOf(pods) },
      ...(hasStarted && record.startedAt === null ? { startedAt: deps.now().toISOString() } : {}),
      ...this.liveJudgement(),
    })
    if (seen.invalid) return this.end('aborted', seen.invalid)
    if (seen.ended) return this.ended(seen.ended, seen.endedWhy, pods)
    const refused = this.guardBound(pods)
    if (refused) return this.end('aborted', refused)
    return this.watch()
  }

  /** Messages quote image references and URLs, which may hold credentials. */
  private clean(seen: Observed): Observed {
    const of = (words: string | null) => (words === null ? null : this.deps.redact(words).text)
    return { ...seen, waiting: of(seen.waiting), endedWhy: of(seen.endedWhy) }
  }

  private guardBound(pods: readonly PodView[]): string | null {
    const workers = pods.filter((pod) => pod.role === 'worker')
    if (this.isChecked || !hasAllWorkers(pods, this.wanted) || workers.some((pod) => pod.node === null)) return null
    this.isChecked = true
    return this.deps.bound(this.record, workers)
  }

  /** Facts and first error as far as the log goes; judged again only when there is more of it. */
  private liveJudgement(): Partial<RunRecordBody> {
    const lines = this.follower.lineCount()
    if (lines === this.judgedLines) return {}
    this.judgedLines = lines
    const { facts, firstError, matrix, environment } = this.follower.current().judge(this.record)
    return { facts, matrix, environment, firstError: firstError ?? this.record.firstError }
  }

  private async watch(): Promise<void> {
    const { record } = this
    const found = watchdog({
      now: this.deps.now().getTime(),
      createdAt: Date.parse(record.createdAt),
      deadlineAt: Date.parse(record.deadlineAt),
      hasStarted: record.startedAt !== null,
      waiting: record.waiting,
      progressAt: this.follower.progressAt(),
      rows: this.follower.rows(),
      iterations: PRESETS[record.preset].iterations,
      kind: record.kind,
    })
    if (found && !this.cancelled) await this.end(found.ending, found.why)
  }

  private async ended(how: Ending, why: string | null, pods: readonly PodView[]): Promise<void> {
    const limit = this.deps.now().getTime() + LOG_END_MS
    const first = leaderOf(pods, this.wanted)
    while (first && !this.follower.isComplete() && this.deps.now().getTime() < limit && !this.abort.signal.aborted) {
      this.follower.follow(first.name)
      await this.deps.sleep(200, this.abort.signal)
    }
    if (this.abort.signal.aborted) return
    // The Job is gone, with its TTL or by somebody's hand, but its log was read to the end: that is a result (F-79).
    const gone = pods.length === 0 && how === 'aborted'
    const isWhole = gone && (await this.follower.best(this.record.logLines)).isComplete()
    if (isWhole) return this.end('succeeded', null)
    for (const pod of pods) if (pod !== first) await this.addWorker(pod)
    if (how === 'failed') await this.findError(pods)
    await this.end(how, why)
  }

  /** Only the first pod's log is followed; what NCCL found on the other nodes is in theirs. */
  private async addWorker(pod: PodView): Promise<void> {
    const text = await this.deps.workerLog(pod.name, false)
    if (text !== null) this.follower.add(text)
  }

  private async findError(pods: readonly PodView[]): Promise<void> {
    if (this.follower.current().judge(this.record).firstError !== null) return
    const failed = pods.filter((pod) => pod.exitCode !== null && pod.exitCode !== 0)
    for (const pod of failed.slice(0, MAX_TAILS)) {
      const error = firstErrorOf((await this.deps.workerLog(pod.name, true)) ?? '')
      if (error) return this.set({ firstError: this.deps.redact(sanitiseLine(`${pod.name}: ${error}`, 600)).text })
    }
  }

  /** Judges what there is, remembers the ending, then cleans up. */
  private async end(ending: Ending, why: string | null): Promise<void> {
    await this.follower.settle()
    const reader = await this.follower.best(this.record.logLines)
    const outcome = reader.judge({ ...this.record, ending })
    await this.set({
      ...outcome,
      firstError: outcome.firstError ?? this.record.firstError,
      sentence: sentenceOf(outcome, ending, why),
      facts: why === null || ending === 'cancelled' ? outcome.facts : [...outcome.facts, endedFact(ending, why)],
      logLines: Math.max(this.record.logLines, this.follower.lineCount()),
      ending,
      state: 'cleaning',
      phase: 'done',
      waiting: null,
      cleanup: null,
    })
    this.waitMs = 0
  }

  private async cleanUp(): Promise<void> {
    const { record } = this
    const left = await this.deps.objects.remove(record.jobUid, this.abort.signal)
    if (left.uid && record.jobUid === null) await this.set({ jobUid: left.uid })
    const now = this.deps.now().getTime()
    if (!left.gone || this.mayStillAppear(now)) {
      if (left.isRefused) this.waitMs = REFUSED_MS
      const words = left.gone ? 'Waiting whether it still appears' : left.words
      return this.set({ state: 'cleaning', waiting: words })
    }
    await this.set({
      state: record.ending ?? 'aborted',
      cleanup: left.words,
      waiting: null,
      finishedAt: this.deps.now().toISOString(),
    })
  }

  /** Changes the record and stores it; told to others only then. A change that could not be stored is stored with the next. */
  private async set(changes: Partial<RunRecordBody>): Promise<void> {
    const before = new Map<string, unknown>(Object.entries(this.record))
    const isChange = Object.entries(changes).some(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before.get(key)),
    )
    if (!isChange && !this.isUnsaved) return
    Object.assign(this.record, changes)
    await this.save()
  }

  private async save(): Promise<void> {
    try {
      await this.deps.keeper.record(this.record)
      this.isUnsaved = false
    } catch (error) {
      this.isUnsaved = true
      throw error
    }
    this.deps.onChange()
  }

  private async pause(ms: number): Promise<void> {
    if (this.abort.signal.aborted || ms === 0) return
    const woken = new AbortController()
    const wake = () => woken.abort()
    this.wake = wake
    this.abort.signal.addEventListener('abort', wake)
    await this.deps.sleep(ms, woken.signal)
    this.abort.signal.removeEventListener('abort', wake)
    this.wake = null
  }
}

/** Corrupted data comes first, whatever else went wrong. */
function sentenceOf(outcome: Outcome, ending: Ending, why: string | null): string | null {
  if (why === null) return outcome.sentence
  const measured = outcome.sentence ?? ''
  const isCorrupt = ending !== 'cancelled' && outcome.verdict === 'fail' && measured.startsWith('WRONG')
  return (isCorrupt ? `${measured} ${why}.` : `${why}. ${measured}`).trim()
}

function endedFact(ending: Ending, why: string): RunRecordBody['facts'][number] {
  return { label: 'Ended', value: why, state: ending === 'failed' ? 'fail' : 'warn' }
}

/** Node by pod and by host name, of workers that have one. */
function hostsOf(pods: readonly PodView[]): Record<string, string> {
  return Object.fromEntries(
    pods.flatMap((pod) =>
      pod.node === null
        ? []
        : [[pod.name, pod.node] as const, ...(pod.hostname ? [[pod.hostname, pod.node] as const] : [])],
    ),
  )
}
