import type { EventFact } from '@/collectors/cluster/events/collector'
import { check, type Finding } from '@/lib/check'
import { eventSubject } from '@/lib/event-subject'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { exampleEvent } from '@/lib/k8s/pool-examples'
import { sh } from '@/lib/shell'

const MISSING = /failed to find plugin "([\w.-]{1,100})" in path \[([^\]]{0,300})\]/
/** Who copies a binary into the CNI directory of a node (k8s-formats §3.2 init containers, §8; component manifests). */
const INSTALLERS: readonly [RegExp, string, string][] = [
  [
    /^(?:ib-sriov|sriov|rdma|ovs)$/,
    'the init containers of the SR-IOV config daemon',
    'app=sriov-network-config-daemon',
  ],
  [/^multus(?:-shim)?$/, 'the Multus pod', 'name=multus'],
  [/^nv-ipam$/, 'the nv-ipam-node pod', 'name=nv-ipam-node'],
  [/^whereabouts$/, 'the whereabouts pod', 'name=whereabouts'],
  [/^ipoib$/, 'the ipoib-cni pod', 'name=ipoib-cni'],
  [
    /^(?:macvlan|ipvlan|host-device|bridge|tuning|static|host-local|vlan|sbr|vrf)$/,
    'the cni-plugins pod',
    'name=cni-plugins',
  ],
]

export default check({
  id: 'cni-binary-missing',
  level: 'operators',
  scope: 'cluster',
  title: { pass: 'CNI binaries of the networks are on the nodes', fail: 'A CNI binary is missing on a node' },
  why: 'The runtime executes a network’s CNI plug-in from a directory of the node. A component copies it there when it starts; where that component never ran, or the directory differs, every pod with such a network hangs.',
  refs: ['k8s-formats §3.2 (init containers), §8', 'containernetworking/cni pkg/invoke/find.go'],
  needs: ['events'],
  after: [],
  run({ events }) {
    const lost = missing(events)
    const attached = events.filter((each) => each.reason === 'AddedInterface').length
    if (lost.length === 0 && attached === 0)
      return { status: 'skip', summary: 'No event tells of networks being set up; events vanish after an hour' }
    const findings = lost.map(({ plugin, path, node, pods }): Finding => {
      const installer = installerOf(plugin)
      return {
        subject: node ?? plugin,
        status: 'fail',
        summary: `CNI plug-in ${plugin} is not in ${path || 'the CNI directory'}${node ? ` of ${node}` : ''}, needed by ${naming(pods, 3)}${installer ? `; ${installer[1]} puts it there` : ''}`,
      }
    })
    const selector = installerOf(lost[0]?.plugin ?? '')?.[2]
    return fromFindings(findings, `${attached} networks were attached, no plug-in was missing`, {
      reason: 'cni-binary',
      params: { plugins: [...new Set(lost.map((each) => each.plugin))].sort().join(',') },
      fix: [
        {
          text: 'Look whether the component that installs it runs on that node, and at its init containers',
          command: selector ? sh`kubectl get pods -A -l ${selector} -o wide` : 'kubectl get pods -A -o wide',
          risk: 'none',
        },
        {
          text: 'Compare the CNI directory of the component with the one the runtime uses (OpenShift, k3s and RKE2 have others)',
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    {
      name: 'attached',
      facts: {
        events: [
          exampleEvent('AddedInterface', 'w-0', 'Add net1 [10.0.0.3/24] from team/rail0 to multus-cni-network', {
            kind: 'Pod',
          }),
        ],
      },
      status: 'pass',
    },
    {
      name: 'ib-sriov is not there',
      facts: {
        events: [
          exampleEvent(
            'FailedCreatePodSandBox',
            'w-0',
            'error adding container to network "rail0": failed to find plugin "ib-sriov" in path [/opt/cni/bin]',
            { kind: 'Pod' },
          ),
        ],
      },
      status: 'fail',
    },
    { name: 'nothing', facts: { events: [] }, status: 'skip' },
  ],
})

function missing(
  events: readonly EventFact[],
): { plugin: string; path: string; node: string | null; pods: string[] }[] {
  const found = new Map<string, { plugin: string; path: string; node: string | null; pods: string[] }>()
  for (const event of events) {
    const [, plugin, path = ''] = event.kind === 'Pod' ? (MISSING.exec(event.message) ?? []) : []
    if (plugin === undefined) continue
    const pod = eventSubject(event)
    const before = found.get(`${plugin} ${event.node}`) ?? { plugin, path, node: event.node, pods: [] }
    found.set(`${plugin} ${event.node}`, { ...before, pods: [...new Set([...before.pods, pod])] })
  }
  return [...found.values()]
}

function installerOf(plugin: string): readonly [RegExp, string, string] | undefined {
  return INSTALLERS.find(([pattern]) => pattern.test(plugin))
}
