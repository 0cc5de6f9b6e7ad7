import type { AccessReview, KubeTransport } from '@/collectors/transport/kube/types'
import type { DoctorItem } from '@/lib/contract/api'
import type { ResourceState } from '@/lib/reach'
import type { NodeReport } from '@/lib/report'

export interface DoctorInput {
  kube: Pick<KubeTransport, 'server' | 'context' | 'warnings'> | null
  kubeProblem: string | null
  review: AccessReview | null
  resources: readonly ResourceState[]
  sshEnabled: boolean
  sshProblem: string | null
  connections: number
  reports: readonly NodeReport[]
}

const MAX_NAMES = 20

/** Can Cairn see? One item per capability, with what is missing as text to copy. */
export function doctorItems(input: DoctorInput): DoctorItem[] {
  return [...kubeItems(input), ...sshItems(input), ...nodeItems(input)]
}

function kubeItems(input: DoctorInput): DoctorItem[] {
  if (!input.kube) {
    const text = input.kubeProblem ?? 'No cluster is configured: everything from Kubernetes is unknown.'
    return [
      {
        id: 'api',
        group: 'kubernetes',
        title: 'Kubernetes API',
        state: input.kubeProblem ? 'fail' : 'off',
        text,
        remedy: 'kubectl config current-context',
      },
    ]
  }
  const { server, context, warnings } = input.kube
  const down = input.resources.filter((resource) => resource.status === 'unreachable' || resource.status === 'timeout')
  const denied = input.resources.filter((resource) => resource.status === 'denied')
  const absent = input.resources.filter((resource) => resource.status === 'absent')
  const isDown = input.resources.length > 0 && down.length === input.resources.length
  const items: DoctorItem[] = [
    {
      id: 'api',
      group: 'kubernetes',
      title: 'Kubernetes API',
      state: isDown ? 'fail' : down.length > 0 ? 'warn' : 'ok',
      text: isDown
        ? `${server}: ${down[0]?.reason ?? 'no answer'}`
        : `${server}${context ? `, context ${context}` : ''}: ${input.resources.length - down.length} of ${input.resources.length} collections answer`,
    },
    {
      id: 'rights',
      group: 'kubernetes',
      title: 'Rights to read',
      state: denied.length > 0 ? 'warn' : 'ok',
      text:
        denied.length > 0
          ? `${denied.length} resources are refused; exactly the checks that need them are unknown.`
          : 'Every resource that exists is readable.',
      ...(denied.length > 0 ? { remedy: denied.map(ruleYaml).join('\n') } : {}),
    },
    {
      id: 'kinds',
      group: 'kubernetes',
      title: 'Operator kinds',
      state: 'ok',
      text:
        absent.length > 0
          ? `Not installed here (information): ${absent.map((resource) => resource.resource).join(', ')}`
          : 'All kinds Cairn knows are installed.',
    },
    ...warnings.map(
      (text, at): DoctorItem => ({
        id: `kube-warning-${at}`,
        group: 'security',
        title: 'Kubernetes connection',
        state: 'warn',
        text,
      }),
    ),
  ]
  return [...items, excessItem(input.review)]
}

function excessItem(review: AccessReview | null): DoctorItem {
  const base = { id: 'excess', group: 'security', title: 'No more rights than needed' } as const
  if (review?.status !== 'ok')
    return { ...base, state: 'unknown', text: review?.reason ?? 'The access review has not been answered yet.' }
  if (review.excess.length === 0)
    return { ...base, state: 'ok', text: 'The identity holds no secrets, exec, nodes/proxy or wildcard.' }
  return {
    ...base,
    state: 'warn',
    text: `The identity may also: ${review.excess.map((right) => right.what).join(', ')}.`,
    remedy: 'kubectl apply -f deploy/rbac.yaml',
  }
}

function ruleYaml(resource: ResourceState): string {
  return `- apiGroups: ["${resource.group}"]\n  resources: ["${resource.plural}"]\n  verbs: ["get", "list", "watch"]`
}

function sshItems(input: DoctorInput): DoctorItem[] {
  if (!input.sshEnabled) {
    return [
      {
        id: 'ssh',
        group: 'ssh',
        title: 'SSH to nodes',
        state: 'off',
        text: input.sshProblem ?? 'SSH is not configured: everything read on nodes is unknown.',
        remedy: 'ssh:\n  user: cairn\n  keyFiles: [~/.ssh/cairn_ed25519]',
      },
    ]
  }
  const failed = withState(input.reports, (id) => id.startsWith('ssh-'), 'fail')
  return [
    {
      id: 'ssh',
      group: 'ssh',
      title: 'SSH to nodes',
      state: failed.length === 0 ? 'ok' : failed.length === input.reports.length ? 'fail' : 'warn',
      text:
        failed.length === 0
          ? `${input.connections} connections are open.`
          : `${failed.length} of ${input.reports.length} nodes cannot be reached: ${failed[0]?.check.summary ?? ''}`,
      ...named(failed),
    },
  ]
}

/** Reach checks that fail or warn on nodes, one item each. */
function nodeItems(input: DoctorInput): DoctorItem[] {
  const wanted = {
    'sudo-denied': 'tools',
    'tool-missing': 'tools',
    'section-timeout': 'tools',
    'output-cut': 'tools',
    'clock-skew': 'clock',
    'identity-changed': 'ssh',
  } as const
  return Object.entries(wanted).flatMap(([id, group]) => {
    const hits = withState(input.reports, (check) => check === id, 'fail', 'warn')
    const first = hits[0]?.check
    if (!first) return []
    const remedy = first.fix.map((step) => step.command ?? step.text).join('\n')
    return [
      {
        id,
        group,
        title: first.title,
        state: 'warn' as const,
        text: first.summary,
        ...(remedy ? { remedy } : {}),
        ...named(hits),
      },
    ]
  })
}

function withState(reports: readonly NodeReport[], wanted: (id: string) => boolean, ...states: string[]) {
  return reports.flatMap((report) => {
    const check = report.checks.find((each) => each.level === 'reach' && wanted(each.id) && states.includes(each.state))
    return check ? [{ node: report.node, check }] : []
  })
}

function named(hits: readonly { node: string }[]): Pick<DoctorItem, 'nodes' | 'nodeCount'> {
  return hits.length === 0 ? {} : { nodes: hits.slice(0, MAX_NAMES).map((hit) => hit.node), nodeCount: hits.length }
}
