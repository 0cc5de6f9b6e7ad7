import type { DeploymentFact } from '@/collectors/cluster/deployments/collector'
import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { GpuProcesses } from '@/collectors/node/nvidia-smi-processes/collector'
import { nodeFact } from '@/lib/agent/observer/node-facts'
import type { Observer } from '@/lib/agent/observer/observer'
import type { RunPlan } from '@/lib/contract/runs'
import { ageSec, BUDGET_SEC } from '@/lib/engine/freshness'
import { type Candidate, candidatesOf } from '@/lib/runs/candidates'
import type { PodView } from '@/lib/runs/observe'
import type { RunRecordBody } from './record'

const GPU = 'nvidia.com/gpu'

/** What runs are planned from; null: not readable, or not seen lately, which is not the same as none. */
export interface ClusterNow {
  nodes: readonly NodeFact[] | null
  pods: readonly PodFact[] | null
  nads: readonly NadFact[] | null
  /** Whether MPIJobs can be launched: null when they can, else why not. */
  mpi: string | null
}

/** The collections a plan needs, as their collectors make them. */
export function clusterNow(observer: Observer, now: Date): ClusterNow {
  const read = (id: string) => {
    const state = observer.model.collection(id)
    const isFresh = state?.status === 'ok' && ageSec(state.at, now.toISOString()) <= BUDGET_SEC.kube
    return isFresh ? observer.model.clusterFact(id) : null
  }
  const deployments = (read('deployments') ?? null) as readonly DeploymentFact[] | null
  return {
    mpi: whyNoMpi(observer.model.collection('mpiJobs')?.status ?? null, deployments),
    nodes: (read('nodes') ?? null) as ClusterNow['nodes'],
    pods: (read('pods') ?? null) as ClusterNow['pods'],
    nads: (read('nads') ?? null) as ClusterNow['nads'],
  }
}

/** MPIJobs need their kind and somebody who acts on it; without the operator they would lie there for ever. */
function whyNoMpi(kind: string | null, deployments: readonly DeploymentFact[] | null): string | null {
  if (kind === 'absent') return 'This cluster does not know MPIJobs (kubeflow.org/v2beta1)'
  if (kind !== 'ok') return 'MPIJobs cannot be read now'
  const operator = deployments?.find((each) => each.component === 'mpi-operator')
  if (deployments === null) return 'Deployments cannot be read now, so it is not known whether the MPI Operator runs'
  if (!operator) return 'The kind MPIJob is there, but no Deployment of the MPI Operator'
  return (operator.available ?? 0) > 0 ? null : 'The MPI Operator is not available'
}

/** Who computes on a node's GPUs, as last read; a reading past its budget, or not after `since`, is none. */
function processesOf(observer: Observer, node: string, since: string): [string, GpuProcesses][] {
  const fact = observer.model.nodeFact(node, 'gpuProcesses')
  if (fact?.status !== 'ok' || fact.lost !== undefined || (since !== '' && (fact.at ?? '') <= since)) return []
  if (ageSec(fact.at, observer.deps.clock.now().toISOString()) > BUDGET_SEC.node) return []
  const value = nodeFact(observer.model, node, 'gpuProcesses')
  return value ? [[node, value]] : []
}

/** Longest wait for nvidia-smi of the chosen nodes when a run is confirmed, milliseconds. */
const REREAD_MS = 15_000
const REREAD_STEP_MS = 200
const PROCESSES = 'gpuProcesses.query'

/**
 * Has the processes on the GPUs of the chosen nodes read again and waits for the answers: a job past Kubernetes may have come since
 * the last sweep (SEC-51c). A node that does not answer in time keeps its last reading.
 */
export async function rereadProcesses(observer: Observer, nodes: readonly string[]): Promise<void> {
  const asked = nodes.filter((node) => observer.sweeper?.verify(node, [PROCESSES]))
  for (let waited = 0; waited < REREAD_MS; waited += REREAD_STEP_MS) {
    if (!asked.some((node) => observer.sweeper?.verifying(node).includes(PROCESSES))) return
    await new Promise((resolve) => setTimeout(resolve, REREAD_STEP_MS))
  }
}

/**
 * Every node of the fleet with whether it can take part.
 * @param since by node: processes read before this time were a run of ours
 */
export function candidatesNow(
  observer: Observer,
  cluster: ClusterNow,
  since: ReadonlyMap<string, string> = new Map(),
): Candidate[] {
  const fleet = new Set(observer.model.nodes())
  const reports = new Map(observer.recorder.all().map((report) => [report.node, report]))
  return candidatesOf(
    (cluster.nodes ?? []).filter((node) => fleet.has(node.name)),
    cluster.pods,
    reports,
    new Map([...fleet].flatMap((node) => processesOf(observer, node, since.get(node) ?? ''))),
  )
}

/** RDMA tests at line rate would slow whoever uses the same ports, so they too wait for idle nodes. */
const FREE: Readonly<Record<RunPlan['kind'], string>> = {
  nccl: 'All GPUs of the chosen nodes are free',
  search: 'All GPUs of the chosen nodes are free',
  rdma: 'No GPU of the chosen nodes is in use: no job is disturbed',
}

/** Guards of a plan; asked again at the moment of confirmation. Levels may be overridden by an admin, GPUs in use never. */
export function guardOf(
  { nodes, kind }: Pick<RunPlan, 'nodes' | 'kind'>,
  candidates: readonly Candidate[],
  chainProblem: string | null,
): RunPlan['guard'] {
  const chosen = candidates.filter((candidate) => nodes.includes(candidate.node))
  const busy = chosen.filter((candidate) => !candidate.eligible && candidate.blockedLevel === null)
  const broken = chosen.filter((candidate) => candidate.blockedLevel !== null)
  const unknown = chosen.filter((candidate) => candidate.foreignGpuWork === null)
  const foreign = chosen.filter((candidate) => candidate.foreignGpuWork === true)
  const said = (list: readonly Candidate[]) => list.map(({ node, reason }) => `${node}: ${reason}`).join('; ')
  return [
    {
      id: 'gpus-free',
      ok: busy.length === 0,
      overridable: false,
      text: busy.length === 0 ? FREE[kind] : said(busy),
    },
    {
      id: 'gpu-processes',
      ok: foreign.length === 0,
      ...(foreign.length === 0 && unknown.length > 0 ? { unknown: true } : {}),
      overridable: false,
      text:
        foreign.length > 0
          ? said(foreign)
          : unknown.length > 0
            ? `Not known whether anything past Kubernetes computes on the GPUs of ${unknown.map(({ node }) => node).join(', ')}`
            : 'Nothing that Kubernetes did not start computes on the GPUs',
    },
    {
      id: 'levels',
      ok: broken.length === 0,
      overridable: true,
      text: broken.length === 0 ? 'No chosen node is broken below the benchmark' : said(broken),
    },
    {
      id: 'rails',
      ok: chainProblem === null,
      // NCCL without rails measures TCP; RDMA tests without rails measure nothing.
      overridable: kind !== 'rdma',
      text:
        chainProblem === null
          ? 'Rails come from the cluster’s own chain'
          : `${chainProblem}: ${kind === 'rdma' ? 'there is no rail to test' : 'NCCL would fall back to TCP'}`,
    },
  ]
}

/**
 * Asked again when workers are bound (SEC-51c): each on another of the chosen nodes, and no GPU promised twice. The scheduler sees to
 * both; a pod bound past it (static, or by another scheduler) is what this finds.
 */
export function whyNotBound(record: RunRecordBody, pods: readonly PodView[], cluster: ClusterNow): string | null {
  const stray = pods.find((pod) => pod.node !== null && !record.nodes.includes(pod.node))
  if (stray) return `Worker ${stray.name} was bound to ${stray.node}, which was not chosen`
  if (new Set(pods.map((pod) => pod.node)).size < pods.length) return 'Two workers were bound to the same node'
  const own = new Set(pods.map((pod) => pod.uid))
  for (const name of record.nodes) {
    const total = cluster.nodes?.find((node) => node.name === name)?.resources.find((each) => each.name === GPU)
    const others = (cluster.pods ?? []).filter(
      (pod) =>
        pod.node === name &&
        pod.phase !== 'Succeeded' &&
        pod.phase !== 'Failed' &&
        (pod.requests[GPU] ?? 0) > 0 &&
        !(pod.uid !== null && own.has(pod.uid)),
    )
    const used = others.reduce((sum, pod) => sum + (pod.requests[GPU] ?? 0), 0)
    const first = others[0]
    if (first && total?.allocatable != null && used + record.gpusPerNode > total.allocatable)
      return `${used} GPUs of ${name} are used by others since the run was confirmed (${first.namespace}/${first.name})`
  }
  return null
}
