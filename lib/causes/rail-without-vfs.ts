import { cause } from '@/lib/cause'
import { resourcesOf, symptomsAbout } from '@/lib/rules/about-resources'
import { failed, faulty, passed, stepsOf, symptoms } from '@/lib/rules/explained'

const AFTER = ['resource-chain-broken', 'unschedulable-for-network', 'pod-pending-reason', 'mpijob-waiting'] as const
/** Faults that say why the resource has nothing: they are the cause then. */
const BETTER = [
  'policy-selects-nothing',
  'overlapping-policies',
  'sriov-plugin-config',
  'rdma-plugin-config',
  'operator-config-missing',
  'config-daemon-absent',
  'component-not-on-node',
  'missing-vfs',
] as const
const WORDS = /([\w.-]+\/[\w.-]+) 0 allocatable \(capacity [1-9]/g

/** One rail has nothing to give although its resource is registered, while the other rails of the node do. */
export default cause({
  id: 'rail-without-vfs',
  title: 'A rail has no allocatable VF',
  level: 'resources',
  scope: 'cluster',
  explains: ['zero-allocatable', ...AFTER],
  specificity: 55,
  why: 'Allocatable 0 with capacity left on one resource means that the device plugin lost that rail’s devices: its socket for this resource, or the health of the VFs. GPUs, other rails and the workload itself are not the matter.',
  refs: ['k8s-formats §10', 'samples/recorded/17', 'kubernetes pkg/kubelet/cm/devicemanager/manager.go'],
  match(input) {
    if (BETTER.some((id) => faulty(input, id)?.status === 'fail')) return null
    const zero = faulty(input, 'zero-allocatable')
    const pods = ['unschedulable-for-network', 'pod-pending-reason'].flatMap((id) =>
      (input.verdicts[id]?.findings ?? []).flatMap((each) => (each.status === 'fail' ? [each.summary] : [])),
    )
    const named = [...new Set(pods.flatMap((text) => [...text.matchAll(WORDS)].map((match) => match[1] ?? '')))]
    const resources = zero === null ? [] : resourcesOf(zero)
    // On a node that has the rail the words of the waiting pods tell of the others, as long as all of them wait for it.
    const theirs = named.map((each) => each.slice(each.indexOf('/') + 1))
    const mine =
      resources.length > 0 ? resources : symptomsAbout(input, ['pod-pending-reason'], theirs).length > 0 ? theirs : []
    if (mine.length === 0 || (zero !== null && !isOneRail(zero.summary))) return null
    // The words of a waiting pod name every node that has nothing; the node's own name it alone.
    const words =
      pods.find((text) => mine.some((name) => text.includes(`${name} 0 allocatable`))) ?? zero?.summary ?? ''
    return {
      summary: `Rail ${mine.join(', ')} has no VF to give because allocatable is 0 where its resource is registered (${words}): look at the SR-IOV device plugin and at that rail there; the other rails are fine`,
      explains: [...symptoms(input, ['zero-allocatable']), ...symptomsAbout(input, AFTER, mine)],
      fix: stepsOf(zero ?? failed('zero-allocatable', 'resources', ''), [
        {
          text: 'Look at the device plugin pods of the nodes named',
          command: `kubectl get pods -A -l 'app in (sriov-device-plugin,sriovdp,rdma-shared-dp)' -o wide`,
          risk: 'none',
        },
      ]),
      params: { resources: [...mine].sort().join(',') },
    }
  },
  examples: [
    {
      name: 'one rail of eight at 0',
      verdicts: [
        failed(
          'zero-allocatable',
          'resources',
          '1 of 8 fabric resources have nothing allocatable: a (capacity 8, allocatable 0)',
          {
            params: { resources: 'nvidia.com/resibp206s0' },
          },
        ),
      ],
      matches: true,
    },
    {
      name: 'all rails at 0: the plug-in itself',
      verdicts: [
        failed('zero-allocatable', 'resources', '8 of 8 fabric resources have nothing allocatable', {
          params: { resources: 'nvidia.com/a,nvidia.com/b' },
        }),
      ],
      matches: false,
    },
    {
      name: 'no VF was made',
      verdicts: [
        failed('missing-vfs', 'vfs', '0 of 8'),
        failed('zero-allocatable', 'resources', '1 of 8', { params: { resources: 'nvidia.com/a' } }),
      ],
      matches: false,
    },
    { name: 'fine', verdicts: [passed('zero-allocatable', 'resources')], matches: false },
  ],
})

/** Some of the node's resources, and with capacity left: all of them, or 0 of 0, is a matter of the plug-in or the kubelet. */
function isOneRail(summary: string): boolean {
  const match = /(\d+) of (\d+) fabric resources have nothing allocatable/.exec(summary)
  return match !== null && match[1] !== match[2] && !/\(capacity 0,/.test(summary)
}
