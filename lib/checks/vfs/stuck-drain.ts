import { check, lacking } from '@/lib/check'
import { judgeDrain } from '@/lib/k8s/drain'
import { exampleState } from '@/lib/k8s/examples'
import { fromFindings } from '@/lib/k8s/from-findings'
import { examplePod } from '@/lib/k8s/pod-examples'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { drainByEvents, evictions } from '@/lib/k8s/told-events'
import { sh } from '@/lib/shell'

export default check({
  id: 'stuck-drain',
  level: 'vfs',
  title: { pass: 'No drain hangs', fail: 'Node drain hangs or waits' },
  why: 'A PodDisruptionBudget that allows 0 disruptions stops the operator’s drain for ever; no event says it. Other nodes of the pool queue behind it, one drains at a time.',
  refs: [
    'k8s-formats §3.1 (state table), §20.14, §20.27',
    'samples/recorded/05',
    'sriov-network-operator controllers/drain_controller.go',
  ],
  needs: [],
  anyOf: ['nodeStates', 'toldEvents', 'refusedRequests'],
  wants: ['nodeStates', 'toldEvents', 'refusedRequests', 'podDisruptionBudgets', 'pods', 'nodeMaintenances', 'clock'],
  after: [],
  run({ nodeStates, toldEvents, refusedRequests, podDisruptionBudgets, pods, nodeMaintenances, clock }) {
    const told = nodeStates ? [] : [...drainByEvents(toldEvents ?? []), ...evictions(refusedRequests ?? [])]
    if (nodeStates === undefined && told.length === 0) return { status: 'skip', summary: 'Nothing tells of a drain' }
    if (nodeStates?.length === 0) return lacking('the SR-IOV operator keeps no state for this node')
    const findings =
      nodeStates?.map((state) =>
        judgeDrain(state, {
          budgets: podDisruptionBudgets ?? [],
          pods: pods ?? [],
          maintenances: nodeMaintenances ?? [],
          others: nodeStates,
          now: clock?.now,
        }),
      ) ?? told
    const bad = findings.find((each) => each.status !== 'pass')
    return fromFindings(findings, `${findings.length} node state(s): no drain is pending`, {
      reason: 'stuck-drain',
      fix: [
        {
          text: 'Find the budget that allows 0 disruptions and the pod it protects; scale the workload up or move it',
          command: sh`kubectl get poddisruptionbudgets -A`,
          risk: 'none',
        },
        {
          text: 'Pods still on the node',
          command: sh`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${bad?.subject ?? ''}`}`,
          risk: 'none',
        },
        {
          text: 'The SR-IOV operator’s log names the pod it cannot evict',
          command: sh`kubectl logs -n network-operator -l name=sriov-network-operator --tail=200`,
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    { name: 'idle', facts: { nodeStates: [exampleState()] }, status: 'pass' },
    {
      name: 'waits for its slot',
      facts: { nodeStates: [exampleState({ syncStatus: 'InProgress', desiredState: 'Drain_Required' })] },
      status: 'warn',
    },
    {
      name: 'only the event',
      facts: {
        toldEvents: [
          exampleEvent('DrainController', 'gpu-1', 'failed to drain node', { kind: 'SriovNetworkNodeState' }),
        ],
      },
      status: 'fail',
    },
    {
      name: 'a budget allows nothing',
      facts: {
        nodeStates: [
          exampleState({ syncStatus: 'InProgress', desiredState: 'Reboot_Required', currentState: 'Draining' }),
        ],
        podDisruptionBudgets: [
          {
            namespace: 'inference',
            name: 'llm-frontend',
            minAvailable: '1',
            maxUnavailable: null,
            disruptionsAllowed: 0,
            currentHealthy: 1,
            desiredHealthy: 1,
            expectedPods: 1,
            matchLabels: { app: 'llm' },
          },
        ],
        pods: [examplePod({ namespace: 'inference', labels: { app: 'llm' } })],
      },
      status: 'fail',
    },
  ],
})
