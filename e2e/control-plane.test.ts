import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { collectors } from '@/collectors/index.gen'
import { RealSshd, sshdPath } from '@/collectors/transport/ssh/test/real-sshd'
import { verifyAudit } from '@/lib/agent/audit'
import type { KubeObject } from '@/lib/collector'
import type { NodePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import { callAgent, type SocketClientOptions } from '@/lib/contract/socket-client'
import { OPERATOR_NAMESPACES, rbacManifest } from '@/scripts/gen-rbac'
import { type BenchmarkSpec, footerLines, headerLines, rowLines, workerLines } from './lab/kubelet/benchmark-log'
import { writeTree } from './lab/nodes/tree'
import { healthyScenario } from './lab/scenario/healthy'
import { loadLines } from './lab/scenario/objects'
import { appendCri, RealCluster } from './real-cluster'

/**
 * The agent as a process against a real control plane (API server, Job controller, scheduler, garbage collector, quota, the shipped
 * RBAC) and real OpenSSH on the nodes' addresses. Skips, saying why, where the binaries are not at hand.
 */
const ROOT = new URL('..', import.meta.url).pathname
const AGENT = join(ROOT, 'dist', 'agent.mjs')
const sshd = sshdPath()
const missing =
  RealCluster.missing() ??
  ('missing' in sshd ? sshd.missing : null) ??
  (existsSync(AGENT) ? null : 'the agent is not built: npm run build:node')
if (missing !== null) console.log(`skipped: real control plane: ${missing}`)

const NODES = ['dgx030', 'dgx031']
const CAIRN = 'system:serviceaccount:cairn:'
const folder = mkdtempSync(join(tmpdir(), 'cairn-real-'))
const store = join(folder, 'store')
const config = join(folder, 'cairn.yaml')
let cluster: RealCluster
let machines: RealSshd
let agent: ChildProcess | null = null
let said = ''

async function until<T>(what: string, read: () => Promise<T | null>, seconds = 60, everyMs = 250): Promise<T> {
  const limit = Date.now() + seconds * 1_000
  let last = ''
  while (Date.now() < limit) {
    try {
      const value = await read()
      if (value !== null) return value
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  throw new Error(`${what} did not happen: ${last} ${said.slice(-1_500)}`)
}

function startAgent(): void {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, NODE_ENV: 'production' as const }
  agent = spawn(process.execPath, [join(ROOT, 'bin', 'cairn.js'), 'agent', '--config', config], { env, cwd: folder })
  for (const stream of [agent.stdout, agent.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000)
    })
}

async function killAgent(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const child = agent
  if (!child || child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

function client(): SocketClientOptions {
  const token = readFileSync(join(store, 'cli.token'), 'utf8').trim()
  return { socketPath: join(store, 'agent.sock'), token, timeoutMs: 10_000 }
}

const isOver = ({ state }: Pick<Run, 'state'>) => ['succeeded', 'failed', 'cancelled', 'aborted'].includes(state)
const runOf = (id: string) => callAgent(client(), 'run', { params: { id } })
const nodeOf = (name: string): Promise<NodePage> => callAgent(client(), 'node', { params: { name } })

async function started(): Promise<Run> {
  const plan = await until(
    'a plan',
    async () => {
      const { plan: made, problem } = await callAgent(client(), 'planRun', {
        body: { preset: 'nccl-2-nodes', nodes: NODES },
      })
      const broken = made?.guard.filter((each) => !each.ok).map((each) => each.text) ?? [problem]
      if (broken.length > 0) throw new Error(broken.join('; '))
      return made
    },
    30,
    3_000,
  )
  return callAgent(client(), 'startRun', { body: { planId: plan.planId, hash: plan.hash } })
}

/** Pods of a run as the API server has them, by index. */
async function podsOf(id: string): Promise<string[]> {
  const line = '{range .items[*]}{.metadata.name}{"\\n"}{end}'
  const names = await cluster.kubectl(
    'get',
    'pods',
    '-n',
    'cairn-runs',
    '-l',
    `cairn.dev/run=${id}`,
    '-o',
    `jsonpath=${line}`,
  )
  return names
    .split('\n')
    .filter((name) => name !== '')
    .sort()
}

/** Has the simulated kubelets serve a file as the log of each pod. */
async function serveLogs(pods: readonly string[]): Promise<string[]> {
  const files = pods.map((_, index) => join(folder, `rank-${Date.now()}-${index}.log`))
  for (const file of files) writeFileSync(file, '')
  const logs = pods.map((name, index) => ({
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Logs',
    metadata: { name, namespace: 'cairn-runs' },
    spec: { logs: [{ containers: ['benchmark'], logsFile: files[index], follow: true }] },
  }))
  await cluster.apply(logs)
  return files
}

/** The API server asks a node's kubelet for logs by its host name first; all of the simulator's are on one address. */
function withSimulatedKubelet(object: KubeObject): KubeObject {
  if (object.kind !== 'Node' || !('status' in object)) return object
  const { addresses, ...status } = object.status as { addresses: { type: string; address: string }[] }
  const moved = addresses.map((each) => (each.type === 'Hostname' ? { ...each, address: '127.0.0.1' } : each))
  return { ...object, status: { ...status, addresses: moved, daemonEndpoints: undefined } } as KubeObject
}

async function leftovers(): Promise<string> {
  return (await cluster.kubectl('get', 'jobs,pods,services,configmaps', '-n', 'cairn-runs', '-o', 'name'))
    .split('\n')
    .filter((name) => name.includes('cairn-') || name.startsWith('pod/'))
    .join()
}

describe.skipIf(missing !== null)('a real control plane and real SSH', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    const world = healthyScenario().stages[0]?.world() ?? expect.fail('no stage')
    cluster = await RealCluster.start(folder, readFileSync(join(ROOT, 'e2e', 'fleets', 'run-stages.yaml'), 'utf8'))
    const names = new Set(
      world.objects.filter((object) => object.kind === 'Namespace').map((each) => each.metadata.name),
    )
    const spaces = OPERATOR_NAMESPACES.filter((name) => !names.has(name))
    await cluster.apply(spaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })))
    // Pods come from the real controllers; recorded ones would belong to owners that are not here.
    const objects = world.objects.filter((object) => object.kind !== 'Pod').map(withSimulatedKubelet)
    const OWN = new Set(['Namespace', 'ConfigMap', 'DaemonSet', 'Deployment'])
    await cluster.load(objects, (object) => !OWN.has(object.kind ?? ''))
    const reads = collectors.flatMap((collector) => (collector.via === 'kube' ? [collector.read] : []))
    await cluster.apply(parseAllDocuments(rbacManifest(reads)).map((document): object => document.toJS()))

    const log = join(folder, 'daemon.log')
    appendCri(log, loadLines('seed/config-daemon-healthy.log'))
    await cluster.apply([
      {
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'ClusterLogs',
        metadata: { name: 'daemon' },
        spec: { logs: [{ containers: ['sriov-network-config-daemon'], logsFile: log }] },
      },
    ])

    const key = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'test' })
    const extra = world.nodes.flatMap((node) => {
      const root = join(folder, 'nodes', node.name)
      writeTree(root, node)
      const environment = [
        `CAIRN_ROOT=${root}`,
        `PATH=${root}/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
        `HOME=${root}`,
        'LC_ALL=C',
      ]
      return [`Match LocalAddress ${node.address}`, `  SetEnv ${environment.join(' ')}`]
    })
    const addresses = world.nodes.map((node) => node.address)
    machines = await new RealSshd({ folder: join(folder, 'sshd'), addresses, authorized: key.public, extra }).start()
    writeFileSync(join(folder, 'id'), key.private, { mode: 0o600 })
    writeFileSync(join(folder, 'known_hosts'), addresses.map((address) => machines.knownLine(address)).join(''))
    const kubeconfig = await cluster.kubeconfigOf('cairn-reader', 'cairn')
    const runner = await cluster.kubeconfigOf('cairn-runner', 'cairn')
    const image = `registry.example/pytorch@sha256:${'5b'.repeat(32)}`
    writeFileSync(
      config,
      stringify({
        cluster: { name: 'real', kubeconfig },
        ssh: {
          user: machines.user,
          port: machines.port,
          agent: false,
          keyFiles: [join(folder, 'id')],
          knownHosts: [join(folder, 'known_hosts')],
        },
        runs: { kubeconfig: runner, images: { nccl: image } },
        store: { path: store },
      }),
    )
    startAgent()
    await until('the agent', async () => (existsSync(join(store, 'cli.token')) ? callAgent(client(), 'runs') : null))
  }, 120_000)

  afterAll(async () => {
    await killAgent('SIGTERM')
    machines?.stop()
    cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  it('sees what the lab sees: green up to network resources', async () => {
    const pages = await Promise.all(
      NODES.map((name) =>
        until(`${name} green`, async () => {
          const page = await nodeOf(name)
          if (page.report.state !== 'pass') throw new Error(page.report.headline)
          return page
        }),
      ),
    )
    for (const page of pages) expect(page.report.headline).toBe('OK up to Network resources; not proved by a run')
  })

  it('a run survives kill -9 of the agent, is judged once and leaves nothing', async () => {
    const { id } = await started()
    const pods = await until('pods', async () => ((names) => (names.length === 2 ? names : null))(await podsOf(id)))
    const files = await serveLogs(pods)
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
    const half = await until('rows', async () => ((run) => (run.rows.length >= 5 ? run : null))(await runOf(id)))
    expect(half.state).toBe('running')
    await killAgent('SIGKILL')
    appendCri(files[0] ?? '', rows.slice(5, 9))
    startAgent()
    const again = await until('rows after the restart', async () =>
      ((run) => (run.rows.length >= 9 ? run : null))(await runOf(id)),
    )
    expect(isOver(again)).toBe(false)
    appendCri(files[0] ?? '', [...rows.slice(9), ...footerLines(spec)])
    const done = await until('the end', async () => ((run) => (isOver(run) ? run : null))(await runOf(id)), 75)
    expect([done.state, done.verdict, done.rows.length], done.sentence ?? '').toEqual(['succeeded', 'pass', 14])
    expect(done.cleanup).toContain('gone')
    expect(await leftovers()).toBe('')
    for (const name of NODES) {
      const page = await until('proof', async () =>
        ((each) => (each.report.headline.includes('proved by a run:') ? each : null))(await nodeOf(name)),
      )
      expect(page.runs.map((run) => run.id)).toEqual([id])
    }
    expect((await callAgent(client(), 'runs')).runs).toHaveLength(1)
  })

  it('a quota: the server’s own words within 30 s, cancelled and cleaned', async () => {
    await cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'gpus', namespace: 'cairn-runs' },
        spec: { hard: { 'requests.nvidia.com/gpu': '8' } },
      },
    ])
    const { id } = await started()
    const words = async () => ((run) => (run.waiting?.includes('exceeded quota: gpus') ? run : null))(await runOf(id))
    expect((await until('the quota in words', words, 30)).phase).toBe('created')
    await callAgent(client(), 'cancelRun', { params: { id } })
    const done = await until('the end', async () => ((run) => (isOver(run) ? run : null))(await runOf(id)), 30)
    expect(done.state).toBe('cancelled')
    expect(await leftovers()).toBe('')
    await cluster.kubectl('delete', 'resourcequota', 'gpus', '-n', 'cairn-runs')
  })

  it('the API server’s audit log: Cairn wrote nothing but its runs’ own objects', () => {
    const lines = cluster.audit(CAIRN)
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
    expect(verifyAudit(join(store, 'audit.jsonl'))).toMatchObject({ ok: true })
  })
})
