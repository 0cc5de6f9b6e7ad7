import type { NodeResource } from '@/collectors/cluster/node/collector'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { answers, fabricOf, gpusOf, notReadyWords } from '@/lib/k8s/resources'
import { sh } from '@/lib/shell'

export default check({
  id: 'unhealthy-devices',
  level: 'resources',
  title: { pass: 'All registered fabric devices are healthy', fail: 'Fabric devices are unhealthy' },
  why: 'Allocatable below capacity is the number of devices that the plugin calls unhealthy. When the kubelet no longer answers, all of them are out of use, whatever the numbers still say.',
  refs: ['k8s-formats §10, §7 (restart with RDMA exclusive mode), §20.24', 'samples/recorded/06'],
  needs: ['nodes'],
  after: [],
  run({ nodes }) {
    const findings = nodes.flatMap((node): Finding[] => {
      const fabric = fabricOf(node)
      if (answers(node) === false) {
        const devices = fabric.reduce((sum, each) => sum + (each.allocatable ?? 0), 0)
        return [
          {
            subject: node.name,
            status: 'fail',
            summary: `${node.name} does not answer: ${notReadyWords(node)}; the ${devices} fabric devices it still offers are out of use`,
          },
        ]
      }
      const gpus = gpusOf(node).filter(isShort)
      if (fabric.length + gpus.length === 0) return []
      // Fabric resources with nothing left are zero-allocatable's; GPUs are nobody else's.
      const sick = [...fabric.filter((each) => isShort(each) && each.allocatable !== 0), ...gpus]
      const shown = naming(
        sick.map((each) => `${each.name} ${each.allocatable} of ${each.capacity}`),
        3,
      )
      return sick.length > 0
        ? [
            {
              subject: node.name,
              status: gpus.some((each) => each.allocatable === 0) ? 'fail' : 'warn',
              summary: `${node.name}: ${shown} allocatable, the rest is unhealthy`,
            },
          ]
        : [{ subject: node.name, status: 'pass', summary: `${node.name}: ${fabric.length} fabric resource(s)` }]
    })
    const shown = nodes.flatMap((node) => [...fabricOf(node), ...gpusOf(node)])
    if (shown.length > 0 && shown.every((each) => each.capacity === null))
      return lacking('the nodes show no capacity to compare allocatable with')
    if (findings.length === 0) return { status: 'skip', summary: 'No fabric resource is registered here' }
    const first = findings.find((each) => each.status !== 'pass')
    return fromFindings(findings, `${findings.length} node(s): no fabric device is called unhealthy`, {
      reason: first?.status === 'fail' ? 'node-not-ready' : 'unhealthy-devices',
      fix: [
        {
          text: 'See what the node says of itself',
          command: sh`kubectl describe node ${first?.subject ?? ''}`,
          risk: 'none',
        },
        {
          text: 'Unhealthy VFs: look into the device plugin’s log; with RDMA mode exclusive a plugin restart loses VFs that pods hold',
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    { name: 'healthy', facts: { nodes: [exampleNode()] }, status: 'pass' },
    {
      name: '5 of 8',
      facts: { nodes: [exampleNode({ resources: [{ name: 'nvidia.com/resibp24s0', capacity: 8, allocatable: 5 }] })] },
      status: 'warn',
    },
    {
      name: 'no GPU left',
      facts: { nodes: [exampleNode({ resources: [{ name: 'nvidia.com/gpu', capacity: 8, allocatable: 0 }] })] },
      status: 'fail',
    },
    { name: 'kubelet silent', facts: { nodes: [exampleNode({ ready: 'Unknown' })] }, status: 'fail' },
    { name: 'control plane', facts: { nodes: [exampleNode({ resources: [] })] }, status: 'skip' },
  ],
})

/** Fewer to give than there are: the plugin calls the others unhealthy, or is gone. */
function isShort({ allocatable, capacity }: NodeResource): boolean {
  return allocatable !== null && capacity !== null && allocatable < capacity
}
