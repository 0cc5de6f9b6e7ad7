import { cause } from '@/lib/cause'
import { failed, failing, names, passed, symptoms } from '@/lib/symptoms'

const EXPLAINS = [
  'zero-allocatable',
  'unhealthy-devices',
  'missing-resource',
  'component-not-on-node',
  'unschedulable-for-network',
  'admission-error',
] as const
const PLUGINS = ['sriov-plugin', 'sriov-plugin-policy', 'rdma-shared-plugin'] as const

/** Faults that leave the plug-in out on purpose or by configuration: they explain the 0 better. */
const BETTER = [
  'rdma-plugin-config',
  'sriov-plugin-config',
  'wrong-policy-name',
  'nic-cluster-policy-missing',
  'policy-selects-nothing',
] as const

/** The device plug-in of a node is not running: its resources fall to 0 although the VFs are there. */
export default cause({
  id: 'device-plugin-down',
  title: 'The device plugin of this node is down',
  level: 'operators',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 70,
  why: 'When a device plugin ends, the kubelet sets allocatable to 0 at once and capacity to 0 after five minutes. VFs, firmware and policies are untouched: the pod of the plug-in is what is missing.',
  refs: ['k8s-formats §10', 'kubernetes pkg/kubelet/cm/devicemanager/manager.go'],
  match({ verdicts }) {
    if (BETTER.some((id) => failing(verdicts, id) !== null)) return null
    const here = failing(verdicts, 'component-not-on-node')
    const zero = failing(verdicts, 'zero-allocatable')
    const down = PLUGINS.filter((each) => names(here, 'components', each))
    const podTrouble = here?.reason === 'pod-not-ready' || here?.reason === 'no-pod'
    if (zero === null || (here !== null && (down.length === 0 || !podTrouble))) return null
    // Without the pods at hand only "all resources at 0" speaks for the plug-in itself; one of many is that rail's matter.
    if (here === null && !allZero(zero.summary)) return null
    return {
      summary: `Fabric resources have 0 allocatable because the device plugin of this node is down (${(here ?? zero).summary}): look at its pod; VFs and firmware are not the cause`,
      explains: symptoms(verdicts, here === null ? ['zero-allocatable', 'unhealthy-devices'] : EXPLAINS),
      fix: [
        {
          text: 'Look at the pod of the device plugin on this node; it registers again when it restarts',
          command: `kubectl get pods -A -l 'app in (sriov-device-plugin,sriovdp,rdma-shared-dp)' -o wide`,
          risk: 'none',
          verify: 'allocatable equals capacity again',
        },
      ],
      params: { plugins: down.join(',') },
    }
  },
  examples: [
    {
      name: 'plug-in pod crashes',
      verdicts: [
        failed('zero-allocatable', 'resources', '8 of 8 fabric resources have nothing allocatable'),
        failed('component-not-on-node', 'operators', 'x', {
          reason: 'pod-not-ready',
          params: { components: 'sriov-plugin' },
        }),
      ],
      matches: true,
    },
    {
      name: 'all resources at 0',
      verdicts: [failed('zero-allocatable', 'resources', '8 of 8 fabric resources have nothing allocatable')],
      matches: true,
    },
    {
      name: 'one rail at 0',
      verdicts: [failed('zero-allocatable', 'resources', '1 of 8 fabric resources have nothing allocatable')],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('zero-allocatable', 'resources')], matches: false },
  ],
})

function allZero(summary: string): boolean {
  const match = /(\d+) of (\d+) fabric resources have nothing allocatable/.exec(summary)
  return match !== null && match[1] === match[2]
}
