import { check, lacking } from '@/lib/check'
import { aDaemonSet, aNode, anEvent } from '@/lib/examples/stack'
import { isFabricNode } from '@/lib/placement'
import { sh } from '@/lib/shell'
import { shortSets } from '@/lib/short-sets'

const UNREACHABLE = { key: 'node.kubernetes.io/unreachable', value: null, effect: 'NoSchedule', addedAt: null }
const on = (count: number, id: string) => aDaemonSet(id, { desired: count, current: count, available: count })
const NO_ACCOUNT =
  'Error creating: pods "sriov-network-config-daemon-" is forbidden: serviceaccount "sriov-network-config-daemon" not found'

/** DaemonSets that leave out a node that should match, or that cannot create pods: the policy stays `ready` all the same. */
export default check({
  id: 'daemonset-short-of-nodes',
  level: 'operators',
  title: {
    pass: 'DaemonSets of the stack want every fabric node',
    fail: 'A DaemonSet of the stack leaves out fabric nodes',
  },
  why: '`desired = ready` only speaks of the nodes a DaemonSet still wants. A taint takes a node out of the count, and a missing ServiceAccount leaves no pod object at all: neither turns the NicClusterPolicy red.',
  refs: ['k8s-formats §20.1, §20.15', 'samples/recorded/06, 21'],
  needs: ['daemonSets'],
  wants: ['nodes', 'events'],
  after: [],
  run({ daemonSets, nodes, events }) {
    const sets = daemonSets.filter((each) => each.component !== null && each.desired !== null)
    if (sets.length === 0) return { status: 'skip', summary: 'No DaemonSet of the stack has a status here' }
    if (nodes !== undefined && !nodes.some(isFabricNode))
      return { status: 'skip', summary: 'No node with GPUs or NVIDIA NICs is concerned' }
    const short = shortSets(sets, nodes, events)
    const rows = sets.map((set) => ({
      cells: [set.name, set.desired, set.current, set.ready, set.misscheduled],
      deviates: short.some((each) => each.set === set),
    }))
    const evidence = [
      {
        kind: 'table' as const,
        title: 'DaemonSets',
        columns: ['DaemonSet', 'Desired', 'Current', 'Ready', 'Misscheduled'],
        rows,
      },
    ]
    if (short.length === 0) {
      if (nodes === undefined)
        return lacking('nodes were not read: desired = ready does not say how many nodes there should be')
      return {
        status: 'pass',
        summary: `${sets.length} DaemonSets want all ${nodes.filter(isFabricNode).length} fabric nodes that carry their labels`,
        evidence,
      }
    }
    const failed = short.filter((each) => each.status === 'fail')
    return {
      status: failed.length > 0 ? 'fail' : 'warn',
      summary: short.map((each) => `${each.set.name}: ${each.words}`).join('; '),
      findings: [...short]
        .sort((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail'))
        .map((each) => ({
          subject: `${each.set.namespace}/${each.set.name}`,
          status: each.status,
          summary: each.words,
        })),
      evidence,
      fix: short.slice(0, 3).map((each) => ({
        text:
          each.reason === 'taint'
            ? 'Add the toleration to the component (spec.tolerations of the policy), or heal the node that carries the taint'
            : `Read the events of ${each.set.name}`,
        command: sh`kubectl -n ${each.set.namespace} describe daemonset ${each.set.name}`,
        risk: 'none',
        verify: sh`kubectl -n ${each.set.namespace} get daemonset ${each.set.name} shows the right DESIRED`,
      })),
      reason: (failed[0] ?? short[0])?.reason ?? 'short',
      params: { components: short.map((each) => each.set.component ?? '').join(',') },
    }
  },
  examples: [
    { name: 'complete', facts: { daemonSets: [aDaemonSet('multus')], nodes: [aNode()] }, status: 'pass' },
    {
      name: 'unreachable node not counted',
      facts: {
        daemonSets: [aDaemonSet('multus', { desired: 3, misscheduled: 1 })],
        nodes: [aNode('dgx033', { taints: [UNREACHABLE] })],
      },
      status: 'fail',
    },
    {
      name: 'ServiceAccount missing',
      facts: {
        daemonSets: [aDaemonSet('config-daemon', { desired: 2, current: 0 })],
        nodes: [aNode()],
        events: [anEvent('DaemonSet', 'config-daemon', 'FailedCreate', NO_ACCOUNT)],
      },
      status: 'fail',
    },
    {
      name: 'plug-in on 7 of 8',
      facts: { daemonSets: [on(8, 'config-daemon'), on(7, 'sriov-plugin')] },
      status: 'warn',
    },
    { name: 'pods not available', facts: { daemonSets: [aDaemonSet('multus', { available: 1 })] }, status: 'fail' },
    { name: 'numbers alone', facts: { daemonSets: [aDaemonSet('multus')] }, status: 'lacking' },
    { name: 'manifest', facts: { daemonSets: [aDaemonSet('multus', { desired: null })] }, status: 'skip' },
  ],
})
