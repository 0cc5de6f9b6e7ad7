import type { KubeObject } from '@/lib/collector'
import { rdmaTest } from '@/lib/contract/runs'
import type { LabApi } from '../kube/types'
import { type BenchmarkSpec, errorLine, footerLines, headerLines, rowLines, workerLines } from './benchmark-log'
import { type RdmaSpec, rdmaBatches, rdmaDone, rdmaHead } from './rdma-log'

export interface KubeletOptions {
  /** Milliseconds between two result rows, and for each phase before. */
  rowMs: number
  phaseMs: number
  plateauGBps: number
  /** HCA names a pod sees. */
  hcas: readonly string[]
  /** What happens instead of a good run. */
  outcome(): 'succeed' | 'socket' | 'pull-error' | 'crash' | 'slow-rail' | 'dead-pair'
  /** Bandwidth of a run over several nodes, as a share of the healthy one; 0: NCCL fails. @param rails resources of its pods */
  shareOf(nodes: readonly string[], rails: readonly string[]): number
}

/**
 * The Job controller's and the kubelets' part for benchmark pods: an indexed Job gets its pods, they are scheduled, pulled, run, print a
 * real-format log, and end. Everything stops when the Job is deleted.
 */
export function playKubelet(api: LabApi, options: KubeletOptions): () => void {
  const timers = new Set<NodeJS.Timeout>()
  const alive = new Set<string>()
  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }
  api.onCreate('Job', (job) => {
    const uid = job.metadata.uid ?? ''
    alive.add(uid)
    const waiting: { ms: number; work: () => void }[] = []
    // On a busy machine timers of different lengths fire out of order: a later one first does what was due before it.
    const act = (ms: number, work: () => void) => {
      waiting.push({ ms, work })
      later(ms, () => {
        for (const due of waiting.filter((each) => each.ms <= ms).sort((a, b) => a.ms - b.ms)) {
          waiting.splice(waiting.indexOf(due), 1)
          if (alive.has(uid)) due.work()
        }
      })
    }
    runJob(api, job, options, act)
  })
  api.onDelete('Job', (job) => {
    alive.delete(job.metadata.uid ?? '')
    for (const pod of podsOf(api, job))
      api.remove({ kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name })
  })
  return () => {
    for (const timer of timers) clearTimeout(timer)
  }
}

interface JobSpec {
  completions: number
  template: { metadata: { labels: Record<string, string>; annotations?: Record<string, string> }; spec: PodSpec }
}
interface PodSpec {
  containers: {
    name: string
    image: string
    env: { name: string; value: string }[]
    resources: { requests: Record<string, string> }
  }[]
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: { matchExpressions: { values: string[] }[] }[]
      }
    }
  }
}

function podsOf(api: LabApi, job: KubeObject): KubeObject[] {
  return api
    .list('Pod', job.metadata.namespace)
    .filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === job.metadata.uid))
}

function runJob(
  api: LabApi,
  job: KubeObject,
  options: KubeletOptions,
  act: (ms: number, work: () => void) => void,
): void {
  const spec = job.spec as unknown as JobSpec
  const namespace = job.metadata.namespace ?? ''
  const nodes =
    spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]
      ?.matchExpressions[0]?.values ?? []
  const rails = Object.keys(spec.template.spec.containers[0]?.resources.requests ?? {}).filter(isRail)
  const share = options.shareOf(nodes, rails)
  const outcome = share === 0 ? 'nccl-error' : options.outcome()
  const hosts = Array.from({ length: spec.completions }, (_, index) => `${job.metadata.name}-${index}`)
  const names = hosts.map((host, index) => `${host}-${(index + 11).toString(36)}x7k`)
  const status = (index: number, patch: object) =>
    api.patch({ kind: 'Pod', namespace, name: names[index] ?? '' }, { status: patch })
  const all = (patch: (index: number) => object) => {
    for (const index of names.keys()) status(index, patch(index))
  }

  act(options.phaseMs, () => {
    for (const [index, name] of names.entries()) api.apply(podObject(job, spec, name, hosts[index] ?? '', index))
    api.patch(
      { kind: 'Job', group: 'batch', namespace, name: job.metadata.name },
      { status: { active: names.length, startTime: now() } },
    )
  })
  act(options.phaseMs * 2, () =>
    names.forEach((name, index) => {
      api.patch({ kind: 'Pod', namespace, name }, { spec: { nodeName: nodes[index] } })
      status(index, {
        phase: 'Pending',
        conditions: [condition('PodScheduled', true)],
        containerStatuses: [container('waiting', { reason: 'ContainerCreating' })],
      })
    }),
  )
  if (outcome === 'pull-error') {
    act(options.phaseMs * 3, () =>
      all(() => ({
        containerStatuses: [
          container('waiting', {
            reason: 'ImagePullBackOff',
            message: 'Back-off pulling image: failed to resolve reference: not found',
          }),
        ],
      })),
    )
    return
  }
  const startAt = options.phaseMs * 4
  act(startAt, () =>
    all(() => ({
      phase: 'Running',
      startTime: now(),
      conditions: [condition('PodScheduled', true), condition('Ready', true)],
      containerStatuses: [container('running', { startedAt: now() })],
    })),
  )
  const bench = benchmarkOf(spec, hosts, options, outcome === 'socket', share)
  const say = (lines: readonly string[]) => api.appendLog(namespace, names[0] ?? '', 'benchmark', lines)
  const rdma = rdmaOf(spec, options, outcome)
  const script = rdma ? rdmaScript(rdma) : ncclScript(bench)
  act(startAt + 200, () => {
    say(script.head)
    for (const [node, name] of names.entries())
      if (node > 0) api.appendLog(namespace, name, 'benchmark', script.worker(node))
  })
  const crashed = outcome === 'crash' || outcome === 'nccl-error'
  const last = crashed ? Math.floor(script.steps.length / 2) : script.steps.length
  const stepMs = rdma ? options.rowMs / 4 : options.rowMs
  for (const [index, lines] of script.steps.slice(0, last).entries())
    act(startAt + 400 + index * stepMs, () => say(lines))
  act(startAt + 600 + last * stepMs, () => {
    if (!crashed) say(script.foot)
    if (outcome === 'nccl-error') say([errorLine(bench)])
    all(() => ({
      phase: crashed ? 'Failed' : 'Succeeded',
      conditions: [condition('PodScheduled', true), condition('Ready', false)],
      containerStatuses: [
        container('terminated', {
          exitCode: outcome === 'crash' ? 137 : crashed ? 1 : 0,
          reason: outcome === 'crash' ? 'OOMKilled' : crashed ? 'Error' : 'Completed',
          finishedAt: now(),
        }),
      ],
    }))
    for (const name of names) api.endLog(namespace, name, 'benchmark')
    const done = crashed
      ? { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
      : { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    api.patch(
      { kind: 'Job', group: 'batch', namespace, name: job.metadata.name },
      {
        status: {
          active: 0,
          [crashed ? 'failed' : 'succeeded']: names.length,
          completionTime: now(),
          conditions: [{ ...done, status: 'True', lastTransitionTime: now() }],
        },
      },
    )
  })
}

/** What the pods print: before the first result, with each, and at the end. */
interface Script {
  head: readonly string[]
  worker(node: number): readonly string[]
  steps: readonly (readonly string[])[]
  foot: readonly string[]
}

function ncclScript(bench: BenchmarkSpec): Script {
  return {
    head: headerLines(bench),
    worker: (node) => workerLines(bench, node),
    steps: rowLines(bench).map((row) => [row]),
    foot: footerLines(bench),
  }
}

function rdmaScript(spec: RdmaSpec): Script {
  const batches = rdmaBatches(spec)
  return {
    head: rdmaHead(spec),
    worker: (node) => [`cairn: node ${spec.nodes[node]}: ${spec.rails.length} HCAs: ${spec.hcas.join(', ')}`],
    steps: batches.flatMap(({ start, sections }) => [[start], sections]),
    foot: [rdmaDone(batches.length)],
  }
}

/** The RDMA tests of a Job; null for any other. */
function rdmaOf(spec: JobSpec, options: KubeletOptions, outcome: string): RdmaSpec | null {
  const env = new Map(spec.template.spec.containers[0]?.env.map((each) => [each.name, each.value]))
  const list = (name: string) => (env.get(name) ?? '').split(',').filter((word) => word !== '')
  const tests = list('CAIRN_TESTS').flatMap((test) => rdmaTest.safeParse(test).data ?? [])
  if (tests.length === 0) return null
  return {
    nodes: list('CAIRN_NODES'),
    rails: list('CAIRN_RAILS'),
    tests,
    hcas: options.hcas,
    slowRail: outcome === 'slow-rail',
    deadPair: outcome === 'dead-pair',
  }
}

function podObject(job: KubeObject, spec: JobSpec, name: string, hostname: string, index: number): KubeObject {
  const owner = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: job.metadata.name,
    uid: job.metadata.uid ?? '',
    controller: true,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: job.metadata.namespace ?? '',
      labels: { ...spec.template.metadata.labels, 'batch.kubernetes.io/job-name': job.metadata.name },
      annotations: { ...spec.template.metadata.annotations, 'batch.kubernetes.io/job-completion-index': String(index) },
      ownerReferences: [owner],
    },
    spec: { ...spec.template.spec, hostname },
    status: { phase: 'Pending' },
  }
}

/** Resources of pods that are no rail: `nvidia.com/gpu`, and those without a vendor. */
function isRail(resource: string): boolean {
  return resource.includes('/') && resource !== 'nvidia.com/gpu'
}

/** GB/s that rings over the fabric get out of one rail of 400 Gb/s (nccl.md §4.1). */
const RAIL_GBPS = 48.5

function benchmarkOf(
  spec: JobSpec,
  hosts: readonly string[],
  options: KubeletOptions,
  socket: boolean,
  share: number,
): BenchmarkSpec {
  const env = new Map(spec.template.spec.containers[0]?.env.map((each) => [each.name, each.value]))
  const number = (name: string) => Number(env.get(name) ?? 0)
  const algorithm = env.get('NCCL_ALGO')
  const fabric = algorithm === 'Ring' ? RAIL_GBPS * number('CAIRN_HCAS') : options.plateauGBps
  const plateau = socket ? 2.1 : hosts.length > 1 ? fabric : options.plateauGBps * 1.2
  return {
    hosts,
    gpusPerNode: number('CAIRN_GPUS'),
    hcas: hosts.length > 1 ? options.hcas.slice(0, number('CAIRN_HCAS')) : [],
    beginBytes: number('CAIRN_BEGIN'),
    endBytes: number('CAIRN_END'),
    iterations: number('CAIRN_ITERS'),
    plateauGBps: plateau * share,
    ...(algorithm ? { algorithm } : {}),
    socket,
  }
}

function container(state: string, value: object): object {
  return { name: 'benchmark', ready: state === 'running', restartCount: 0, image: '', state: { [state]: value } }
}

function condition(type: string, holds: boolean): object {
  return { type, status: holds ? 'True' : 'False', lastTransitionTime: now() }
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}
