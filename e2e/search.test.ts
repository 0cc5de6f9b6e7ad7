import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyAudit } from '@/lib/agent/audit'
import type { Actor } from '@/lib/agent/ports'
import type { Run, RunOptions, RunPlan } from '@/lib/contract/runs'
import { type Lab, startLab } from './lab/lab'
import { fleetScenario } from './lab/scenario/fleet'
import { type RunAgent, startRunAgent } from './run-agent'

/** "Find the bad node" over real HTTP: from a failed run to the named suspect; restarted, cancelled, out of budget, not reproducible. */
const NODES = ['dgx0001', 'dgx0002', 'dgx0003', 'dgx0004']
const RAIL = 'nvidia.com/resibp64s0'
const ANNA: Actor = { user: 'anna', role: 'operator' }

const folder = mkdtempSync(join(tmpdir(), 'cairn-search-'))
const audit = join(folder, 'audit.jsonl')
const errors: unknown[] = []
let lab: Lab
let agent: RunAgent

const startAgent = () => startRunAgent(lab, folder, { now: () => new Date() }, (error) => errors.push(error))

beforeAll(async () => {
  lab = await startLab({ scenario: fleetScenario(4, new Map()), folder, phaseMs: 120, rowMs: 50 })
  agent = await startAgent()
  await untilFree()
}, 90_000)

afterAll(async () => {
  await agent.close()
  await lab.close()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

/** One failure must not take the next test's nodes. */
afterEach(async () => {
  for (const node of NODES) lab.spoil(node, null)
  for (const each of (await agent.runs.list()).runs.filter((one) => !isOver(one) && one.parent === null)) {
    await agent.runs.cancel(each.id)
    await run(each.id, isOver)
  }
  await untilFree()
}, 90_000)

/** All nodes may take part: the watch has seen that what used them is gone. */
async function untilFree(): Promise<void> {
  await until(async () => {
    const { candidates } = await agent.runs.plan({ preset: 'nccl-n-nodes', nodes: NODES }, ANNA)
    return candidates.length === NODES.length && candidates.every((each) => each.eligible) ? true : null
  }, 60)
}

async function until<T>(read: () => T | null | Promise<T | null>, seconds: number): Promise<T> {
  for (let left = seconds * 10; left > 0; left -= 1) {
    const value = await read()
    if (value !== null) return value
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('did not happen')
}

/** The run, once it is as wanted; as it is when it never becomes so. */
async function run(id: string, wanted: (run: Run) => boolean, seconds = 150): Promise<Run> {
  const now = async () => (await agent.runs.get(id)) ?? expect.fail('no such run')
  return until(async () => ((each) => (wanted(each) ? each : null))(await now()), seconds).catch(now)
}

const isOver = ({ state }: Pick<Run, 'state'>) => ['succeeded', 'failed', 'cancelled', 'aborted'].includes(state)

async function planned(options: Partial<RunOptions> = {}): Promise<RunPlan> {
  const answer = await agent.runs.plan({ preset: 'search', nodes: NODES, ...options }, ANNA)
  return answer.plan ?? expect.fail(answer.problem ?? 'no plan')
}

async function started(options: Partial<RunOptions> = {}): Promise<Run> {
  const { planId, hash } = await planned(options)
  return agent.runs.start({ planId, hash }, ANNA)
}

function expectClean(): void {
  for (const kind of ['Job', 'Pod', 'Service', 'ConfigMap']) expect(lab.api.list(kind, 'cairn-runs'), kind).toEqual([])
}

/** Jobs that were created, as the audit log names them. */
function jobsMade(): string[] {
  return readFileSync(audit, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kube.create"') && line.includes('"done"'))
    .flatMap((line) => line.match(/Job cairn-(\w+)/)?.[1] ?? [])
}

async function children(search: string) {
  return (await agent.runs.list()).runs.filter((each) => each.parent === search)
}

describe('find the bad node', { timeout: 300_000 }, () => {
  it('plan: the cost first, the template of every run, nothing created', async () => {
    const posts = () =>
      lab.api.requests().filter((request) => request.method === 'POST' && request.path.includes('/cairn-runs/'))
    const plan = await planned()
    expect(plan.stages.map((stage) => stage.title)).toEqual([
      'Every node alone',
      'Pairs',
      'Suspects with good partners',
      'Other pairs',
      'All together',
      'Halves',
      'Rail by rail',
    ])
    expect(plan.gpuMinutesMax).toBe(plan.stages.reduce((sum, stage) => sum + stage.gpuMinutesMax, 0))
    expect(plan.manifest).toContain(`# Search over ${NODES.join(', ')}\n# At most ${plan.gpuMinutesMax} GPU-minutes`)
    expect(plan.manifest.match(/^kind: Job$/gm)).toHaveLength(4)
    expect((await planned({ gpuMinutes: 70 })).gpuMinutesMax).toBe(70)
    expect(posts()).toEqual([])
  })

  it('from a failed run to the node and its rail, over a restart; others keep off its nodes; nothing is left', async () => {
    lab.spoil('dgx0003', { share: 0, rail: RAIL })
    const plan = (await agent.runs.plan({ preset: 'nccl-n-nodes', nodes: NODES }, ANNA)).plan ?? expect.fail('no plan')
    const failed = await run((await agent.runs.start(plan, ANNA)).id, isOver)
    expect(failed.state, failed.sentence ?? '').toBe('failed')

    const { id } = await started({ of: failed.id })
    await run(id, (each) => each.search?.runs.some((one) => one.stage === 'pairs' && one.state === 'running') === true)
    const going = await children(id)
    const other = (await agent.runs.plan({ preset: 'nccl-2-nodes', nodes: ['dgx0001', 'dgx0002'] }, ANNA)).plan
    if (other)
      await expect(agent.runs.start(other, ANNA)).rejects.toMatchObject({
        code: 'run-exists',
        entry: { what: expect.stringContaining(id) },
      })

    await agent.close()
    agent = await startAgent()
    expect((await children(id)).map((each) => each.id).sort()).toEqual(going.map((each) => each.id).sort())

    const done = await run(id, isOver, 240)
    expect([done.state, done.verdict], done.sentence ?? '').toEqual(['succeeded', 'fail'])
    expect(done.search?.suspects).toMatchObject([{ node: 'dgx0003', rail: RAIL, strength: 'proved' }])
    expect(done.sentence).toMatch(/^dgx0003 is bad: failed .* with dgx0004 and failed .* with dgx000[12]/)
    expect(done.search?.of).toBe(failed.id)
    expect(done.search?.gpuMinutesSpent).toBeGreaterThan(0)
    expectClean()

    const runs = done.search?.runs ?? []
    expect(new Set(runs.map((each) => each.id)).size, 'no run twice').toBe(runs.length)
    const made = jobsMade()
    expect(new Set(made).size, 'no Job twice').toBe(made.length)
    expect([failed.id, ...runs.map((each) => each.id)]).toEqual(expect.arrayContaining(made))
    expect(verifyAudit(audit)).toMatchObject({ ok: true })
    const pair = runs.find((each) => each.stage === 'pairs') ?? expect.fail('no pair')
    const { manifest } = (await agent.runs.manifest(pair.id)) ?? expect.fail('no manifest')
    expect(manifest).toContain('name: NCCL_ALGO\n              value: Ring')
    // The good partners of the bad rail are not blamed for it.
    const fact = (node: string) => JSON.stringify(agent.observer.model.nodeFact(node, 'ncclRuns'))
    expect(fact('dgx0003')).toContain(`"rail":`)
    const railed = (node: string) => /"rail":\d/.test(fact(node))
    expect(NODES.filter(railed)).toEqual(['dgx0003'])
  })

  it('nothing is wrong any more: not reproducible', async () => {
    const { id } = await started()
    const done = await run(id, isOver)
    expect([done.state, done.verdict], done.sentence ?? '').toEqual(['succeeded', 'pass'])
    expect(done.sentence).toMatch(
      /^Not reproducible: all 4 nodes reach \d+ GB\/s together in 2 of 2 tries, and 4 pairs are good\.$/,
    )
    expect(done.search?.stages.map((stage) => [stage.id, stage.state])).toContainEqual(['rails', 'skipped'])
    expectClean()
  })

  it('a node that somebody else takes is left out, and said so', async () => {
    const { id } = await started()
    await run(id, (each) => each.state === 'running')
    const gpus = { requests: { 'nvidia.com/gpu': '8' }, limits: { 'nvidia.com/gpu': '8' } }
    const containers = [{ name: 'train', image: 'train', resources: gpus }]
    const metadata = { name: 'train', namespace: 'default' }
    const spec = { nodeName: 'dgx0004', containers }
    lab.api.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Running' } })
    const done = await run(id, isOver)
    lab.api.remove({ kind: 'Pod', ...metadata })
    expect(done.sentence).toContain('Left out: dgx0004 (8 of 8 GPUs are in use)')
    expect(done.verdict, 'not green without it').toBe('unknown')
    expect(done.search?.runs.filter((each) => each.stage === 'whole').every((each) => each.nodes.length === 3)).toBe(
      true,
    )
    expectClean()
  })

  it('the budget is never exceeded: it stops before and says so', async () => {
    const { id } = await started({ gpuMinutes: 65 })
    const done = await run(id, isOver)
    expect([done.state, done.verdict], done.sentence ?? '').toEqual(['succeeded', 'unknown'])
    expect(done.sentence).toContain('Stopped early: The next step would cost more than the 65 GPU-minutes')
    expect(done.search?.runs.every((each) => each.stage === 'alone')).toBe(true)
    expect(done.search?.gpuMinutesSpent).toBeLessThanOrEqual(65)
    expectClean()
  })

  it('cancelled: its runs are cancelled and cleaned up', async () => {
    const { id } = await started()
    await run(id, (each) => each.search?.runs.some((one) => one.state === 'running') === true)
    await agent.runs.cancel(id)
    const done = await run(id, isOver, 40)
    expect(done.state).toBe('cancelled')
    expect((await children(id)).every(isOver)).toBe(true)
    expectClean()
  })

  it('no error went by unseen', () => {
    expect(errors).toEqual([])
  })
})
