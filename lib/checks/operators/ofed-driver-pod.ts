import { check, lacking } from '@/lib/check'
import { component, componentOf } from '@/lib/components'
import { aContainer, aDaemonSet, aNode, aPod, aPolicy } from '@/lib/examples/stack'
import { actingPolicy, asks, unready } from '@/lib/nic-policy'
import { failedUpgrade, type OfedTrouble, ofedStep, ofedTrouble, podTrouble, UPGRADE_LABEL } from '@/lib/ofed'

const KERNEL = 'feature.node.kubernetes.io/kernel-version.full'
const DRIVER = aPod('mofed-1', {
  labels: { 'nvidia.com/ofed-driver': '' },
  owner: { kind: 'DaemonSet', name: 'ofed-driver' },
})
const PROBING = { ...DRIVER, conditions: [], containers: [aContainer({ name: 'mofed-container', ready: false })] }
const WITH_DRIVER = aPolicy({
  components: [{ path: 'ofedDriver', repository: null, image: 'doca-driver', version: null, pullSecrets: [] }],
})
const NO_TAG =
  'ForcePrecompiled is enabled and precompiled tag was not found: doca3.2.0-25.10-1.2.8.0-2-6.8.0-85-generic-ubuntu24.04-amd64'

/** The OFED driver container: per OS and kernel, and first in the chain of components. */
export default check({
  id: 'ofed-driver-pod',
  level: 'operators',
  title: { pass: 'OFED driver container is ready', fail: 'OFED driver container is not ready' },
  why: 'Device plug-ins wait for the driver container through a node label. There is one DaemonSet per OS and kernel: after a kernel upgrade a node may match none of them, and a precompiled image may not exist for it.',
  refs: ['k8s-formats §4 (OFED), §20.2, §20.7', 'Mellanox/network-operator pkg/state/state_ofed.go'],
  needs: [],
  anyOf: ['daemonSets', 'pods', 'nicClusterPolicies', 'nodes'],
  wants: ['daemonSets', 'pods', 'nicClusterPolicies', 'nodes'],
  after: [],
  run({ daemonSets, pods, nicClusterPolicies, nodes }) {
    const policy = nicClusterPolicies === undefined ? null : actingPolicy(nicClusterPolicies)
    const driver = component('ofed-driver')
    const asked = policy !== null && driver !== null && asks(policy, driver)
    const sets = (daemonSets ?? []).filter((each) => each.component === 'ofed-driver')
    const driverPods = (pods ?? []).filter((pod) => componentOf(pod.labels)?.id === 'ofed-driver')
    const failed = daemonSets && pods ? [] : (nodes ?? []).flatMap(failedUpgrade)
    const isManaged = nodes?.some((node) => node.labels[UPGRADE_LABEL] !== undefined) === true
    if (isManaged && failed.length === 0 && !daemonSets && !pods && !nicClusterPolicies)
      return lacking('nodes carry the label of driver upgrades, but driver pods and DaemonSets were not read')
    if (!asked && sets.length === 0 && driverPods.length === 0 && failed.length === 0)
      return {
        status: 'skip',
        summary: 'No OFED driver container is deployed or asked for: drivers come from the host',
      }
    const stated =
      policy === null ? undefined : unready(policy).find((each) => each.state === 'state-OFED' && each.error)
    const here =
      nodes && daemonSets && pods ? nodes.flatMap((node) => ofedTrouble(node, sets, pods)) : podTrouble(driverPods)
    const troubles: OfedTrouble[] = [
      ...(stated
        ? [
            {
              subject: 'state-OFED',
              reason: 'no-daemonset' as const,
              words: stated.message ?? 'state-OFED is in error',
            },
          ]
        : []),
      ...failed,
      ...here,
    ]
    if (troubles.length === 0) {
      if (pods === undefined || (driverPods.length === 0 && (!nodes || !daemonSets)))
        return lacking('the driver is deployed or asked for, but its pods, DaemonSets and nodes were not all read')
      return { status: 'pass', summary: `${driverPods.length} driver pods were read, all are ready` }
    }
    return {
      status: 'fail',
      summary: troubles.map((each) => each.words).join('; '),
      findings: troubles.map((each) => ({ subject: each.subject, status: 'fail', summary: each.words })),
      fix: [ofedStep(stated?.message ?? null)],
      reason: stated ? 'state-error' : (troubles[0]?.reason ?? 'not-ready'),
    }
  },
  examples: [
    { name: 'host drivers', facts: { nicClusterPolicies: [aPolicy()] }, status: 'skip' },
    { name: 'ready', facts: { pods: [DRIVER] }, status: 'pass' },
    {
      name: 'startup probe fails',
      facts: { pods: [PROBING], daemonSets: [aDaemonSet('ofed-driver')], nodes: [aNode()] },
      status: 'fail',
    },
    {
      name: 'kernel upgraded',
      facts: {
        pods: [],
        daemonSets: [aDaemonSet('ofed-driver', { nodeSelector: { [KERNEL]: '6.8.0-60-generic' } })],
        nodes: [aNode()],
      },
      status: 'fail',
    },
    {
      name: 'a node alone, its upgrade failed',
      facts: { nodes: [aNode('gpu-1', { labels: { 'nvidia.com/ofed-driver-upgrade-state': 'upgrade-failed' } })] },
      status: 'fail',
    },
    { name: 'a node alone', facts: { nodes: [aNode()] }, status: 'skip' },
    {
      name: 'no precompiled image',
      facts: {
        nicClusterPolicies: [
          {
            ...WITH_DRIVER,
            state: 'notReady',
            appliedStates: [{ name: 'state-OFED', state: 'error', message: NO_TAG }],
          },
        ],
      },
      status: 'fail',
    },
    {
      name: 'policy alone, not ready',
      facts: { nicClusterPolicies: [{ ...WITH_DRIVER, state: 'notReady' }] },
      status: 'lacking',
    },
  ],
})
