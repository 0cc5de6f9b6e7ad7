import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobView, PodView } from '@/lib/runs/observe'
import { type DriverDeps, RunDriver } from './driver'
import { ncclReading } from './kinds/nccl'
import type { Removal, RunObjects } from './objects'
import { isOver, type RunRecordBody } from './record'

const START = Date.parse('2026-11-21T12:00:00Z')
const NODES = ['dgx030', 'dgx031']

function fresh(): RunRecordBody {
  return {
    id: 'abcdefghjk',
    title: 't',
    preset: 'nccl-2-nodes',
    kind: 'nccl',
    collective: 'all_reduce',
    algorithm: 'auto',
    launcher: 'job',
    parent: null,
    railNames: [],
    onlyRail: null,
    about: null,
    searching: null,
    environment: [],
    matrix: null,
    search: null,
    state: 'starting',
    phase: 'created',
    waiting: null,
    nodes: NODES,
    gpusPerNode: 8,
    rails: 8,
    image: 'i',
    namespace: 'cairn-runs',
    by: 'anna',
    createdAt: new Date(START).toISOString(),
    startedAt: null,
    finishedAt: null,
    deadlineAt: new Date(START + 900_000).toISOString(),
    expected: null,
    verdict: null,
    sentence: null,
    facts: [],
    firstError: null,
    cleanup: null,
    hash: 'h',
    jobUid: null,
    createTriedAt: null,
    created: false,
    bootIds: {},
    versions: {},
    nodeByHost: {},
    overridden: null,
    ending: null,
    result: null,
    logLines: 0,
  }
}

/** What happens to the world between two looks of the driver. */
type Step =
  | 'bind'
  | 'run'
  | 'complete'
  | 'fail'
  | 'evict'
  | 'delete'
  | 'ttl'
  | 'twice'
  | 'cancel'
  | 'crash'
  | 'api-down'
  | 'api-up'
  | 'create-lost'
  | 'create-late'
  | 'store-full'
  | 'store-ok'
  | 'wait'

/** A cluster and a store in memory. A crash freezes everything the old driver still awaits, as kill -9 does. */
class World {
  now = START
  job: (JobView & { foreign: boolean }) | null = null
  companions = 0
  pods: PodView[] = []
  stored: RunRecordBody = fresh()
  kept: string[] = []
  jobsMade = 0
  endings: string[] = []
  private apiDown = false
  private createMode: 'lost' | 'late' | null = null
  private storeFull = false
  private pending: { at: number; make: () => void }[] = []
  private generation = 0
  private steps: Step[]
  driver: RunDriver

  constructor(steps: readonly Step[], stored: Partial<RunRecordBody> = {}) {
    this.steps = [...steps]
    this.stored = { ...fresh(), ...stored }
    this.driver = this.newDriver(true)
  }

  /** Runs all steps, and after them as long as a run may take. */
  async play(): Promise<void> {
    let current = this.driver.start()
    for (let crashes = 0; crashes < 50; crashes += 1) {
      const generation = this.generation
      const crashed = new Promise<'crashed'>((resolve) => {
        this.onCrash = () => resolve('crashed')
      })
      const how = await Promise.race([current.then(() => 'over' as const), crashed])
      if (how === 'over') return this.serveLate()
      if (generation === this.generation) throw new Error('no crash')
      this.driver = this.newDriver(false)
      current = this.driver.start()
    }
  }

  private onCrash: () => void = () => undefined

  private newDriver(mayCreate: boolean): RunDriver {
    const generation = this.generation
    // What a dead process awaits never comes.
    const alive = async <T>(work: () => T | Promise<T>): Promise<T> => {
      if (generation !== this.generation) return new Promise<T>(() => undefined)
      const result = await work()
      return generation === this.generation ? result : new Promise<T>(() => undefined)
    }
    const objects: RunObjects = {
      createOwner: () => alive(() => this.createJob()),
      createCompanions: (uid) =>
        alive(() => {
          if (this.apiDown) return 'unknown' as const
          if (this.job?.uid === uid) this.companions = 2
          return 'ok' as const
        }),
      owner: (uid) => alive(() => (this.apiDown ? ('unknown' as const) : this.find(uid))),
      pods: (uid) => alive(() => (this.apiDown ? ('unknown' as const) : this.pods.filter((pod) => pod.owner === uid))),
      warnings: () => alive(() => []),
      remove: (uid) => alive(() => this.remove(uid)),
    }
    const deps: DriverDeps = {
      objects,
      keeper: {
        record: (record) =>
          alive(() => {
            if (this.storeFull) throw new Error('disk full')
            if (isOver(record)) this.endings.push(record.state)
            this.stored = structuredClone(record)
          }),
        log: (from, lines) =>
          alive(() => {
            lines.forEach((line, index) => {
              this.kept[from + index] ??= line
            })
          }),
        rows: () => alive(() => undefined),
        lines: () => alive(() => this.kept),
      },
      follow: (_pod, _onChunk, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ended: 'aborted' }))),
      now: () => new Date(this.now),
      redact: (text) => ({ text }),
      read: () => ncclReading({ now: () => new Date(this.now), profile: () => null, earlier: () => [] }),
      bound: () => null,
      workerLog: async () => null,
      sleep: (ms) => alive(() => this.sleep(ms)),
      onChange: () => undefined,
      onError: () => undefined,
    }
    return new RunDriver(structuredClone(this.stored), mayCreate, deps)
  }

  /** Requests that were never answered are served at last. */
  private serveLate(): void {
    for (const late of this.pending) late.make()
  }

  private async sleep(ms: number): Promise<void> {
    this.now += Math.max(ms, 200)
    for (const late of this.pending.filter((each) => each.at <= this.now)) late.make()
    this.pending = this.pending.filter((each) => each.at > this.now)
    const step = this.steps.shift()
    if (step) await this.act(step)
    else this.calm()
  }

  /** When nothing is left to happen, the world works: the API answers and the store takes writes. */
  private calm(): void {
    this.apiDown = false
    this.storeFull = false
  }

  private createJob(): { uid: string } | 'unknown' {
    const mode = this.createMode
    this.createMode = null
    const make = () => {
      if (this.job) return
      this.jobsMade += 1
      this.job = {
        uid: `job-${this.jobsMade}`,
        ended: null,
        reason: null,
        message: null,
        suspended: null,
        deleting: false,
        foreign: false,
      }
    }
    if (this.apiDown) return 'unknown'
    if (mode === 'late') {
      this.pending.push({ at: this.now + 7_000, make })
      return 'unknown'
    }
    make()
    return mode === 'lost' || !this.job ? 'unknown' : { uid: this.job.uid }
  }

  private find(uid: string | null): JobView | null {
    return this.job && (uid === null || this.job.uid === uid) ? this.job : null
  }

  private remove(uid: string | null): Removal {
    const left = (words: string, of = uid): Removal => ({ gone: false, words, uid: of, isRefused: false })
    if (this.apiDown) return left('down')
    const job = this.find(uid)
    if (job) {
      if (job.deleting) this.drop()
      else job.deleting = true
      return left('deleting', job.uid)
    }
    return { gone: true, words: 'gone', uid, isRefused: false }
  }

  private drop(): void {
    this.job = null
    this.pods = []
    this.companions = 0
  }

  async act(step: Step): Promise<void> {
    const { job } = this
    const each = (change: Partial<PodView>) => {
      this.pods = this.pods.map((pod) => ({ ...pod, ...change }))
    }
    if (step === 'bind' && job && !job.ended && this.pods.length === 0)
      this.pods = NODES.map((node, index) => podOf(job.uid, index, node, 'Pending'))
    if (step === 'run') each({ phase: 'Running', ready: true, startedAt: new Date(this.now).toISOString() })
    if (step === 'complete' && job && this.pods.length > 0) job.ended = 'Complete'
    if (step === 'fail' && job) {
      job.ended = 'Failed'
      job.reason = 'BackoffLimitExceeded'
    }
    if (step === 'evict')
      this.pods = this.pods.map((pod, at) => (at === 1 ? { ...pod, phase: 'Failed', reason: 'Evicted' } : pod))
    if (step === 'delete' && job) job.deleting = true
    if (step === 'ttl') this.drop()
    if (step === 'twice' && job && this.pods.length > 0)
      this.pods.push({ ...podOf(job.uid, 0, 'dgx030', 'Running'), uid: 'again' })
    if (step === 'api-down') this.apiDown = true
    if (step === 'api-up') this.apiDown = false
    if (step === 'create-lost') this.createMode = 'lost'
    if (step === 'create-late') this.createMode = 'late'
    if (step === 'store-full') this.storeFull = true
    if (step === 'store-ok') this.storeFull = false
    // As a request would: not awaited by the loop.
    if (step === 'cancel') void this.driver.cancel().catch(() => undefined)
    if (step === 'crash') {
      this.generation += 1
      setImmediate(() => this.onCrash())
    }
  }
}

function podOf(owner: string, index: number, node: string, phase: string): PodView {
  return {
    name: `cairn-abcdefghjk-${index}-x`,
    uid: `pod-${owner}-${index}`,
    owner,
    role: 'worker',
    index,
    hostname: `cairn-abcdefghjk-${index}`,
    node,
    phase,
    reason: null,
    message: null,
    ready: false,
    waiting: null,
    waitingMessage: null,
    exitCode: null,
    exitReason: null,
    scheduledMessage: null,
    disruption: null,
    startedAt: null,
  }
}

const STEPS: readonly Step[] = [
  'bind',
  'run',
  'complete',
  'fail',
  'evict',
  'delete',
  'ttl',
  'twice',
  'cancel',
  'crash',
  'api-down',
  'api-up',
  'create-lost',
  'create-late',
  'store-full',
  'store-ok',
  'wait',
]

async function played(steps: readonly Step[]): Promise<World> {
  const world = new World(steps)
  await world.play()
  return world
}

describe('state machine of a run', () => {
  const first = fc.constantFrom<Step>('wait', 'create-lost', 'create-late', 'api-down', 'store-full')

  it('any interleaving ends in exactly one terminal state and no owned object (P-21)', async () => {
    await fc.assert(
      fc.asyncProperty(first, fc.array(fc.constantFrom(...STEPS), { maxLength: 24 }), async (begin, steps) => {
        const world = new World(steps)
        await world.act(begin)
        await world.play()
        expect(isOver(world.stored), JSON.stringify(world.stored)).toBe(true)
        expect(new Set(world.endings).size).toBe(1)
        expect([world.job, world.pods.length, world.companions]).toEqual([null, 0, 0])
        expect(world.stored.finishedAt).not.toBeNull()
        // One that somebody deleted before we ever saw it may be asked for again.
        const isMeddled = steps.includes('ttl') || steps.includes('delete')
        expect(world.jobsMade).toBeLessThanOrEqual(isMeddled ? 2 : 1)
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  it('a create that was served after we gave up waiting is found and cleaned up (F-70)', async () => {
    const late = new World(['cancel'])
    await late.act('create-late')
    await late.play()
    expect([late.jobsMade, late.job, late.stored.state]).toEqual([1, null, 'cancelled'])
  })

  it('killed between create and record: found again by its name, driven to its end', async () => {
    const world = new World(['crash', 'bind', 'run', 'complete'])
    await world.act('create-lost')
    await world.play()
    expect([world.stored.state, world.jobsMade, world.job]).toEqual(['succeeded', 1, null])
    expect(world.stored.verdict, 'nothing was printed').toBe('unknown')
  })

  it('a cancel survives a crash right after it', async () => {
    const world = new World(['crash', 'bind', 'run', 'complete'], { state: 'cancelling' })
    await world.play()
    expect(world.stored.state).toBe('cancelled')
  })

  it('a restart before anything was created creates nothing', async () => {
    const world = new World(['crash'])
    world.stored.createTriedAt = null
    await world.act('api-down')
    await world.play()
    expect([world.jobsMade, world.stored.state]).toEqual([0, 'aborted'])
    expect(world.stored.sentence).toContain('before anything was created')
  })

  it('a second launch of the same index makes the run invalid (M-22)', async () => {
    const world = await played(['bind', 'run', 'twice', 'complete'])
    expect([world.stored.state, world.stored.verdict]).toEqual(['aborted', 'unknown'])
    expect(world.stored.sentence).toContain('started twice')
  })

  it('an evicted worker aborts the run and the others are deleted by us (F-72)', async () => {
    const world = await played(['bind', 'run', 'evict'])
    expect([world.stored.state, world.job]).toEqual(['aborted', null])
    expect(world.stored.sentence).toMatch(/Worker .* on dgx031 was evicted/)
  })

  it('gives up after 5 minutes of waiting, and says for what (F-71)', async () => {
    const world = await played(['bind'])
    expect(world.stored.state).toBe('aborted')
    expect(world.stored.sentence).toContain('Could not start within 5 minutes')
    expect(world.now - START).toBeLessThan(6 * 60_000)
  })

  it('stops a run that prints nothing any more (F-77)', async () => {
    const world = await played(['bind', 'run'])
    expect(world.stored.state).toBe('failed')
    expect(world.stored.sentence).toContain('it hangs')
  })
})
