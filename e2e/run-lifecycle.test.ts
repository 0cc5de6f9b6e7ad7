import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyAudit } from '@/lib/agent/audit'
import type { Actor } from '@/lib/agent/ports'
import type { Run, RunPlan } from '@/lib/contract/runs'
import type { NodeReport } from '@/lib/report'
import { type Lab, startLab } from './lab/lab'
import { healthyScenario } from './lab/scenario/healthy'
import { type RunAgent, startRunAgent } from './run-agent'

/** A benchmark run over real HTTP: planned, confirmed, streamed, judged, cleaned; cancelled, broken, adopted after a restart. */
const RUNNER = 'system:serviceaccount:cairn:cairn-runner'
const NODES = ['dgx030', 'dgx031']
const ANNA: Actor = { user: 'anna', role: 'operator' }

const folder = mkdtempSync(join(tmpdir(), 'cairn-runs-'))
const audit = join(folder, 'audit.jsonl')
let skewMs = 0
const clock = { now: () => new Date(Date.now() + skewMs) }
const errors: unknown[] = []
let lab: Lab
let agent: RunAgent

const startAgent = () => startRunAgent(lab, folder, clock, (error) => errors.push(error))

beforeAll(async () => {
  lab = await startLab({ scenario: healthyScenario(), folder })
  lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cairn-runs' } })
  agent = await startAgent()
  await report('dgx031', (each) => each.state === 'pass')
}, 60_000)

afterAll(async () => {
  await agent.close()
  await lab.close()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

/** One failure must not take the next test's nodes. */
afterEach(async () => {
  for (const each of (await agent.runs.list()).runs.filter((one) => !isOver(one))) {
    await agent.runs.cancel(each.id)
    await run(each.id, isOver)
  }
}, 60_000)

async function until<T>(read: () => T | null | Promise<T | null>, seconds = 30): Promise<T> {
  for (let left = seconds * 10; left > 0; left -= 1) {
    const value = await read()
    if (value !== null) return value
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('did not happen')
}

async function report(node: string, wanted: (report: NodeReport) => boolean, seconds = 30): Promise<NodeReport> {
  const read = () => {
    const now = agent.observer.recorder.report(node)
    return now && wanted(now) ? now : null
  }
  return until(read, seconds).catch(
    () => agent.observer.recorder.report(node) ?? expect.fail(`${node} was never judged`),
  )
}

/** The run, once it is as wanted; as it is when it never becomes so. */
async function run(id: string, wanted: (run: Run) => boolean, seconds = 40): Promise<Run> {
  const now = async () => (await agent.runs.get(id)) ?? expect.fail('no such run')
  return until(async () => ((each) => (wanted(each) ? each : null))(await now()), seconds).catch(now)
}

const isOver = ({ state }: Pick<Run, 'state'>) => ['succeeded', 'failed', 'cancelled', 'aborted'].includes(state)

async function planned(by = ANNA): Promise<RunPlan> {
  const answer = await agent.runs.plan({ preset: 'nccl-2-nodes', nodes: NODES }, by)
  return answer.plan ?? expect.fail(answer.problem ?? 'no plan')
}

async function started(): Promise<Run> {
  const { planId, hash } = await planned()
  return agent.runs.start({ planId, hash }, ANNA)
}

function expectClean(): void {
  for (const kind of ['Job', 'Pod', 'Service', 'ConfigMap']) expect(lab.api.list(kind, 'cairn-runs'), kind).toEqual([])
}

/** All writes of Cairn's identities so far. */
function writes(): { user: string; line: string }[] {
  return lab.api
    .requests()
    .filter(({ method, user, path }) => method !== 'GET' && user.includes('cairn') && !path.includes('selfsubject'))
    .map(({ method, path, user }) => ({ user, line: `${method} ${path.split('?')[0]}` }))
}

describe('a benchmark run', { timeout: 90_000 }, () => {
  it('plan: nothing is created, everything is shown', async () => {
    const before = lab.api.requests().filter((request) => request.method !== 'GET').length
    const plan = await planned()
    expect(plan.guard.every((each) => each.ok)).toBe(true)
    expect(plan.resources.map((each) => each.name)).toContain('nvidia.com/resibp24s0')
    expect(plan.expected).not.toBeNull()
    expect(lab.api.requests().filter((request) => request.method !== 'GET')).toHaveLength(before)
  })

  it('confirmation: wrong hash, replay, somebody else (SEC-51, M-15)', async () => {
    const wrong = await planned()
    const confirm = { planId: wrong.planId, hash: '0'.repeat(64) }
    await expect(agent.runs.start(confirm, ANNA)).rejects.toMatchObject({ code: 'plan-changed' })
    await expect(agent.runs.start({ ...confirm, hash: wrong.hash }, ANNA)).rejects.toMatchObject({
      code: 'plan-expired',
    })
    const hers = await planned()
    const bob: Actor = { user: 'bob', role: 'admin' }
    await expect(agent.runs.start(hers, bob)).rejects.toMatchObject({ code: 'plan-expired' })
    const late = await planned()
    skewMs = 301_000
    const confirmed = agent.runs.start(late, ANNA)
    skewMs = 0
    await expect(confirmed).rejects.toMatchObject({ code: 'plan-expired' })
    expect(writes()).toEqual([])
  })

  it('succeeds: rows stream, judged, cleaned, proves the nodes', async () => {
    const [plan, twin] = [await planned(), await planned()]
    const { id } = await agent.runs.start(plan, ANNA)
    await expect(agent.runs.start(twin, ANNA), 'one run per node').rejects.toMatchObject({ code: 'run-exists' })
    const partial = await run(id, (each) => each.rows.length >= 2 && each.phase === 'running')
    expect([partial.state, partial.phase, partial.verdict]).toEqual(['running', 'running', null])
    expect(partial.facts.find((fact) => fact.label === 'Transport')).toMatchObject({ value: 'IB', state: 'ok' })
    const done = await run(id, isOver)
    expect([done.state, done.verdict], done.sentence ?? '').toEqual(['succeeded', 'pass'])
    expect(done.rows).toHaveLength(14)
    expect(done.sentence).toMatch(/GB\/s bus bandwidth.*over IB on 8 of 8 HCAs, GPUDirect RDMA/)
    expect(done.cleanup).toContain('gone')
    expectClean()
    const log = await agent.runs.log(id, 0)
    expect(log?.complete).toBe(true)
    expect(new Set(log?.lines).size, 'no line twice').toBeGreaterThan(20)
    for (const node of NODES) {
      const judged = await report(node, (each) => each.headline.startsWith('OK, proved by a run'))
      expect(judged.headline).toMatch(/^OK, proved by a run: /)
      expect(judged.levels.find((level) => level.id === 'nccl')?.state).toBe('pass')
    }
    const own = `cairn-${id}`
    for (const { user, line } of writes()) {
      expect(user).toBe(RUNNER)
      expect(line).toMatch(new RegExp(`^POST .*/namespaces/cairn-runs/(jobs|services|configmaps)$|^DELETE .*/${own}$`))
    }
    expect(verifyAudit(audit)).toMatchObject({ ok: true })
    const lines = readFileSync(audit, 'utf8')
    for (const words of ['kube.create', 'kube.delete', `Job ${own} in cairn-runs`]) expect(lines).toContain(words)
  })

  it('over TCP: red whatever the numbers (F-75, M-23)', async () => {
    lab.nextRun('socket')
    const { id } = await started()
    const done = await run(id, isOver)
    expect([done.state, done.verdict]).toEqual(['succeeded', 'fail'])
    expect(done.sentence).toMatch(/over Socket.*Next:.*TCP/)
    const judged = await report('dgx030', (each) => each.levels.find((level) => level.id === 'nccl')?.state === 'fail')
    expect(judged.headline).not.toContain('proved by a run')
    lab.nextRun('succeed')
  })

  it('cancelled in the middle: the rows stay, nothing else does', async () => {
    const { id } = await started()
    await run(id, (each) => each.rows.length >= 2)
    await agent.runs.cancel(id)
    const done = await run(id, isOver, 15)
    expect([done.state, done.verdict]).toEqual(['cancelled', 'unknown'])
    expect(done.rows.length).toBeGreaterThanOrEqual(2)
    expect(done.sentence).toContain('Incomplete')
    expectClean()
  })

  it('a worker that dies of memory: aborted, incomplete, not slow', async () => {
    lab.nextRun('crash')
    const { id } = await started()
    const done = await run(id, isOver)
    expect([done.state, done.verdict]).toEqual(['aborted', 'unknown'])
    expect(done.sentence).toMatch(/out of memory.*Incomplete/)
    expectClean()
    lab.nextRun('succeed')
  })

  it('an image that cannot be pulled: the kubelet’s words within 30 s, cancel cleans up', async () => {
    lab.nextRun('pull-error')
    const { id } = await started()
    const hanging = await run(id, (each) => each.waiting?.includes('ImagePullBackOff') === true, 30)
    expect([hanging.phase, hanging.waiting]).toEqual(['pulling', expect.stringContaining('Back-off pulling image')])
    await agent.runs.cancel(id)
    const done = await run(id, isOver, 15)
    expect(done.state).toBe('cancelled')
    expectClean()
    lab.nextRun('succeed')
  })

  it('refused by the API server: its own words, nothing left', async () => {
    const words = 'admission webhook "policy.example" denied the request: no GPUs on Saturdays'
    const heal = lab.api.fault({
      verb: 'create',
      resource: 'jobs',
      action: { kind: 'status', status: 403, message: words },
      times: 1,
    })
    const { id } = await started()
    const done = await run(id, isOver, 15)
    heal()
    expect([done.state, done.cleanup]).toEqual(['failed', 'Nothing had been created'])
    expect(done.sentence).toContain(words)
    expectClean()
  })

  it('a job past Kubernetes took the GPUs after the plan was shown: refused at confirmation, nothing created (SEC-51b, c)', async () => {
    const plan = await planned()
    expect(plan.guard.find((each) => each.id === 'gpu-processes')).toMatchObject({ ok: true })
    const list = join(folder, 'nodes', 'dgx031', 'var', 'tools', 'gpu-processes')
    const before = readFileSync(list, 'utf8')
    writeFileSync(list, `${before}00000000:1B:00.0, 4711, slurm_job\n`)
    const made = writes().length
    await expect(agent.runs.start(plan, ANNA)).rejects.toMatchObject({
      code: 'guard-failed',
      message: expect.stringContaining('slurm_job (pid 4711)'),
    })
    expect(writes()).toHaveLength(made)
    writeFileSync(list, before)
    await agent.runs.plan({ preset: 'nccl-2-nodes', nodes: NODES }, ANNA)
    agent.observer.sweeper?.verify('dgx031', null)
    await until(async () => {
      const { candidates } = await agent.runs.plan({ preset: 'nccl-2-nodes', nodes: NODES }, ANNA)
      return candidates.every((each) => each.eligible) ? true : null
    })
  })

  it('a lost answer to the create: adopted, not made twice (F-70)', async () => {
    const before = writes().length
    const heal = lab.api.fault({ verb: 'create', resource: 'configmaps', action: { kind: 'drop' }, times: 1 })
    const { id } = await started()
    await run(id, (each) => each.rows.length >= 1)
    heal()
    expect(
      writes()
        .slice(before)
        .filter(({ line }) => line.endsWith('/jobs')),
    ).toHaveLength(1)
    await agent.runs.cancel(id)
    await run(id, isOver, 15)
    expectClean()
  })

  it('restart in the middle: adopted, one result, foreign pods with our label untouched (F-69, M-16)', async () => {
    const { id } = await started()
    await run(id, (each) => each.rows.length >= 3)
    const before = (await agent.runs.log(id, 0))?.lines ?? []
    const labels = { 'cairn.dev/run': id }
    lab.api.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'foreign', namespace: 'cairn-runs', labels } })
    await agent.close()
    agent = await startAgent()
    const adopted = await agent.runs.get(id)
    expect(adopted?.rows.length, 'rows are there at once').toBeGreaterThanOrEqual(3)
    const done = await run(id, isOver)
    expect([done.state, done.verdict, done.rows.length], done.sentence ?? '').toEqual(['succeeded', 'pass', 14])
    const after = (await agent.runs.log(id, 0))?.lines ?? []
    expect(after.slice(0, before.length)).toEqual(before)
    expect(new Set(after.filter((line) => line.includes('float'))).size).toBe(14)
    expect(lab.api.list('Pod', 'cairn-runs').map((pod) => pod.metadata.name)).toEqual(['foreign'])
    lab.api.remove({ kind: 'Pod', namespace: 'cairn-runs', name: 'foreign' })
    expectClean()
  })

  it('no error went by unseen', () => {
    expect(errors).toEqual([])
  })
})
