import { cause } from '@/lib/cause'
import { failed, faulty, symptoms } from '@/lib/rules/explained'

const EXPLAINS = ['pod-pending-reason', 'unschedulable-for-network', 'ignored-component-needed'] as const
/** Fewer pods, or fewer different reasons, are told by the checks themselves. */
const MIN = 3
const SHOWN = 12

/** Many pods wait, and no two of them for the same reason: there is no one cause to look for. */
export default cause({
  id: 'pods-wait-apart',
  title: 'Pods wait, each for its own reason',
  level: 'pod',
  scope: 'cluster',
  explains: EXPLAINS,
  specificity: 83,
  why: 'One common cause for all pending pods is the natural guess and usually wrong: a misspelt resource, a missing toleration, a cordoned node, a gate and a missing claim look alike from outside.',
  refs: ['k8s-formats §10, §20.20', 'samples/recorded/07'],
  match(input) {
    const source = faulty(input, 'pod-pending-reason')
    const pods = source?.findings?.filter((each) => each.status !== 'pass') ?? []
    const reasons = new Set(pods.map((each) => each.summary.replace(each.subject, '').replace(/\d+/g, '#')))
    if (!source || pods.length < MIN || reasons.size < MIN) return null
    const needed = input.verdicts['ignored-component-needed']
    // The component is missed by pods that wait here, and by nothing else.
    const byPods =
      needed?.findings?.every(
        (each) => pods.some((pod) => each.summary.includes(`pod ${pod.subject}`)) && !/NAD /.test(each.summary),
      ) === true
    return {
      summary: `${pods.length} pods wait because each lacks something of its own (${pods
        .slice(0, SHOWN)
        .map((each) => each.summary)
        .join(
          '; ',
        )}${pods.length > SHOWN ? `; and ${pods.length - SHOWN} more` : ''}): see each pod’s reason, there is no common one`,
      explains: symptoms(input, EXPLAINS).filter((id) => id !== 'ignored-component-needed' || byPods),
      fix: [
        ...(byPods ? (needed?.fix ?? []) : []),
        ...(source.fix ?? [{ text: 'Read the events of each pod', command: 'kubectl describe pod', risk: 'none' }]),
      ],
      params: {},
    }
  },
  examples: [
    {
      name: 'three pods, three reasons',
      verdicts: [
        failed('pod-pending-reason', 'pod', 'a waits', {
          findings: [
            { subject: 't/a', status: 'fail', summary: 't/a: nvidia.com/x is offered by no node' },
            { subject: 't/b', status: 'fail', summary: 't/b: its nodeSelector matches no node' },
            { subject: 't/c', status: 'warn', summary: 't/c: held by scheduling gate' },
          ],
        }),
      ],
      matches: true,
    },
    {
      name: 'all for the same rail',
      verdicts: [
        failed('pod-pending-reason', 'pod', 'a waits', {
          findings: ['t/a', 't/b', 't/c'].map((subject) => ({
            subject,
            status: 'fail' as const,
            summary: `${subject}: nvidia.com/x is offered by no node`,
          })),
        }),
      ],
      matches: false,
    },
  ],
})
