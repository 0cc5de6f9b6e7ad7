import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyAudit } from '@/lib/agent/audit'
import type { Run } from '@/lib/contract/runs'
import { callAgent } from '@/lib/contract/socket-client'
import { type BenchmarkSpec, footerLines, headerLines, rowLines, workerLines } from './lab/kubelet/benchmark-log'
import { appendCri } from './real-cluster'
import { isOver, MISSING_IMAGE, NODES, RealWorld, worldMissing } from './real-world'

const missing = worldMissing()
if (missing !== null) console.log(`skipped: real control plane: ${missing}`)

const CAIRN = 'system:serviceaccount:cairn:'
const world = new RealWorld()

describe.skipIf(missing !== null)('a real control plane and real SSH', { timeout: 120_000 }, () => {
  beforeAll(() => world.start(), 120_000)
  afterAll(() => world.stop(), 60_000)

  it('sees what the lab sees: green up to network resources', async () => {
    const pages = await Promise.all(
      NODES.map((name) =>
        world.until(`${name} green`, async () => {
          const page = await world.node(name)
          if (page.report.state !== 'pass') throw new Error(page.report.headline)
          return page
        }),
      ),
    )
    for (const page of pages) expect(page.report.headline).toBe('OK up to Network resources; not proved by a run')
  })

  it('a run survives kill -9 of the agent, is judged once and leaves nothing', async () => {
    const { id } = await world.started()
    const pods = await world.until('pods', async () =>
      ((names) => (names.length === 2 ? names : null))(await world.podsOf(id)),
    )
    const files = await world.serveLogs(pods)
    const spec: BenchmarkSpec = {
      hosts: [`cairn-${id}-0`, `cairn-${id}-1`],
      gpusPerNode: 8,
      hcas: [20, 28, 36, 44, 52, 60, 68, 76].map((number) => `mlx5_${number}`),
      beginBytes: 1024 * 1024,
      endBytes: 8 * 1024 ** 3,
      iterations: 20,
      plateauGBps: 700,
      socket: false,
    }
    appendCri(files[0] ?? '', headerLines(spec))
    appendCri(files[1] ?? '', workerLines(spec, 1))
    const rows = rowLines(spec)
    appendCri(files[0] ?? '', rows.slice(0, 5))
    const half = await world.runWhen('rows', id, (run) => run.rows.length >= 5)
    expect(half.state).toBe('running')
    await world.killAgent('SIGKILL')
    appendCri(files[0] ?? '', rows.slice(5, 9))
    world.startAgent()
    const again = await world.runWhen('rows after the restart', id, (run) => run.rows.length >= 9)
    expect(isOver(again)).toBe(false)
    appendCri(files[0] ?? '', [...rows.slice(9), ...footerLines(spec)])
    const done = await world.runWhen('the end', id, isOver, 75)
    expect([done.state, done.verdict, done.rows.length], done.sentence ?? '').toEqual(['succeeded', 'pass', 14])
    expect(done.cleanup).toContain('gone')
    expect(await world.leftovers()).toBe('')
    for (const name of NODES) {
      const page = await world.until('proof', async () =>
        ((each) => (each.report.headline.includes('proved by a run:') ? each : null))(await world.node(name)),
      )
      expect(page.runs.map((run) => run.id)).toEqual([id])
    }
    expect((await callAgent(world.client(), 'runs')).runs).toHaveLength(1)
  })

  it('a quota: the server’s own words within 30 s, cancelled and cleaned', async () => {
    await world.cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'gpus', namespace: 'cairn-runs' },
        spec: { hard: { 'requests.nvidia.com/gpu': '8' } },
      },
    ])
    const { id } = await world.started()
    const isQuota = (run: Run) => run.waiting?.includes('exceeded quota: gpus') === true
    expect((await world.runWhen('the quota in words', id, isQuota, 30)).phase).toBe('created')
    await callAgent(world.client(), 'cancelRun', { params: { id } })
    const done = await world.runWhen('the end', id, isOver, 30)
    expect(done.state).toBe('cancelled')
    expect(await world.leftovers()).toBe('')
    await world.cluster.kubectl('delete', 'resourcequota', 'gpus', '-n', 'cairn-runs')
  })

  it('an image that cannot be pulled: the kubelet’s words within 30 s, cancelled and cleaned (F-71)', async () => {
    const { id } = await world.started({ image: MISSING_IMAGE })
    const hangs = await world.runWhen('the words', id, (run) => run.waiting?.includes('ImagePullBackOff') === true, 30)
    expect([hangs.phase, hangs.waiting]).toEqual(['pulling', expect.stringContaining('403 Forbidden')])
    await callAgent(world.client(), 'cancelRun', { params: { id } })
    expect((await world.runWhen('the end', id, isOver, 30)).state).toBe('cancelled')
    expect(await world.leftovers()).toBe('')
  })

  it('a pod that fits nowhere: the real scheduler’s words, with what is short (F-71)', async () => {
    const cpus = (count: string) =>
      world.cluster.kubectl(
        'patch',
        'node',
        'dgx031',
        '--subresource=status',
        '--type=merge',
        '-p',
        JSON.stringify({ status: { allocatable: { cpu: count } } }),
      )
    await cpus('2')
    const { id } = await world.started()
    const hangs = await world.runWhen('the words', id, (run) => run.waiting?.includes('Insufficient cpu') === true, 30)
    expect(hangs.waiting).toMatch(/nodes are available/)
    await callAgent(world.client(), 'cancelRun', { params: { id } })
    expect((await world.runWhen('the end', id, isOver, 30)).state).toBe('cancelled')
    expect(await world.leftovers()).toBe('')
    await cpus('224')
  })

  it('a worker that is evicted: aborted with the words, its twin deleted by us (F-72)', async () => {
    const { id } = await world.started()
    const [pod = ''] = await world.until('pods', async () =>
      ((names) => (names.length === 2 ? names : null))(await world.podsOf(id)),
    )
    await world.runWhen('running', id, (run) => run.state === 'running', 30)
    const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' }
    await world.cluster.kubectl(
      'patch',
      'pod',
      pod,
      '-n',
      'cairn-runs',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status }),
    )
    const done = await world.runWhen('the end', id, isOver, 45)
    expect([done.state, done.sentence]).toEqual([
      'aborted',
      expect.stringMatching(/was evicted: The node was low on resource/),
    ])
    expect(await world.leftovers()).toBe('')
  })

  it('the API server’s audit log: Cairn wrote nothing but its runs’ own objects', () => {
    const lines = world.cluster.audit(CAIRN)
    const writes = lines.filter(
      ({ verb, resource }) => !['get', 'list', 'watch'].includes(verb) && !resource.startsWith('selfsubject'),
    )
    expect(writes.length).toBeGreaterThanOrEqual(8)
    for (const write of writes) {
      expect(write, JSON.stringify(write)).toMatchObject({ user: `${CAIRN}cairn-runner`, namespace: 'cairn-runs' })
      expect(['jobs', 'services', 'configmaps']).toContain(write.resource)
      expect(['create', 'delete']).toContain(write.verb)
      expect(write.name).toMatch(/^(?:cairn-[a-z0-9]{10})?$/)
    }
    expect(
      lines.filter(({ code }) => code === 403),
      'no right is missing',
    ).toEqual([])
    expect(verifyAudit(join(world.store, 'audit.jsonl'))).toMatchObject({ ok: true })
  })
})
