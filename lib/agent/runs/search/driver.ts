import { createHash } from 'node:crypto'
import type { Run } from '@/lib/contract/runs'
import { conclude } from '@/lib/runs/search/conclude'
import type { ChildOf } from '@/lib/runs/search/manifest'
import { type Conclusion, nextStep } from '@/lib/runs/search/next-step'
import { costOf, type SearchRun, type SearchState, spentBy } from '@/lib/runs/search/state'
import { searchView } from '@/lib/runs/search/view'
import type { Ending, RunKeeper } from '../driver'
import { idOf } from '../plans'
import { isOver, type RunRecordBody } from '../record'
import { childResult } from './child-result'
import type { SearchProgress } from './progress'

export interface SearchDriverDeps {
  keeper: Pick<RunKeeper, 'record'>
  now(): Date
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Told after a change is stored. */
  onChange(): void
  onError(error: unknown): void
  /** Record of one of its runs; null: never launched. */
  child(id: string): RunRecordBody | null
  /** Stores and starts a run. */
  launch(child: ChildOf & { about: string | null }): Promise<void>
  cancelChild(id: string): Promise<void>
  /** Has looked again what computes on the GPUs of these nodes, past Kubernetes too. */
  look(nodes: readonly string[]): Promise<void>
  /** Nodes of a list that may not be tested now, and why; a string: it cannot be known now. */
  busy(nodes: readonly string[]): { node: string; why: string }[] | string
  /** Why its runs would not be what was confirmed; null when they are. */
  changed(): string | null
}

const LOOK_MS = 1_500
const AGAIN_MS = 6_000
/** Runs of a search at the same time: each is looked at every 1.5 s. */
const MAX_AT_ONCE = 16

/**
 * Drives one search from its stored record to its verdict. Runs are written down before they are started, with ids that follow from
 * the search's: after a restart a new driver finds those that were started and starts those that were not (F-69). The nodes of a
 * search are its own until it ends.
 */
export class SearchDriver {
  private readonly abort = new AbortController()
  private wakeUp: (() => void) | null = null
  private cancelled: boolean
  private isUnsaved = false
  private done: Promise<void> | null = null

  constructor(
    readonly record: RunRecordBody,
    private readonly progress: SearchProgress,
    private readonly deps: SearchDriverDeps,
  ) {
    this.cancelled = record.state === 'cancelling'
  }

  start(): Promise<void> {
    this.done ??= this.loop()
    return this.done
  }

  async stop(): Promise<void> {
    this.abort.abort()
    await this.done
  }

  rows(): Run['rows'] {
    return []
  }

  /** One of its runs has changed. */
  wake(): void {
    this.wakeUp?.()
  }

  async cancel(): Promise<void> {
    if (isOver(this.record) || this.record.ending !== null) return
    this.cancelled = true
    try {
      await this.keep({ state: 'cancelling', waiting: 'Cancelling' })
    } finally {
      this.wake()
    }
  }

  private get state(): SearchState {
    return this.progress.state
  }

  /** A step that throws is told and tried again: its runs may not be forgotten. */
  private async loop(): Promise<void> {
    while (!this.abort.signal.aborted && (!isOver(this.record) || this.isUnsaved)) {
      let wait = LOOK_MS
      try {
        if (isOver(this.record)) await this.keep({})
        else if (await this.step()) wait = 0
      } catch (error) {
        if (!this.abort.signal.aborted) this.deps.onError(error)
        wait = AGAIN_MS
      }
      if ((!isOver(this.record) || this.isUnsaved) && wait > 0) await this.pause(wait)
    }
  }

  /** @returns whether there is more to do at once */
  private async step(): Promise<boolean> {
    await this.collect()
    const going = this.state.runs.filter((run) => run.outcome === 'running')
    if (this.cancelled) return this.windUp(going)
    const hurry = this.deps.now().getTime() > Date.parse(this.record.deadlineAt) ? 'its deadline passed' : null
    if (going.length > 0) {
      if (hurry === null) await this.launchNext(going)
      else await this.dropUnstarted(going)
      return false
    }
    const next = nextStep(this.state, hurry)
    if ('conclusion' in next) {
      await this.end(next.conclusion)
      return true
    }
    const nodes = next.groups.flatMap((group) => group.nodes)
    await this.deps.look(nodes)
    if (this.cancelled) return true
    const busy = this.deps.busy(nodes)
    if (typeof busy === 'string') {
      await this.keep({ waiting: busy })
      return false
    }
    if (busy.length > 0) {
      await this.change({ leftOut: [...this.state.leftOut, ...busy] })
      return true
    }
    const first = this.state.runs.length
    const runs = next.groups.map(
      (group, at): SearchRun => ({
        ...group,
        nodes: [...group.nodes],
        id: idOf(
          createHash('sha256')
            .update(`${this.record.id} ${first + at}`)
            .digest(),
        ),
        outcome: 'running',
        busbwGBps: null,
        why: null,
        gpuMinutes: costOf(this.state, group.nodes.length),
      }),
    )
    await this.change({ runs: [...this.state.runs, ...runs] }, { waiting: null })
    return true
  }

  /** Takes over what finished runs said. */
  private async collect(): Promise<void> {
    const runs = this.state.runs.map((run) => {
      if (run.outcome !== 'running') return run
      const record = this.deps.child(run.id)
      const result = record ? childResult(record) : null
      // A Job ends with its own deadline: whatever was noticed late held no GPUs.
      return result ? { ...run, ...result, gpuMinutes: Math.min(result.gpuMinutes, run.gpuMinutes) } : run
    })
    await this.change({ runs })
  }

  /** Starts what was written down and not started yet; guards are asked once more for each. */
  private async launchNext(going: readonly SearchRun[]): Promise<void> {
    const waiting = going.filter((run) => this.deps.child(run.id) === null)
    const room = MAX_AT_ONCE - (going.length - waiting.length)
    for (const run of waiting.slice(0, Math.max(0, room))) {
      const changed = this.deps.changed()
      if (changed !== null) return this.fail(changed)
      const busy = this.deps.busy(run.nodes)
      if (typeof busy === 'string') return this.keep({ waiting: busy })
      if (busy.length > 0) {
        await this.change({
          leftOut: [...this.state.leftOut, ...busy],
          runs: this.state.runs.map((each) =>
            each.id === run.id ? { ...each, outcome: 'void', why: 'its nodes were taken', gpuMinutes: 0 } : each,
          ),
        })
        continue
      }
      await this.deps.launch({ runId: run.id, nodes: run.nodes, rail: run.rail, about: run.about })
      const { startedAt } = this.record
      await this.keep({
        state: 'running',
        phase: 'running',
        startedAt: startedAt ?? this.deps.now().toISOString(),
        waiting: null,
      })
    }
  }

  /** Cancels what goes on, waits until it has cleaned up, then ends. */
  private async windUp(going: readonly SearchRun[]): Promise<boolean> {
    const left = await this.dropUnstarted(going)
    for (const run of left) await this.deps.cancelChild(run.id)
    if (left.length > 0) return false
    const failed = this.record.sentence
    const next = nextStep(this.state, 'it was cancelled')
    if (failed !== null) await this.finish('aborted', { sentence: failed, verdict: 'unknown' })
    else if ('conclusion' in next) await this.end(next.conclusion, 'cancelled')
    return true
  }

  /** Runs that were written down and not started will not be. @returns the others */
  private async dropUnstarted(going: readonly SearchRun[]): Promise<readonly SearchRun[]> {
    const never = new Set(going.filter((run) => this.deps.child(run.id) === null).map((run) => run.id))
    const runs = this.state.runs.map(
      (run): SearchRun => (never.has(run.id) ? { ...run, outcome: 'void', why: 'never started', gpuMinutes: 0 } : run),
    )
    await this.change({ runs })
    return going.filter((run) => !never.has(run.id))
  }

  /** Something makes it impossible to go on: winds up as if cancelled, and says why. */
  private async fail(why: string): Promise<void> {
    this.cancelled = true
    await this.keep({ sentence: why, state: 'cancelling', waiting: 'Cancelling' })
  }

  private async end(conclusion: Conclusion, ending: Ending = 'succeeded'): Promise<void> {
    const { sentence, verdict } = conclude(this.state, conclusion)
    await this.finish(ending, { sentence, verdict: ending === 'cancelled' ? 'unknown' : verdict })
  }

  private async finish(ending: Ending, outcome: Pick<RunRecordBody, 'sentence' | 'verdict'>): Promise<void> {
    const { runs, leftOut, gpuMinutesMax } = this.state
    const spent = Math.round(spentBy(this.state))
    const ok = { state: 'ok' } as const
    await this.keep({
      ...outcome,
      ending,
      state: ending,
      phase: 'done',
      waiting: null,
      finishedAt: this.deps.now().toISOString(),
      cleanup: `All objects of its ${runs.length} runs are gone`,
      facts: [
        { label: 'Runs', value: String(runs.length), ...ok },
        { label: 'GPU-minutes', value: `${spent} of ${gpuMinutesMax}`, ...ok },
        ...leftOut.map(({ node, why }) => ({ label: 'Left out', value: `${node}: ${why}`, state: 'warn' as const })),
        ...(this.record.overridden
          ? [{ label: 'Guard overridden', value: this.record.overridden, state: 'warn' as const }]
          : []),
      ],
    })
  }

  private async change(change: Partial<SearchState>, also: Partial<RunRecordBody> = {}): Promise<void> {
    this.progress.state = { ...this.state, ...change }
    await this.keep(also)
  }

  /** Stores the record with the search as it is now; nothing is written when nothing changed. */
  private async keep(changes: Partial<RunRecordBody>): Promise<void> {
    const isEnded = (changes.ending ?? this.record.ending) !== null
    const stateOf = (id: string) => this.deps.child(id)?.state ?? null
    const search = searchView(this.state, this.progress.of, isEnded, stateOf)
    const next = { ...this.record, ...changes, search, searching: structuredClone(this.progress) }
    if (!this.isUnsaved && JSON.stringify(next) === JSON.stringify(this.record)) return
    Object.assign(this.record, next)
    this.isUnsaved = true
    await this.deps.keeper.record(this.record)
    this.isUnsaved = false
    this.deps.onChange()
  }

  private async pause(ms: number): Promise<void> {
    if (this.abort.signal.aborted) return
    const woken = new AbortController()
    const wake = () => woken.abort()
    this.wakeUp = wake
    this.abort.signal.addEventListener('abort', wake)
    await this.deps.sleep(ms, woken.signal)
    this.abort.signal.removeEventListener('abort', wake)
    this.wakeUp = null
  }
}
