import { check } from '@/lib/check'
import { component, componentOf } from '@/lib/components'
import { aPod, aWaiting } from '@/lib/examples/stack'
import { crashLoop } from '@/lib/pod-state'
import { sh } from '@/lib/shell'

const LABELS = { 'app.kubernetes.io/name': 'network-operator' }
const CRASHING = aPod('network-operator-1', {
  labels: LABELS,
  containers: [aWaiting('CrashLoopBackOff', 'back-off 5m0s', { restarts: 12 })],
})
/** Restarts from which a running operator is worth a warning. */
const MANY = 5

/** Operators that crash: whatever they last wrote is stale. */
export default check({
  id: 'operator-crash-loop',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'No operator crashes', fail: 'An operator crashes again and again' },
  why: 'A crashing operator leaves its last status standing: a NicClusterPolicy stays `ready` although nobody watches it. The panic or first error line is in the log of the life before.',
  refs: ['k8s-formats §20.4', 'Mellanox/network-operator migrate.handleWhereaboutsObj (26.4.1)'],
  needs: ['pods'],
  wants: ['operatorLog', 'sriovOperatorLog'],
  after: [],
  run({ pods, operatorLog, sriovOperatorLog }) {
    const operators = pods.filter((pod) => componentOf(pod.labels)?.kind === 'Deployment')
    if (operators.length === 0) return { status: 'skip', summary: 'No pod of an operator was found' }
    const logs = [...(operatorLog ?? []), ...(sriovOperatorLog ?? [])]
    const troubled = operators.flatMap((pod) => {
      const looping = crashLoop(pod)
      const restarts = Math.max(0, ...pod.containers.map((each) => each.restarts ?? 0))
      if (looping === null && restarts < MANY) return []
      const own = logs.find(
        (log) => log.pod === `${pod.namespace}/${pod.name}` && (log.panic !== null || log.errors.length > 0),
      )
      const last = pod.containers.find((each) => each.before?.state === 'terminated')?.before
      const words = own?.panic
        ? `${own.panic.text}${own.panic.where ? ` in ${own.panic.where}` : ''}`
        : (own?.errors[0]?.text ??
          last?.message ??
          `last exit ${last?.reason ?? 'unknown'}, code ${last?.exitCode ?? 'unknown'}`)
      return [
        {
          pod,
          looping: looping !== null,
          title: component(componentOf(pod.labels)?.id ?? '')?.title ?? pod.name,
          words: `${restarts} restarts; ${words}`,
        },
      ]
    })
    if (troubled.length === 0)
      return { status: 'pass', summary: `${operators.length} operator pods run, none restarts often` }
    const failed = troubled.filter((each) => each.looping)
    return {
      status: failed.length > 0 ? 'fail' : 'warn',
      summary: troubled
        .map(
          (each) =>
            `${each.title} (${each.pod.name}) ${each.looping ? 'is in CrashLoopBackOff' : 'restarts'}: ${each.words}${each.looping ? '; what it last wrote is stale' : ''}`,
        )
        .join('; '),
      findings: troubled.map((each) => ({
        subject: `${each.pod.namespace}/${each.pod.name}`,
        status: each.looping ? 'fail' : 'warn',
        summary: each.words,
      })),
      fix: troubled.slice(0, 2).map((each) => ({
        text: `Read why ${each.title} ended last time`,
        command: sh`kubectl -n ${each.pod.namespace} logs ${each.pod.name} --previous --tail=100`,
        risk: 'none',
      })),
      reason: failed.length > 0 ? 'crash-loop' : 'restarts',
      params: { operators: [...new Set(troubled.map((each) => each.title))].sort().join(',') },
    }
  },
  examples: [
    { name: 'runs', facts: { pods: [aPod('network-operator-1', { labels: LABELS })] }, status: 'pass' },
    { name: 'crashes', facts: { pods: [CRASHING] }, status: 'fail' },
    {
      name: 'came back six times',
      facts: { pods: [aPod('o', { labels: LABELS, containers: [aWaiting('x', null, { restarts: 6, now: null })] })] },
      status: 'warn',
    },
    { name: 'no operator', facts: { pods: [] }, status: 'skip' },
  ],
})
