import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode } from '@/lib/k8s/examples'
import { definedResources } from '@/lib/k8s/expected-resources'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { answers, bare, fabricOf, notReadyWords } from '@/lib/k8s/resources'
import { sh } from '@/lib/shell'

export default check({
  id: 'zero-allocatable',
  level: 'resources',
  title: { pass: 'Fabric resources are allocatable', fail: 'Fabric resource with 0 allocatable' },
  why: 'Allocatable 0 with capacity left means that the device plugin’s socket is gone for less than five minutes or that all its devices are unhealthy; 0 of 0 means gone for longer, or a kubelet restart. The VFs themselves may be fine.',
  refs: ['k8s-formats §10 (device plugin numbers)', 'kubernetes pkg/kubelet/cm/devicemanager/manager.go (GetCapacity)'],
  needs: ['nodes'],
  wants: ['nodeStates', 'sriovPolicies', 'nads'],
  after: [],
  run({ nodes, nodeStates, sriovPolicies, nads }) {
    const defined = definedResources(nodeStates, sriovPolicies)
    const known = new Set([...defined, ...(nads ?? []).flatMap((nad) => nad.resourceName ?? [])])
    const live = nodes.filter((node) => answers(node) !== false)
    const empty = new Set<string>()
    const findings = live.flatMap((node): Finding[] => {
      const fabric = fabricOf(node, known)
      const zero = fabric.filter((each) => each.allocatable === 0)
      // Without the capacity (`jq .status.allocatable`) nothing tells how long it has been gone.
      const down = zero.filter((each) => each.capacity === null || each.capacity > 0)
      const gone = zero.filter((each) => each.capacity === 0)
      const left = gone.filter(
        (each) =>
          nodeStates !== undefined &&
          sriovPolicies !== undefined &&
          !known.has(each.name) &&
          !defined.has(bare(each.name)) &&
          !each.name.startsWith('rdma/'),
      )
      const bad = [...down, ...gone.filter((each) => !left.includes(each))]
      if (fabric.length === 0) return []
      if (bad.length === 0)
        return [
          {
            subject: node.name,
            status: 'pass',
            summary: `${node.name}: ${fabric.length} fabric resource(s), ${left.length} left over from an old policy`,
          },
        ]
      for (const each of bad) empty.add(each.name)
      const shown = naming(
        bad.map((each) => `${each.name} (capacity ${each.capacity ?? '?'}, allocatable 0)`),
        2,
      )
      const meaning =
        down.length > 0
          ? 'the device plugin stopped a moment ago or all its devices are unhealthy'
          : 'the device plugin is gone for more than five minutes, or the kubelet restarted'
      return [
        {
          subject: node.name,
          status: 'fail',
          summary: `${node.name}: ${bad.length} of ${fabric.length} fabric resources have nothing allocatable: ${shown}; ${meaning}`,
        },
      ]
    })
    const silent = nodes.find((node) => answers(node) === false)
    if (live.length === 0 && silent)
      return lacking(`${silent.name} does not answer: ${notReadyWords(silent)}; its resources are its last word`)
    if (findings.length === 0) return { status: 'skip', summary: 'No fabric resource was ever registered here' }
    const first = findings.find((each) => each.status === 'fail')
    return fromFindings(findings, `${findings.length} node(s): every fabric resource has devices to give`, {
      reason: 'zero-allocatable',
      params: { resources: [...empty].sort().join(',') },
      fix: [
        {
          text: 'Look at the device plugin pod of that node; it registers again when it restarts',
          command: sh`kubectl get pods -A -l ${'app in (sriov-device-plugin,sriovdp,rdma-shared-dp)'} -o wide --field-selector ${`spec.nodeName=${first?.subject ?? ''}`}`,
          risk: 'none',
          verify: 'allocatable equals capacity again',
        },
      ],
    })
  },
  examples: [
    { name: '8 of 8', facts: { nodes: [exampleNode()] }, status: 'pass' },
    {
      name: 'plugin down',
      facts: { nodes: [exampleNode({ resources: [{ name: 'nvidia.com/resibp24s0', capacity: 8, allocatable: 0 }] })] },
      status: 'fail',
    },
    {
      name: 'whole GPUs cut into MIG slices',
      facts: {
        nodes: [
          exampleNode({
            resources: [
              { name: 'nvidia.com/gpu', capacity: 0, allocatable: 0 },
              { name: 'rdma/hca', capacity: 63, allocatable: 63 },
            ],
          }),
        ],
      },
      status: 'pass',
    },
    {
      name: 'left over from an old policy',
      facts: {
        nodes: [exampleNode({ resources: [{ name: 'nvidia.com/old', capacity: 0, allocatable: 0 }] })],
        nodeStates: [],
        sriovPolicies: [],
      },
      status: 'pass',
    },
    { name: 'kubelet silent', facts: { nodes: [exampleNode({ ready: 'Unknown' })] }, status: 'lacking' },
  ],
})
