import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/agent/ports'
import type { RdmaCell, Run, RunOptions } from '@/lib/contract/runs'
import type { NodeReport } from '@/lib/report'
import { type Lab, startLab } from './lab/lab'
import { healthyScenario } from './lab/scenario/healthy'
import { type RunAgent, startRunAgent } from './run-agent'

/** RDMA tests between nodes over real HTTP: planned, confirmed, a matrix that fills, judged, cleaned, a fact of both nodes. */
const NODES = ['dgx030', 'dgx031']
const ANNA: Actor = { user: 'anna', role: 'operator' }
const BOTH: RunOptions = { preset: 'rdma', nodes: NODES, tests: ['write-bw', 'write-lat'] }

const folder = mkdtempSync(join(tmpdir(), 'cairn-rdma-run-'))
const clock = { now: () => new Date() }
const errors: unknown[] = []
let lab: Lab
let agent: RunAgent

const startAgent = () => startRunAgent(lab, folder, clock, (error) => errors.push(error))

beforeAll(async () => {
  lab = await startLab({ scenario: healthyScenario(), folder })
  agent = await startAgent()
  await report('dgx031', (each) => each.state === 'pass')
}, 60_000)

afterAll(async () => {
  await agent.close()
  await lab.close()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

afterEach(async () => {
  for (const each of (await agent.runs.list()).runs.filter((one) => !isOver(one))) {
    await agent.runs.cancel(each.id)
    await run(each.id, isOver)
  }
  lab.nextRun('succeed')
}, 60_000)

async function until<T>(read: () => T | null | Promise<T | null>, seconds: number): Promise<T> {
  for (let left = seconds * 10; left > 0; left -= 1) {
    const value = await read()
    if (value !== null) return value
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('did not happen')
}

async function report(node: string, wanted: (report: NodeReport) => boolean, seconds = 30): Promise<NodeReport> {
  const now = () => agent.observer.recorder.report(node) ?? null
  const read = () => ((each) => (each && wanted(each) ? each : null))(now())
  return until(read, seconds).catch(() => now() ?? expect.fail(`${node} was never judged`))
}

async function run(id: string, wanted: (run: Run) => boolean, seconds = 60): Promise<Run> {
  const now = async () => (await agent.runs.get(id)) ?? expect.fail('no such run')
  return until(async () => ((each) => (wanted(each) ? each : null))(await now()), seconds).catch(now)
}

const isOver = ({ state }: Pick<Run, 'state'>) => ['succeeded', 'failed', 'cancelled', 'aborted'].includes(state)
const cells = (each: Run, ...status: RdmaCell['status'][]) =>
  each.matrix?.cells.filter((cell) => status.includes(cell.status)) ?? []
const levelOf = (judged: NodeReport, id: string) => judged.levels.find((level) => level.id === id)?.shown

async function started(options: RunOptions = BOTH): Promise<Run> {
  const answer = await agent.runs.plan(options, ANNA)
  const { planId, hash } = answer.plan ?? expect.fail(answer.problem ?? 'no plan')
  return agent.runs.start({ planId, hash }, ANNA)
}

function expectClean(): void {
  for (const kind of ['Job', 'Pod', 'Service', 'ConfigMap']) expect(lab.api.list(kind, 'cairn-runs'), kind).toEqual([])
}

describe('RDMA tests between nodes', { timeout: 120_000 }, () => {
  it('plan: rails of the chain, no GPU and said so, how long it takes', async () => {
    const { plan, choices } = await agent.runs.plan(BOTH, ANNA)
    expect(plan).toMatchObject({ kind: 'rdma', owner: 'Job', gpusPerNode: 0, gpuMinutesMax: 0, expected: null })
    expect(plan?.resources.map((each) => each.name)).not.toContain('nvidia.com/gpu')
    expect(plan?.resources).toHaveLength(8)
    expect(plan?.limits.join(' ')).toMatch(/Takes no GPU: 0 GPU-minutes.* 2 pairs on 8 rails, about 3 minutes/)
    expect(plan?.guard.map((each) => each.text).join(' ')).not.toContain('NCCL')
    expect(choices.images[0]).toContain('doca')
    const gpu = await agent.runs.plan({ ...BOTH, tests: ['write-bw-gpu'] }, ANNA)
    expect(gpu.plan?.gpusTotal).toBe(16)
    const all: RunOptions = { ...BOTH, tests: ['write-bw', 'write-bw-gpu', 'write-lat', 'rping'] }
    expect((await agent.runs.plan(all, ANNA)).plan).not.toBeNull()
  })

  it('succeeds: the matrix fills, is judged, cleaned, and proves level rdma of both nodes', async () => {
    expect(levelOf(await report('dgx030', () => true), 'rdma')).toBe('not-proved')
    const { id, matrix } = await started()
    expect(matrix?.cells).toHaveLength(2 * 8 * 2)
    expect(new Set(matrix?.cells.map((cell) => cell.status))).toEqual(new Set(['waiting']))
    const partial = await run(id, (each) => cells(each, 'pass').length >= 2)
    expect(cells(partial, 'running').length).toBeLessThanOrEqual(1)
    expect(cells(partial, 'waiting').length).toBeGreaterThan(0)
    expect([partial.state, partial.verdict]).toEqual(['running', null])
    const testing = await report('dgx030', (each) => levelOf(each, 'rdma') === 'running')
    expect([levelOf(testing, 'rdma'), levelOf(testing, 'nccl')]).toEqual(['running', 'not-proved'])
    const done = await run(id, isOver)
    expect([done.state, done.verdict], done.sentence ?? '').toEqual(['succeeded', 'pass'])
    expect(cells(done, 'pass')).toHaveLength(32)
    expect(done.sentence).toBe('16 of 16 pairs reach line rate; 16 of 16 pairs have usual latency.')
    expect(done.facts.find((fact) => fact.label === 'Line rate')?.value).toContain('400 Gb/s')
    const [cell] = done.matrix?.cells ?? []
    expect(cell).toMatchObject({ device: 'mlx5_20', status: 'pass', summary: expect.stringMatching(/% of 400 Gb\/s/) })
    const page = await agent.runs.log(id, cell?.logFrom ?? 0)
    expect(page?.lines[0]).toMatch(/^cairn-rdma: begin /)
    expect(page?.lines[(cell?.logLines ?? 0) - 1]).toMatch(/^cairn-rdma: end /)
    expectClean()
    for (const node of NODES) {
      const judged = await report(node, (each) => levelOf(each, 'rdma') === 'pass')
      expect(levelOf(judged, 'rdma')).toBe('pass')
      expect(levelOf(judged, 'nccl')).toBe('not-proved')
    }
  })

  it('one slow rail: red, named, with what to look at', async () => {
    lab.nextRun('slow-rail')
    const { id } = await started()
    const done = await run(id, isOver)
    expect([done.state, done.verdict]).toEqual(['succeeded', 'fail'])
    expect(cells(done, 'fail')).toMatchObject([
      { from: 'dgx030', to: 'dgx031', rail: 1, test: 'write-bw', bandwidthGbps: 203.11 },
    ])
    expect(done.sentence).toMatch(
      /^Rail \w+ from dgx030 to dgx031 .*203\.1 Gb\/s is 50\.8 % of 400 Gb\/s.*15 of 16 pairs reach line rate.* Next: /,
    )
    const judged = await report('dgx031', (each) => levelOf(each, 'rdma') === 'fail')
    expect(levelOf(judged, 'rdma')).toBe('fail')
  })

  it('a dead pair: red, in the tool’s words', async () => {
    lab.nextRun('dead-pair')
    const { id } = await started({ ...BOTH, tests: ['write-bw', 'rping'] })
    const done = await run(id, isOver)
    expect([done.state, done.verdict]).toEqual(['succeeded', 'fail'])
    const dead = cells(done, 'fail')
    expect(dead.map(({ test, rail, from }) => [test, rail, from])).toEqual([
      ['write-bw', 0, 'dgx030'],
      ['rping', 0, 'dgx030'],
    ])
    expect(dead[0]?.summary).toMatch(/completion status 12 .*retry counter exceeded/)
    expect(done.firstError).toMatch(/Completion with error at client|Failed status 12/)
  })

  it('cancelled in the middle: what was measured stays, nothing else does', async () => {
    const { id } = await started()
    await run(id, (each) => cells(each, 'pass').length >= 2)
    await agent.runs.cancel(id)
    const done = await run(id, isOver, 20)
    expect([done.state, done.verdict]).toEqual(['cancelled', 'unknown'])
    expect(cells(done, 'pass').length).toBeGreaterThanOrEqual(2)
    expect(cells(done, 'running', 'waiting')).toEqual([])
    expect(cells(done, 'unknown')[0]?.summary).toMatch(/^Not measured/)
    expectClean()
  })

  it('pods that die in the middle: no verdict, never green', async () => {
    lab.nextRun('crash')
    const { id } = await started()
    const done = await run(id, isOver)
    expect([done.state, done.verdict]).toEqual(['aborted', 'unknown'])
    expect(cells(done, 'unknown').length).toBeGreaterThan(0)
    expectClean()
  })

  it('no error went by unseen', () => {
    expect(errors).toEqual([])
  })
})
