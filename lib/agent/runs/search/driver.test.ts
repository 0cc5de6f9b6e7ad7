import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleRows, exampleRun } from '@/lib/rules/examples/nccl'
import { freshSearch } from '@/lib/runs/search/testing'
import { newRecord } from '../new-record'
import { isOver, type RunRecordBody } from '../record'
import { SearchDriver, type SearchDriverDeps } from './driver'
import type { SearchProgress } from './progress'

const START = Date.parse('2026-11-21T12:00:00Z')
const NODES = ['a', 'b', 'c', 'd']

function progress(): SearchProgress {
  return {
    of: null,
    state: freshSearch({ nodes: NODES, rails: [], gpuMinutesMax: 20_000 }),
    setup: {
      namespace: 'cairn-runs',
      nodes: NODES,
      hostnames: NODES,
      gpusPerNode: 8,
      rails: [],
      shared: null,
      image: 'i',
      priorityClass: 'p',
      launcher: 'job',
      collective: 'all_reduce',
      beginBytes: 1,
      endBytes: 1,
      iterations: 1,
      deadlineSec: { alone: 390, group: 210 },
    },
  }
}

function recordOf(id: string, nodes: readonly string[], search?: SearchProgress): RunRecordBody {
  const work = { kind: 'nccl', launcher: 'job', collective: 'all_reduce', algorithm: 'ring' } as const
  const sizes = { beginBytes: 1, endBytes: 1, iterations: 1 }
  const common = { nodes: [...nodes], gpusPerNode: 8, image: 'i', namespace: 'cairn-runs' }
  return newRecord(
    {
      plan: {
        ...common,
        kind: search ? 'search' : 'nccl',
        deadlineSec: 7_200,
        expected: null,
        hash: 'h',
        manifest: 'm',
      },
      input: {
        ...common,
        runId: id,
        work: { ...work, ...sizes },
        hostnames: nodes,
        rails: [],
        shared: null,
        deadlineSec: 240,
        priorityClass: 'p',
        files: {},
      },
      options: { preset: search ? 'search' : 'nccl-2-nodes' },
      ...(search ? { search } : {}),
    },
    'anna',
    [],
    null,
    new Date(START),
  )
}

type Step = 'crash' | 'store-full' | 'store-ok' | 'blind' | 'see' | 'take' | 'cancel' | 'upgrade' | 'wait'

/** Runs, cluster and store in memory. A crash freezes all that the old driver awaits, as kill -9 does; runs in the cluster go on. */
class World {
  now = START
  stored = recordOf('search', NODES, progress())
  readonly runs = new Map<string, RunRecordBody>()
  readonly launches: string[] = []
  readonly errors: unknown[] = []
  endings = 0
  private generation = 0
  private onCrash: () => void = () => undefined
  private isFull = false
  private isBlind = false
  private isOther = false
  private taken: string | null = null
  driver: SearchDriver

  constructor(
    private readonly steps: Step[],
    private readonly bad: string | null,
  ) {
    this.driver = this.newDriver()
  }

  async play(): Promise<void> {
    let current = this.driver.start()
    for (;;) {
      const crashed = new Promise<'crashed'>((resolve) => {
        this.onCrash = () => resolve('crashed')
      })
      if ((await Promise.race([current.then(() => 'over' as const), crashed])) === 'over') return
      this.driver = this.newDriver()
      current = this.driver.start()
    }
  }

  private newDriver(): SearchDriver {
    const generation = this.generation
    const alive = async <T>(work: () => T): Promise<T> => {
      if (generation !== this.generation) return new Promise<T>(() => undefined)
      const result = work()
      await Promise.resolve()
      return generation === this.generation ? result : new Promise<T>(() => undefined)
    }
    const deps: SearchDriverDeps = {
      keeper: {
        record: (record) =>
          alive(() => {
            if (this.isFull) throw new Error('disk full')
            if (isOver(record)) this.endings += 1
            this.stored = structuredClone(record)
          }),
      },
      now: () => new Date(this.now),
      sleep: (ms) => alive(() => this.sleep(ms)),
      onChange: () => undefined,
      onError: (error) => this.errors.push(error),
      child: (id) => this.runs.get(id) ?? null,
      launch: ({ runId, nodes }) =>
        alive(() => {
          if (this.isFull) throw new Error('disk full')
          this.launches.push(runId)
          const active = [...this.runs.values()].filter((run) => !isOver(run)).flatMap((run) => run.nodes)
          expect(
            active.filter((node) => nodes.includes(node)),
            'no node twice at once',
          ).toEqual([])
          expect(
            this.stored.searching?.state.runs.map((run) => run.id),
            'written down before',
          ).toContain(runId)
          expect(nodes).not.toContain(this.taken)
          const at = new Date(this.now).toISOString()
          this.runs.set(runId, {
            ...recordOf(runId, nodes),
            parent: 'search',
            createdAt: at,
            startedAt: at,
            jobUid: 'u',
          })
        }),
      cancelChild: (id) =>
        alive(() => {
          const run = this.runs.get(id)
          if (run && !isOver(run)) this.end(run, 'cancelled')
        }),
      look: () => alive(() => undefined),
      busy: (nodes) =>
        this.isBlind
          ? 'cannot be read'
          : nodes.filter((node) => node === this.taken).map((node) => ({ node, why: 'GPUs are in use' })),
      changed: () => (this.isOther ? 'another version' : null),
    }
    const record = structuredClone(this.stored)
    return new SearchDriver(record, structuredClone(record.searching ?? progress()), deps)
  }

  private end(run: RunRecordBody, ending: 'succeeded' | 'cancelled'): void {
    const value = this.bad !== null && run.nodes.length > 1 && run.nodes.includes(this.bad) ? 195 : 390
    const result = exampleRun({ rows: exampleRows(run.nodes.length === 1 ? 836 : value), outcome: ending })
    Object.assign(run, { ending, state: ending, finishedAt: new Date(this.now).toISOString(), result })
  }

  private sleep(ms: number): void {
    this.now += Math.max(ms, 500)
    for (const run of this.runs.values())
      if (!isOver(run) && this.now - Date.parse(run.createdAt) > 20_000) this.end(run, 'succeeded')
    const step = this.steps.shift()
    if (step === undefined) {
      this.isFull = false
      this.isBlind = false
    }
    if (step === 'store-full') this.isFull = true
    if (step === 'store-ok') this.isFull = false
    if (step === 'blind') this.isBlind = true
    if (step === 'see') this.isBlind = false
    if (step === 'take') this.taken ??= 'd'
    if (step === 'upgrade') this.isOther = true
    if (step === 'cancel') void this.driver.cancel().catch(() => undefined)
    if (step === 'crash') {
      this.generation += 1
      this.onCrash()
    }
  }
}

describe('a driven search', () => {
  it('comes to its suspect, with the cost of what it did', async () => {
    const world = new World([], 'c')
    await world.play()
    expect([world.stored.state, world.stored.verdict]).toEqual(['succeeded', 'fail'])
    expect(world.stored.search?.suspects).toMatchObject([{ node: 'c', strength: 'proved' }])
    expect(world.stored.search?.gpuMinutesSpent).toBeGreaterThan(0)
    expect(world.stored.search?.gpuMinutesSpent).toBeLessThan(200)
  })

  it('another version of Cairn starts nothing more, and says why', async () => {
    const world = new World(['wait', 'wait', 'upgrade'], null)
    await world.play()
    expect([world.stored.state, world.stored.sentence]).toEqual(['aborted', 'another version'])
    expect(world.launches).toHaveLength(NODES.length)
  })

  it('the deadline: runs that went on are waited for, and nothing else is started', async () => {
    const world = new World(['blind'], null)
    world.now = START + 8_000_000
    await world.play()
    expect(world.launches).toEqual([])
    expect(world.stored.sentence).toContain('its deadline passed')
  })

  it('any interleaving of crashes, a full store, an unreadable cluster, others’ pods, cancel: one ending, no run twice (F-69)', async () => {
    const step = fc.constantFrom<Step>(
      'crash',
      'store-full',
      'store-ok',
      'blind',
      'see',
      'take',
      'cancel',
      'wait',
      'wait',
      'crash',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom('a', 'd', null), async (steps, bad) => {
        const world = new World([...steps], bad)
        await world.play()
        expect(isOver(world.stored)).toBe(true)
        expect(world.endings).toBe(1)
        expect(new Set(world.launches).size, 'no run twice').toBe(world.launches.length)
        expect([...world.runs.values()].every(isOver), 'nothing goes on').toBe(true)
        const known = world.stored.searching?.state.runs.map((run) => run.id) ?? []
        expect(known).toEqual(expect.arrayContaining(world.launches))
        if (world.stored.state === 'succeeded' && bad !== null && !steps.includes('take'))
          expect(world.stored.search?.suspects).toMatchObject([{ node: bad, strength: 'proved' }])
      }),
      { numRuns: 60 },
    )
  })
})
