import type { DeploymentFact } from '@/collectors/cluster/deployments/collector'
import type { EventFact } from '@/collectors/cluster/events/collector'
import type { RefusedRequest } from '@/collectors/cluster/kubernetes/refused-request'
import { eventSubject } from '@/lib/event-subject'

/** Why the API server refused to create something: a rule of the cluster, never a missing right. */
export interface Refusal {
  /** `team/train`; of a request that a person sent, the object or the file it was in. */
  subject: string
  kind: string
  reason: RefusalRule['reason'] | 'forbidden'
  words: string
  message: string
}

interface RefusalRule {
  reason:
    | 'quota'
    | 'limit-range'
    | 'pod-security'
    | 'scc'
    | 'webhook'
    | 'admission-policy'
    | 'service-account'
    | 'priority-class'
  pattern: RegExp
  words: string
}

/** Words of kube-apiserver's admission plug-ins (plugin/pkg/admission) and of OpenShift's, most telling first. */
const RULES: readonly RefusalRule[] = [
  {
    reason: 'quota',
    pattern: /exceeded quota: /,
    words: 'a resource quota of the namespace is used up',
  },
  {
    reason: 'quota',
    pattern: /failed quota: |status unknown for quota: |insufficient quota to (?:match these scopes|consume)/,
    words: 'a resource quota of the namespace does not admit it as it is written',
  },
  {
    reason: 'pod-security',
    pattern: /violates PodSecurity/,
    words: 'the PodSecurity level of the namespace forbids it (a rule of the namespace, not a missing right)',
  },
  {
    reason: 'scc',
    pattern: /unable to validate against any (?:security context constraint|pod security policy)/,
    words: 'no SecurityContextConstraint admits the pod',
  },
  {
    reason: 'admission-policy',
    pattern: /ValidatingAdmissionPolicy /,
    words: 'a ValidatingAdmissionPolicy of the cluster denies it',
  },
  {
    reason: 'webhook',
    pattern: /admission webhook .{1,200} denied the request|failed calling webhook/,
    words: 'an admission webhook denies it or does not answer',
  },
  {
    reason: 'service-account',
    pattern: /service ?account .{1,200} not found/,
    words: 'its ServiceAccount does not exist',
  },
  {
    reason: 'limit-range',
    pattern:
      /(?:maximum|minimum) [\w./-]{1,100} usage per (?:Container|Pod) is |[\w./-]{1,100} max limit to request ratio/,
    words: 'a LimitRange of the namespace does not admit what it asks for',
  },
  {
    reason: 'priority-class',
    pattern: /no PriorityClass with name /,
    words: 'its PriorityClass does not exist',
  },
]
/** Workloads of users; DaemonSets of the stack are judged by daemonset-short-of-nodes, where they were read. */
const KINDS = new Set([
  'Job',
  'ReplicaSet',
  'StatefulSet',
  'MPIJob',
  'ReplicationController',
  'PyTorchJob',
  'Deployment',
])

/** The rule that a message of the API server speaks of; null where it is none of admission. */
export function admissionRule(message: string): Pick<RefusalRule, 'reason' | 'words'> | null {
  return RULES.find((each) => each.pattern.test(message)) ?? null
}

/** Where refusals are told: events and conditions of controllers, and requests that a person sent. */
export interface RefusalSources {
  events: readonly EventFact[]
  deployments?: readonly DeploymentFact[] | undefined
  requests?: readonly RefusedRequest[] | undefined
  /** False: DaemonSets are judged elsewhere. */
  daemonSets: boolean
}

/** Refusals, one per workload: there is no pod object to look at (k8s-formats §10, §20.23). */
export function refusals({ events, deployments = [], requests = [], daemonSets }: RefusalSources): Refusal[] {
  const found = new Map<string, Refusal>()
  const add = (kind: string, subject: string, message: string) => {
    const rule = admissionRule(message)
    if (!rule && !/ is forbidden: /.test(message)) return
    found.set(`${kind} ${subject}`, {
      subject,
      kind,
      reason: rule?.reason ?? 'forbidden',
      words: rule?.words ?? 'the API server forbids it',
      message,
    })
  }
  for (const event of events) {
    if (!KINDS.has(event.kind) && !(daemonSets && event.kind === 'DaemonSet')) continue
    // mpi-operator writes its own reason: "worker pod created failed: pods … is forbidden: …" (mpi_job_controller.go).
    if (event.reason === 'FailedCreate' || (event.kind === 'MPIJob' && event.reason === 'MPIJobFailed'))
      add(event.kind, eventSubject(event), event.message)
  }
  for (const deployment of deployments) {
    const failure = deployment.conditions.find((each) => each.type === 'ReplicaFailure' && each.status === 'True')
    if (failure?.message) add('Deployment', `${deployment.namespace}/${deployment.name}`, failure.message)
  }
  for (const request of requests) add(request.kind, request.subject, request.message)
  return [...found.values()]
}
