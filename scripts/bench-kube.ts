/**
 * What the Kubernetes side costs: list and watch of a rule-made fleet through KubeTransport, projected by the real collectors.
 * `npx tsx --expose-gc scripts/bench-kube.ts [nodes] [pods]`; the lab API runs in a process of its own. With CAIRN_BENCH_KUBECONFIG a real one is used.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import nodes from '@/collectors/cluster/node/collector'
import pods from '@/collectors/cluster/pods/collector'
import { createKubeTransport } from '@/collectors/transport/kube/transport'
import { createLabApi } from '@/e2e/lab/kube/api'
import { fleetNode, fleetPod } from '@/e2e/lab/kube/rule-made'
import type { KubeObject } from '@/lib/collector'

const [nodeCount, podCount] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 12_000)]
const BURST = 20_000

if (process.argv.includes('--serve')) await serve()
else await measure()

async function serve(): Promise<void> {
  const from = performance.now()
  function* objects(): Generator<KubeObject> {
    for (let at = 0; at < nodeCount; at++) yield fleetNode(at)
    for (let at = 0; at < podCount; at++) yield fleetPod(at, nodeCount)
  }
  const api = await createLabApi({ objects: objects(), history: BURST * 2 })
  process.stdin.on('data', () => {
    for (let at = 0; at < BURST; at++)
      api.patch(
        { kind: 'Node', name: fleetNode(at % nodeCount).metadata.name },
        { metadata: { annotations: { at: String(at) } } },
      )
  })
  process.stdin.on('end', () => process.exit(0))
  console.log(
    JSON.stringify({
      kubeconfig: api.kubeconfig(),
      startMs: Math.round(performance.now() - from),
      rssMb: mb(process.memoryUsage().rss),
    }),
  )
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-'))
  const file = process.env.CAIRN_BENCH_KUBECONFIG ?? join(folder, 'config')
  const lab = process.env.CAIRN_BENCH_KUBECONFIG ? null : await labProcess(file)
  try {
    globalThis.gc?.()
    const before = process.memoryUsage()
    const held = { nodes: new Map<string, unknown>(), pods: new Map<string, unknown>() }
    const doneMs: Record<string, number> = {}
    let events = 0
    const delay = monitorEventLoopDelay({ resolution: 5 })
    let peak = 0
    const watchMemory = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 20)
    const transport = await createKubeTransport(
      { kind: 'kubeconfig', path: file },
      { onNote: (note) => console.error(note) },
    )
    const stopping = new AbortController()
    const from = performance.now()
    const cpu = process.cpuUsage()
    delay.enable()
    transport.watch(
      [
        { id: 'nodes', read: nodes.read },
        { id: 'pods', read: pods.read },
      ],
      {
        upsert(id, key, object) {
          events += 1
          if (id === 'nodes') held.nodes.set(key, nodes.project(object))
          else held.pods.set(key, pods.project(object))
        },
        remove: (id, key) => void (id === 'nodes' ? held.nodes : held.pods).delete(key),
        reset: () => {},
        state(id, { status, fresh }) {
          if (status === 'ok' && fresh) doneMs[id] ??= Math.round(performance.now() - from)
        },
      },
      stopping.signal,
    )
    await until(() => doneMs.nodes !== undefined && doneMs.pods !== undefined)
    delay.disable()
    const used = process.cpuUsage(cpu)
    await new Promise((resolve) => setTimeout(resolve, 200))
    globalThis.gc?.()
    const after = process.memoryUsage()
    console.log(
      JSON.stringify({
        nodes: held.nodes.size,
        pods: held.pods.size,
        nodesMs: doneMs.nodes,
        podsMs: doneMs.pods,
        cpuMs: Math.round((used.user + used.system) / 1000),
        loopBlockMs: Math.round(delay.max / 1e6),
        peakRssMb: mb(peak),
        keptHeapMb: mb(after.heapUsed + after.external - before.heapUsed - before.external),
      }),
    )
    if (lab) {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      events = 0
      const burst = performance.now()
      const burstCpu = process.cpuUsage()
      lab.stdin.write('go\n')
      await until(() => events >= BURST)
      const ms = performance.now() - burst
      const spent = process.cpuUsage(burstCpu)
      console.log(
        JSON.stringify({
          watchEvents: events,
          perSecond: Math.round(events / (ms / 1000)),
          usPerEvent: Math.round((spent.user + spent.system) / events),
        }),
      )
    }
    clearInterval(watchMemory)
    stopping.abort()
    await transport.close()
    console.log(JSON.stringify({ typedClient: await typedClient(file) }))
  } finally {
    lab?.stdin.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same lists through the client library's typed calls, one each: what most tools do. */
async function typedClient(file: string) {
  globalThis.gc?.()
  const before = process.memoryUsage()
  const config = new KubeConfig()
  config.loadFromFile(file)
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()]
  // The lab speaks plain HTTP on loopback, which this library takes only from who says so.
  if (cluster && user) config.loadFromClusterAndUser({ ...cluster, skipTLSVerify: true }, user)
  const api = config.makeApiClient(CoreV1Api)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const cpu = process.cpuUsage()
  const from = performance.now()
  const nodeList = await api.listNode()
  const nodesMs = Math.round(performance.now() - from)
  const podList = await api.listPodForAllNamespaces()
  const podsMs = Math.round(performance.now() - from) - nodesMs
  const used = process.cpuUsage(cpu)
  delay.disable()
  globalThis.gc?.()
  const after = process.memoryUsage()
  return {
    nodes: nodeList.items.length,
    pods: podList.items.length,
    nodesMs,
    podsMs,
    cpuMs: Math.round((used.user + used.system) / 1000),
    loopBlockMs: Math.round(delay.max / 1e6),
    keptHeapMb: mb(after.heapUsed + after.external - before.heapUsed - before.external),
  }
}

async function labProcess(file: string) {
  const child = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] ?? '', String(nodeCount), String(podCount), '--serve'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('\n')) resolve(text)
    })
    child.once('exit', () => reject(new Error('the lab ended')))
  })
  const { kubeconfig, ...lab }: { kubeconfig: string; startMs: number; rssMb: number } = JSON.parse(line)
  writeFileSync(file, kubeconfig, { mode: 0o600 })
  console.log(JSON.stringify({ lab }))
  return child
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e6)
}
