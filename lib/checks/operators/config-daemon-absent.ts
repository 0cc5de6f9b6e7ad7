import { check, lacking } from '@/lib/check'
import { daemonAbsent } from '@/lib/daemon-absent'
import { aDaemonSet, aDeployment, aNode, anEvent } from '@/lib/examples/stack'
import { SRIOV_CONFIG } from '@/lib/examples/workloads'
import { isFabricNode, obstacles, obstacleText } from '@/lib/placement'

const GATED = { 'network.nvidia.com/operator.mofed.wait': 'false' }

/** The config daemon, without which no node state is filled and no VF is made. */
export default check({
  id: 'config-daemon-absent',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'SR-IOV config daemon is deployed', fail: 'SR-IOV config daemon runs nowhere' },
  why: 'In the NVIDIA chart the config daemon waits for label operator.mofed.wait=false. If nothing sets that label its DaemonSet wants 0 nodes: no node state, no VFs, and `0 of 0 ready` looks healthy.',
  refs: ['k8s-formats §3.4, §20.15', 'samples/recorded/14, 21'],
  needs: ['daemonSets'],
  wants: ['deployments', 'nodes', 'events', 'sriovOperatorConfigs', 'sriovPolicies'],
  after: ['operator-config-missing'],
  run({ daemonSets, deployments, nodes, events, sriovOperatorConfigs, sriovPolicies }) {
    const set = daemonSets.find((each) => each.component === 'config-daemon')
    if (!set) {
      if (deployments === undefined)
        return lacking(
          'no DaemonSet of the config daemon, and Deployments were not read: whether the SR-IOV operator is installed is unknown',
        )
      const operator = deployments.find((each) => each.component === 'sriov-operator')
      if (!operator) return { status: 'skip', summary: 'The SR-IOV operator is not installed' }
      const wanted = sriovOperatorConfigs?.some((each) => each.name === 'default') || (sriovPolicies?.length ?? 0) > 0
      if (!wanted)
        return lacking(
          'no DaemonSet of the config daemon, and neither SriovOperatorConfig default nor a policy that asks for VFs was read',
        )
      return daemonAbsent(
        `${operator.namespace}/${operator.name} runs, but the DaemonSet sriov-network-config-daemon does not exist`,
        'no-daemonset',
        operator.namespace,
      )
    }
    if (set.desired === null) return lacking('the DaemonSet has no status')
    if (set.desired > 0 && (set.current ?? 0) > 0)
      return { status: 'pass', summary: `${set.name} has ${set.current} pods on ${set.desired} nodes` }
    if (set.desired > 0) {
      const event = events?.find(
        (each) => each.kind === 'DaemonSet' && each.objectName === set.name && each.reason === 'FailedCreate',
      )
      return daemonAbsent(
        `${set.name} wants ${set.desired} nodes and has 0 pods: ${event?.message ?? 'its events say why'}`,
        'no-pods',
        set.namespace,
      )
    }
    const fabric = nodes?.filter(isFabricNode)
    if (fabric?.length === 0)
      return { status: 'skip', summary: `${set.name} wants 0 nodes, and no node has GPUs or NVIDIA NICs` }
    const against = [...new Set((fabric ?? []).flatMap((node) => obstacles(set, node).map(obstacleText)))]
    const selector = Object.entries(set.nodeSelector)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ')
    return daemonAbsent(
      `${set.name} wants 0 nodes${fabric ? ` of ${fabric.length} with GPUs or NICs` : ''}: ${against.slice(0, 3).join(', ') || `no node carries ${selector}`}`,
      'none-desired',
      set.namespace,
    )
  },
  examples: [
    { name: 'four nodes', facts: { daemonSets: [aDaemonSet('config-daemon')] }, status: 'pass' },
    {
      name: 'label never set',
      facts: {
        daemonSets: [aDaemonSet('config-daemon', { desired: 0, current: 0, nodeSelector: GATED })],
        nodes: [aNode('a', { labels: { 'nvidia.com/gpu.present': 'true' } })],
      },
      status: 'fail',
    },
    {
      name: 'no ServiceAccount',
      facts: {
        daemonSets: [aDaemonSet('config-daemon', { desired: 2, current: 0 })],
        events: [anEvent('DaemonSet', 'config-daemon', 'FailedCreate', 'serviceaccount not found')],
      },
      status: 'fail',
    },
    {
      name: 'operator without DaemonSet',
      facts: { daemonSets: [], deployments: [aDeployment('sriov-operator')], sriovOperatorConfigs: [SRIOV_CONFIG] },
      status: 'fail',
    },
    { name: 'no SR-IOV operator', facts: { daemonSets: [], deployments: [] }, status: 'skip' },
    { name: 'Deployments unread', facts: { daemonSets: [] }, status: 'lacking' },
  ],
})
