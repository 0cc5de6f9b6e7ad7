import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { collectors } from '@/collectors/index.gen'
import { keyPair } from '@/collectors/transport/ssh/test/key-pair'
import { RealSshd, sshdPath } from '@/collectors/transport/ssh/test/real-sshd'
import type { KubeObject } from '@/lib/collector'
import type { NodePage } from '@/lib/contract/api'
import type { Run, RunOptions } from '@/lib/contract/runs'
import { callAgent, type SocketClientOptions } from '@/lib/contract/socket-client'
import { OPERATOR_NAMESPACES, rbacManifest } from '@/scripts/gen-rbac'
import { writeTree } from './lab/nodes/tree'
import { healthyScenario } from './lab/scenario/healthy'
import { loadLines } from './lab/scenario/objects'
import { appendCri, RealCluster } from './real-cluster'

const ROOT = new URL('..', import.meta.url).pathname
const AGENT = join(ROOT, 'dist', 'agent.mjs')
/** Images as a site would name them; nothing is pulled. */
const IMAGE = `registry.example/pytorch@sha256:${'5b'.repeat(32)}`
/** The simulated kubelets cannot pull this one (e2e/fleets/run-stages.yaml). */
export const MISSING_IMAGE = `registry.example/missing@sha256:${'5d'.repeat(32)}`
const TESTS_IMAGE = `registry.example/nccl-tests@sha256:${'5c'.repeat(32)}`

/** Why none can be started here, in words; null when one can. */
export function worldMissing(): string | null {
  const sshd = sshdPath()
  return (
    RealCluster.missing() ??
    ('missing' in sshd ? sshd.missing : null) ??
    (existsSync(AGENT) ? null : 'the agent is not built: npm run build:node')
  )
}

export const NODES = ['dgx030', 'dgx031']

export const isOver = ({ state }: Pick<Run, 'state'>) => ['succeeded', 'failed', 'cancelled', 'aborted'].includes(state)

/**
 * The agent as a process against a real control plane (API server, Job controller, scheduler, garbage collector, quota, the shipped
 * RBAC) and real OpenSSH on the nodes' addresses, where a healthy pair of DGX is recorded.
 */
export class RealWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'cairn-real-'))
  readonly store = join(this.folder, 'store')
  private readonly config = join(this.folder, 'cairn.yaml')
  private machines: RealSshd | null = null
  private agent: ChildProcess | null = null
  private said = ''
  private real: RealCluster | null = null

  get cluster(): RealCluster {
    return this.real ?? expect.fail('the cluster is not started')
  }

  async start(): Promise<void> {
    const world = healthyScenario().stages[0]?.world() ?? expect.fail('no stage')
    const stages = readFileSync(join(ROOT, 'e2e', 'fleets', 'run-stages.yaml'), 'utf8')
    this.real = await RealCluster.start(this.folder, stages)
    await this.fill(world.objects)
    await this.startMachines(world.nodes)
    this.startAgent()
    const answers = () => (existsSync(join(this.store, 'cli.token')) ? callAgent(this.client(), 'runs') : null)
    await this.until('the agent', async () => answers())
  }

  async stop(): Promise<void> {
    await this.killAgent('SIGTERM')
    this.machines?.stop()
    this.real?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** @throws when it does not happen, with the last reason and what the agent said. */
  async until<T>(what: string, read: () => Promise<T | null>, seconds = 60, everyMs = 250): Promise<T> {
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
    throw new Error(`${what} did not happen: ${last} ${this.said.slice(-1_500)}`)
  }

  startAgent(): void {
    const env = { PATH: process.env.PATH ?? '', HOME: this.folder, NODE_ENV: 'production' as const }
    const args = [join(ROOT, 'bin', 'cairn.js'), 'agent', '--config', this.config]
    this.agent = spawn(process.execPath, args, { env, cwd: this.folder })
    for (const stream of [this.agent.stdout, this.agent.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.said = (this.said + chunk.toString()).slice(-20_000)
      })
  }

  async killAgent(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.agent
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  client(): SocketClientOptions {
    const token = readFileSync(join(this.store, 'cli.token'), 'utf8').trim()
    return { socketPath: join(this.store, 'agent.sock'), token, timeoutMs: 10_000 }
  }

  run(id: string): Promise<Run> {
    return callAgent(this.client(), 'run', { params: { id } })
  }

  node(name: string): Promise<NodePage> {
    return callAgent(this.client(), 'node', { params: { name } })
  }

  /** The run, once it is as wanted. */
  runWhen(what: string, id: string, wanted: (run: Run) => boolean, seconds = 60): Promise<Run> {
    return this.until(what, async () => ((run) => (wanted(run) ? run : null))(await this.run(id)), seconds)
  }

  /** Plans and confirms a run over both nodes. */
  async started(options: Partial<RunOptions> = {}): Promise<Run> {
    const plan = await this.until(
      'a plan',
      async () => {
        const { plan: made, problem } = await callAgent(this.client(), 'planRun', {
          body: { preset: 'nccl-2-nodes', nodes: NODES, ...options },
        })
        const broken = made?.guard.filter((each) => !each.ok).map((each) => each.text) ?? [problem]
        if (broken.length > 0) throw new Error(broken.join('; '))
        return made
      },
      45,
      3_000,
    )
    return callAgent(this.client(), 'startRun', { body: { planId: plan.planId, hash: plan.hash } })
  }

  /** Pods of a run as the API server has them, by name. */
  async podsOf(id: string): Promise<string[]> {
    const selector = ['-n', 'cairn-runs', '-l', `cairn.dev/run=${id}`]
    const names = await this.cluster.kubectl('get', 'pods', ...selector, '-o', 'name')
    return names
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => name.replace('pod/', ''))
      .sort()
  }

  /** Has the simulated kubelets serve a file as the log of each pod. */
  async serveLogs(pods: readonly string[]): Promise<string[]> {
    const files = pods.map((name) => join(this.folder, `${name}.log`))
    for (const file of files) writeFileSync(file, '')
    const logs = pods.map((name, index) => ({
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'Logs',
      metadata: { name, namespace: 'cairn-runs' },
      spec: { logs: [{ containers: ['benchmark'], logsFile: files[index], follow: true }] },
    }))
    await this.cluster.apply(logs)
    return files
  }

  /** What is left of runs in their namespace, by `kind/name`. */
  async leftovers(kinds = 'jobs,pods,services,configmaps'): Promise<string> {
    return (await this.cluster.kubectl('get', kinds, '-n', 'cairn-runs', '-o', 'name'))
      .split('\n')
      .filter((name) => name.includes('cairn-') || name.startsWith('pod/'))
      .join()
  }

  private async fill(recorded: readonly KubeObject[]): Promise<void> {
    const { cluster } = this
    const names = new Set(recorded.filter((object) => object.kind === 'Namespace').map((each) => each.metadata.name))
    const spaces = OPERATOR_NAMESPACES.filter((name) => !names.has(name))
    await cluster.apply(spaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })))
    // Pods come from the real controllers; recorded ones would belong to owners that are not here.
    const objects = recorded.filter((object) => object.kind !== 'Pod').map(withSimulatedKubelet)
    const OWN = new Set(['Namespace', 'ConfigMap', 'DaemonSet', 'Deployment'])
    await cluster.load(objects, (object) => !OWN.has(object.kind ?? ''))
    const reads = collectors.flatMap((collector) => (collector.via === 'kube' ? [collector.read] : []))
    await cluster.apply(parseAllDocuments(rbacManifest(reads)).map((document): object => document.toJS()))
    const log = join(this.folder, 'daemon.log')
    appendCri(log, loadLines('seed/config-daemon-healthy.log'))
    const logs = [{ containers: ['sriov-network-config-daemon'], logsFile: log }]
    const served = { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'ClusterLogs', metadata: { name: 'daemon' } }
    await cluster.apply([{ ...served, spec: { logs } }])
  }

  private async startMachines(nodes: readonly Parameters<typeof writeTree>[1][]): Promise<void> {
    const { folder, cluster } = this
    const key = keyPair()
    const extra = nodes.flatMap((node) => {
      const root = join(folder, 'nodes', node.name)
      writeTree(root, node)
      const path = `${root}/bin:/usr/bin:/bin:/usr/sbin:/sbin`
      const environment = [`CAIRN_ROOT=${root}`, `PATH=${path}`, `HOME=${root}`, 'LC_ALL=C']
      return [`Match LocalAddress ${node.address}`, `  SetEnv ${environment.join(' ')}`]
    })
    const addresses = nodes.map((node) => node.address)
    const machines = await new RealSshd({
      folder: join(folder, 'sshd'),
      addresses,
      authorized: key.public,
      extra,
    }).start()
    this.machines = machines
    writeFileSync(join(folder, 'id'), key.private, { mode: 0o600 })
    writeFileSync(join(folder, 'known_hosts'), addresses.map((address) => machines.knownLine(address)).join(''))
    const kubeconfig = await cluster.kubeconfigOf('cairn-reader', 'cairn')
    const runner = await cluster.kubeconfigOf('cairn-runner', 'cairn')
    const ssh = {
      user: machines.user,
      port: machines.port,
      agent: false,
      keyFiles: [join(folder, 'id')],
      knownHosts: [join(folder, 'known_hosts')],
    }
    const images = { nccl: [IMAGE, MISSING_IMAGE], ncclTests: TESTS_IMAGE }
    const config = {
      cluster: { name: 'real', kubeconfig },
      ssh,
      runs: { kubeconfig: runner, images },
      store: { path: this.store },
    }
    writeFileSync(this.config, stringify(config))
  }
}

/** The API server asks a node's kubelet for logs by its host name first; all of the simulator's are on one address. */
function withSimulatedKubelet(object: KubeObject): KubeObject {
  if (object.kind !== 'Node' || !('status' in object)) return object
  const { addresses, ...status } = object.status as { addresses: { type: string; address: string }[] }
  const moved = addresses.map((each) => (each.type === 'Hostname' ? { ...each, address: '127.0.0.1' } : each))
  return { ...object, status: { ...status, addresses: moved, daemonEndpoints: undefined } } as KubeObject
}
