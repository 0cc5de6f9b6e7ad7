import type { EventFact } from '@/collectors/cluster/events/collector'
import { eventSubject } from '@/lib/event-subject'

/** Why the API server refused to create the pods of a workload. */
export interface Refusal {
  /** `team/train`. */
  subject: string
  kind: string
  reason: 'quota' | 'pod-security' | 'scc' | 'webhook' | 'admission-policy' | 'service-account' | 'forbidden'
  words: string
  message: string
}

const RULES: readonly { reason: Refusal['reason']; pattern: RegExp; words: string }[] = [
  { reason: 'quota', pattern: /exceeded quota/, words: 'a resource quota of the namespace is used up' },
  {
    reason: 'pod-security',
    pattern: /violates PodSecurity/,
    words: 'the PodSecurity level of the namespace forbids it (a rule of the namespace, not a missing right)',
  },
  {
    reason: 'scc',
    pattern: /unable to validate against any security context constraint/,
    words: 'no SecurityContextConstraint admits the pod',
  },
  {
    reason: 'admission-policy',
    pattern: /ValidatingAdmissionPolicy/,
    words: 'a ValidatingAdmissionPolicy of the cluster denies it',
  },
  {
    reason: 'webhook',
    pattern: /admission webhook .{1,200} denied the request|failed calling webhook/,
    words: 'an admission webhook denies it or does not answer',
  },
  {
    reason: 'service-account',
    pattern: /service account .{1,200} (?:was )?not found|serviceaccount .{1,200} not found/,
    words: 'its ServiceAccount does not exist',
  },
]
/** Workloads of users; DaemonSets of the stack are judged by daemonset-short-of-nodes. */
const KINDS = new Set([
  'Job',
  'ReplicaSet',
  'StatefulSet',
  'MPIJob',
  'ReplicationController',
  'PyTorchJob',
  'Deployment',
])

/** Refusals by FailedCreate events, one per workload: there is no pod object to look at (k8s-formats §10, §20.23). */
export function refusals(events: readonly EventFact[]): Refusal[] {
  const found = new Map<string, Refusal>()
  for (const event of events) {
    if (event.reason !== 'FailedCreate' || !KINDS.has(event.kind)) continue
    const rule = RULES.find((each) => each.pattern.test(event.message))
    const forbidden = /is forbidden/.test(event.message)
    if (!rule && !forbidden) continue
    const subject = eventSubject(event)
    found.set(`${event.kind} ${subject}`, {
      subject,
      kind: event.kind,
      reason: rule?.reason ?? 'forbidden',
      words: rule?.words ?? 'the API server forbids it',
      message: event.message,
    })
  }
  return [...found.values()]
}
