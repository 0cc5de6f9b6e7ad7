import type { EventFact } from '@/collectors/cluster/events/collector'
import type { JobFact } from '@/collectors/cluster/jobs/collector'
import { check } from '@/lib/check'
import { partsOf } from '@/lib/event-subject'
import { anEvent } from '@/lib/examples/stack'
import { refusals } from '@/lib/refusals'
import { sh } from '@/lib/shell'

const QUOTA =
  'Error creating: pods "train-x" is forbidden: exceeded quota: gpus, requested: requests.nvidia.com/gpu=8, used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=8'

/** Workloads whose pods the API server refuses to create. */
export default check({
  id: 'workload-refused',
  level: 'pod',
  scope: 'cluster',
  title: { pass: 'No workload is refused by the API server', fail: 'The API server refuses the pods of a workload' },
  why: 'Quota, PodSecurity, security context constraints and admission policies refuse a pod before it exists: there is no pod to describe, only a FailedCreate event on the Job. A 403 here is a rule of the cluster, not a missing right of the user.',
  refs: ['k8s-formats §10, §20.23', 'samples/recorded/19'],
  needs: [],
  wants: ['events', 'jobs', 'deployments', 'daemonSets', 'refusedRequests'],
  anyOf: ['events', 'refusedRequests'],
  after: [],
  run({ events, jobs, deployments, daemonSets, refusedRequests }) {
    const told = events ?? []
    const refused = refusals({
      events: jobs ? told.filter((each) => isStanding(each, jobs)) : told,
      deployments,
      requests: refusedRequests,
      daemonSets: daemonSets === undefined,
    })
    if (refused.length === 0) {
      const creating = told.filter((each) => each.reason === 'SuccessfulCreate').length
      return creating > 0
        ? { status: 'pass', summary: `${creating} events of created pods, none of a refusal` }
        : { status: 'skip', summary: 'No event tells of pods being created or refused; events vanish after an hour' }
    }
    return {
      status: 'fail',
      summary: refused
        .slice(0, 4)
        .map((each) => `${each.kind} ${each.subject}: ${each.words}: ${each.message}`)
        .join('; '),
      findings: refused.map((each) => ({
        subject: each.subject,
        status: 'fail',
        summary: `${each.words}: ${each.message}`,
      })),
      fix: refused.slice(0, 2).map((each) => {
        const { namespace, name } = partsOf(each.subject)
        const text = STEPS[each.reason] ?? 'Read the words of the API server and change the pod or the rule'
        // A request that was refused left no object behind that could be described.
        if (!events?.length && !deployments?.length) return { text, risk: 'config' }
        return {
          text,
          command: sh`kubectl -n ${namespace} describe ${each.kind.toLowerCase()} ${name}`,
          risk: 'config',
        }
      }),
      reason: refused[0]?.reason ?? 'forbidden',
      params: { reasons: [...new Set(refused.map((each) => each.reason))].sort().join(',') },
    }
  },
  examples: [
    {
      name: 'pods are created',
      facts: { events: [anEvent('Job', 'train', 'SuccessfulCreate', 'Created pod: train-x', { type: 'Normal' })] },
      status: 'pass',
    },
    { name: 'quota', facts: { events: [anEvent('Job', 'train', 'FailedCreate', QUOTA)] }, status: 'fail' },
    {
      name: 'quota, of a Job that is gone',
      facts: { events: [anEvent('Job', 'train', 'FailedCreate', QUOTA, { objectUid: 'gone' })], jobs: [] },
      status: 'skip',
    },
    { name: 'nothing', facts: { events: [] }, status: 'skip' },
    {
      name: 'a request that a webhook denied',
      facts: {
        refusedRequests: [
          {
            kind: 'request',
            subject: 'policy.yaml',
            message: 'admission webhook "w.example" denied the request: numVfs(32)',
          },
        ],
      },
      status: 'fail',
    },
  ],
})

/** Events outlive their Job by an hour: what was refused to one that is gone is no fault any more. */
function isStanding(event: EventFact, jobs: readonly JobFact[]): boolean {
  return event.kind !== 'Job' || event.objectUid === null || jobs.some((job) => job.uid === event.objectUid)
}

const STEPS: Readonly<Record<string, string>> = {
  quota: 'Free what the quota counts, or raise the quota of the namespace',
  'pod-security': 'Run the workload in a namespace whose PodSecurity level is privileged: RDMA pods need IPC_LOCK',
  scc: 'Give the ServiceAccount a SecurityContextConstraint that allows IPC_LOCK',
  'service-account': 'Create the ServiceAccount that the workload names',
  'limit-range': 'Ask for what the LimitRange of the namespace allows, or change it',
  'priority-class': 'Create the PriorityClass, or name one that exists',
  webhook: 'Change the object as the webhook says; where it does not answer, bring its backend back',
  'admission-policy': 'Change the object as the policy says, or change the policy',
}
