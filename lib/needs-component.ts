import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { DeploymentFact } from '@/collectors/cluster/deployments/collector'
import type { JobFact } from '@/collectors/cluster/jobs/collector'
import type { MpiJobFact } from '@/collectors/cluster/mpi-jobs/collector'
import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { component } from './components'
import { asks } from './nic-policy'

/** What may need a component; every list may be unread. */
export interface Users {
  pods?: readonly PodFact[]
  nads?: readonly NadFact[]
  deployments?: readonly DeploymentFact[]
  jobs?: readonly JobFact[]
  mpiJobs?: readonly MpiJobFact[]
  nodes?: readonly NodeFact[]
  daemonSets?: readonly DaemonSetFact[]
  nicNodePolicies?: readonly NicPolicyFact[]
}

/** A component that the policy does not ask and that something needs. */
export interface MissingComponent {
  /** Component id. */
  id: string
  title: string
  specPath: string
  /** What needs it, as words with names. */
  neededBy: readonly string[]
  /** How many things need it. */
  count: number
}

const SHOWN = 4
/** Prefix of the RDMA shared device plugin's resources (k8s-formats §6). */
const RDMA_PREFIX = 'rdma/'

/** Components that are not in the policy although something needs them and nothing else provides them (k8s-formats §4 NCP-2, §6 RDMA-1). */
export function missingComponents(policy: NicPolicyFact, users: Users): MissingComponent[] {
  const candidates: [string, readonly string[]][] = [
    ['multus', multusUsers(users)],
    ['nv-ipam-node', ipamUsers(users)],
    ['rdma-shared-plugin', rdmaUsers(users)],
  ]
  return candidates.flatMap(([id, neededBy]) => {
    const wanted = component(id)
    if (wanted?.specPath === undefined || neededBy.length === 0 || asks(policy, wanted) || elsewhere(id, users))
      return []
    return [
      {
        id,
        title: id === 'nv-ipam-node' ? 'NV-IPAM' : wanted.title,
        specPath: wanted.specPath,
        neededBy: neededBy.slice(0, SHOWN),
        count: neededBy.length,
      },
    ]
  })
}

/** True when something else than the policy runs the component. */
function elsewhere(id: string, users: Users): boolean {
  const wanted = component(id)
  const node = wanted !== null && (users.nicNodePolicies ?? []).some((each) => asks(each, wanted))
  return (
    node ||
    (users.daemonSets ?? []).some((each) => each.component === id && each.deleted === null && (each.desired ?? 1) > 0)
  )
}

function multusUsers({ pods, nads, mpiJobs }: Users): string[] {
  return [
    ...(pods ?? [])
      .filter((pod) => pod.networksAnnotation !== null && isLive(pod))
      .map((pod) => `pod ${pod.namespace}/${pod.name}`),
    ...(mpiJobs ?? [])
      .filter((job) => job.completedAt === null && job.replicas.some((each) => each.networksAnnotation !== null))
      .map((job) => `MPIJob ${job.namespace}/${job.name}`),
    ...(nads ?? []).map((nad) => `NAD ${nad.namespace ?? 'default'}/${nad.name}`),
  ]
}

function ipamUsers({ nads }: Users): string[] {
  return (nads ?? [])
    .filter((nad) => nad.config?.ipam?.type === 'nv-ipam')
    .map((nad) => `NAD ${nad.namespace ?? 'default'}/${nad.name}`)
}

/** Requests of `rdma/<name>` that no node offers: the SR-IOV plug-in may serve the same prefix (AKS: rdma/ib). */
function rdmaUsers({ pods, deployments, jobs, mpiJobs, nodes }: Users): string[] {
  const offered = new Set(
    (nodes ?? []).flatMap((node) => node.resources.filter((each) => (each.capacity ?? 0) > 0).map((each) => each.name)),
  )
  const asked = (requests: Readonly<Record<string, number>>) =>
    Object.keys(requests).filter((name) => name.startsWith(RDMA_PREFIX) && !offered.has(name))
  const from = (
    kind: string,
    list: readonly { namespace: string; name: string; requests: Readonly<Record<string, number>> }[],
  ) =>
    list.flatMap((each) =>
      asked(each.requests).map((resource) => `${kind} ${each.namespace}/${each.name} (${resource})`),
    )
  return [
    ...from('pod', (pods ?? []).filter(isLive)),
    ...from('Deployment', deployments ?? []),
    ...from(
      'Job',
      (jobs ?? []).filter((job) => job.succeeded === 0 && !job.conditions.some((each) => each.type === 'Failed')),
    ),
    ...from(
      'MPIJob',
      (mpiJobs ?? [])
        .filter((job) => job.completedAt === null)
        .flatMap((job) => job.replicas.map((each) => ({ ...job, requests: each.requests }))),
    ),
  ]
}

function isLive(pod: PodFact): boolean {
  return pod.phase !== 'Succeeded' && pod.phase !== 'Failed' && pod.deleted === null
}
