import { check } from '@/lib/check'
import { component } from '@/lib/components'
import { aDaemonSet, aNode } from '@/lib/examples/stack'

const LABELS = ['nvidia.com/ofed-driver-upgrade-state', 'nvidia.com/gpu-driver-upgrade-state'] as const
const SETTLED = new Set(['upgrade-done', 'upgrade-failed', ''])

/** Drivers that are replaced node by node: the policy is not ready meanwhile although all pods are. */
export default check({
  id: 'driver-upgrade-in-progress',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'No driver upgrade is under way', fail: 'A driver upgrade is under way' },
  why: 'Driver DaemonSets are updated OnDelete: the operator drains one node after the other. Until the last one is done the NicClusterPolicy is notReady with all pods Ready, and a drain that a PodDisruptionBudget refuses stops the whole upgrade.',
  refs: ['k8s-formats §4 (upgrade label), §20.2'],
  needs: ['daemonSets'],
  wants: ['nodes', 'podDisruptionBudgets'],
  after: [],
  run({ daemonSets, nodes, podDisruptionBudgets }) {
    const drivers = daemonSets.filter(
      (each) => each.updateStrategy === 'OnDelete' && each.desired !== null && each.desired > 0,
    )
    const steps = (nodes ?? []).flatMap((node) =>
      LABELS.flatMap((label) => {
        const state = node.labels[label]
        return state === undefined || SETTLED.has(state) ? [] : [{ node: node.name, state }]
      }),
    )
    const open = drivers.filter((each) => (each.updated ?? 0) < (each.desired ?? 0))
    if (drivers.length === 0 && steps.length === 0)
      return { status: 'skip', summary: 'No driver is deployed by an operator' }
    if (open.length === 0 && steps.length === 0)
      return { status: 'pass', summary: `${drivers.length} driver DaemonSets are updated everywhere` }
    const sets = open.map(
      (each) =>
        `${component(each.component ?? '')?.title ?? each.name}: ${each.updated} of ${each.desired} nodes updated`,
    )
    const waits = steps.map((each) => `${each.node} is at ${each.state}`)
    const blockers = (podDisruptionBudgets ?? []).filter(
      (each) => each.disruptionsAllowed === 0 && (each.expectedPods ?? 1) > 0,
    )
    const drains = steps.some((each) => each.state === 'drain-required' || each.state === 'wait-for-jobs-required')
    const blocked =
      drains && blockers.length > 0
        ? [
            `PodDisruptionBudgets that allow 0 disruptions: ${blockers
              .slice(0, 4)
              .map((each) => `${each.namespace}/${each.name}`)
              .join(', ')}`,
          ]
        : []
    return {
      status: 'warn',
      summary: [...sets, ...waits, ...blocked].join('; '),
      findings: [
        ...open.map((each) => ({
          subject: `${each.namespace}/${each.name}`,
          status: 'warn' as const,
          summary: `${each.updated} of ${each.desired} updated`,
        })),
        ...steps.map((each) => ({ subject: each.node, status: 'warn' as const, summary: each.state })),
      ],
      fix: [
        {
          text: 'Wait for the node it is at, or see what blocks its drain',
          command: 'kubectl get nodes -L nvidia.com/ofed-driver-upgrade-state -L nvidia.com/gpu-driver-upgrade-state',
          risk: 'none',
        },
      ],
      reason: 'upgrade',
      params: { components: [...new Set(open.map((each) => each.component ?? ''))].sort().join(',') },
    }
  },
  examples: [
    {
      name: 'done',
      facts: { daemonSets: [aDaemonSet('ofed-driver', { updateStrategy: 'OnDelete' })], nodes: [aNode()] },
      status: 'pass',
    },
    {
      name: 'one of four',
      facts: { daemonSets: [aDaemonSet('ofed-driver', { updateStrategy: 'OnDelete', updated: 1 })] },
      status: 'warn',
    },
    { name: 'host drivers', facts: { daemonSets: [aDaemonSet('multus')] }, status: 'skip' },
  ],
})
