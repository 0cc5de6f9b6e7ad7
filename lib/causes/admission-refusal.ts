import { cause } from '@/lib/cause'
import { failed, faulty, passed, stepsOf, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['workload-refused', 'scc-denied', 'mpijob-waiting'] as const
const NEXT_STEP: Readonly<Record<string, string>> = {
  quota: 'free what the quota counts or raise it; rights are not the matter',
  'pod-security': 'use a namespace whose PodSecurity level allows it; rights are not the matter',
  scc: 'give the ServiceAccount a SecurityContextConstraint that allows it',
  webhook: 'change the pod as the webhook says, or bring its backend back',
  'admission-policy': 'change the pod as the policy says, or the policy',
  'service-account': 'create the ServiceAccount',
}

/** A rule of the cluster refuses the pods of a workload before they exist. */
export default cause({
  id: 'admission-refusal',
  title: 'A rule of the cluster refuses the pods',
  level: 'pod',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 78,
  why: 'Quota, PodSecurity, security context constraints and admission policies answer 403 or 422 like a missing right, yet nobody lacks one. There is no pod to look at: only the workload’s FailedCreate event holds the words.',
  refs: ['k8s-formats §10, §20.23', 'samples/recorded/19'],
  match(input) {
    const source = faulty(input, 'workload-refused')
    if (source?.status !== 'fail') return null
    const findings = source.findings?.filter((each) => each.status === 'fail') ?? []
    const [first] = findings
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more workloads)` : ''
    const waiting = input.verdicts['mpijob-waiting']
    const mine = waiting?.findings?.every((each) => findings.some((one) => one.subject === each.subject)) === true
    return {
      summary: `Pods of ${first?.subject ?? 'a workload'}${more} are not created because ${first?.summary ?? source.summary}: ${NEXT_STEP[source.reason ?? ''] ?? 'read the words of the API server and change the pod or the rule'}`,
      explains: symptoms(input, EXPLAINS).filter((id) => id !== 'mpijob-waiting' || mine),
      fix: stepsOf(source, [{ text: 'Read the words of the API server', risk: 'none' }]),
      params: { reasons: String(source.params?.reasons ?? source.reason ?? '') },
    }
  },
  examples: [
    {
      name: 'quota',
      verdicts: [
        failed('workload-refused', 'pod', 'exceeded quota', { reason: 'quota', params: { reasons: 'quota' } }),
      ],
      matches: true,
    },
    { name: 'pods are created', verdicts: [passed('workload-refused', 'pod')], matches: false },
  ],
})
