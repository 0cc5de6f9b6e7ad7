import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode, examplePolicy, exampleState } from '@/lib/k8s/examples'
import { expectedResources } from '@/lib/k8s/expected-resources'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { answers, bare, fabricOf, notReadyWords } from '@/lib/k8s/resources'
import { sh } from '@/lib/shell'

export default check({
  id: 'missing-resource',
  level: 'resources',
  title: { pass: 'Node offers the resources of its policies', fail: 'Node lacks a resource its policies define' },
  why: 'A resource key that is missing (not 0) was never registered since the Node object exists: the device plugin found nothing to offer, has no configuration for the node, or does not run there.',
  refs: ['k8s-formats §10 (device plugin numbers), §1 RES-1', 'kubernetes pkg/kubelet/cm/devicemanager/manager.go'],
  needs: ['nodes'],
  wants: ['nodeStates', 'sriovPolicies'],
  after: ['missing-vfs'],
  run({ nodes, nodeStates, sriovPolicies }) {
    const findings = nodes.flatMap((node): Finding[] => {
      if (answers(node) === false || !node.reportsResources) return []
      const expected = expectedResources(node, nodeStates, sriovPolicies)
      const there = new Set(fabricOf(node, new Set(expected)).map((each) => bare(each.name)))
      const missing = expected.filter((name) => !there.has(name))
      const cordon = node.unschedulable ? ', cordoned' : ''
      const state =
        node.sriovState !== null && node.sriovState !== 'Idle' ? ` (SR-IOV operator: ${node.sriovState}${cordon})` : ''
      if (missing.length > 0)
        return [
          {
            subject: node.name,
            status: 'fail',
            summary: `${node.name} has no key for ${naming(missing)}: ${there.size} of ${expected.length} VF resources registered${state}`,
          },
        ]
      if (expected.length > 0)
        return [{ subject: node.name, status: 'pass', summary: `${node.name} offers ${naming(expected)}` }]
      const managed = state !== '' || node.labels['sriovnetwork.openshift.io/device-plugin'] === 'Enabled'
      return managed && there.size === 0 && nodeStates === undefined && sriovPolicies === undefined
        ? [
            {
              subject: node.name,
              status: 'fail',
              summary: `${node.name} is managed by the SR-IOV operator and has no VF resource key at all (missing, not 0)${state}`,
            },
          ]
        : []
    })
    const silent = nodes.filter((node) => answers(node) === false)
    if (findings.length === 0 && silent[0])
      return lacking(`${silent[0].name} does not answer: ${notReadyWords(silent[0])}; its resources are its last word`)
    if (findings.length === 0 && (nodeStates === undefined || sriovPolicies === undefined))
      return lacking('no policy and node state to tell which resources the node should offer')
    if (findings.length === 0) return { status: 'skip', summary: 'No policy defines a resource for this node' }
    const first = nodes.find((node) => findings.some((each) => each.status === 'fail' && each.subject === node.name))
    return fromFindings(findings, `${findings.length} node(s) offer every resource their policies define`, {
      reason: 'missing-resource',
      params: { nodes: findings.filter((each) => each.status === 'fail').length > 0 },
      fix: [
        {
          text: 'Look whether the SR-IOV device plugin runs there, and at its log for “no devices in device pool”',
          command: sh`kubectl get pods -A -l app=sriov-device-plugin -o wide --field-selector ${`spec.nodeName=${first?.name ?? ''}`}`,
          risk: 'none',
        },
        {
          text: 'Compare with the node state: without VFs there is nothing to register',
          command: sh`kubectl get sriovnetworknodestates.sriovnetwork.openshift.io -A`,
          risk: 'none',
        },
      ],
    })
  },
  examples: [
    {
      name: 'all there',
      facts: { nodes: [exampleNode()], nodeStates: [exampleState()], sriovPolicies: [examplePolicy()] },
      status: 'pass',
    },
    {
      name: 'key missing',
      facts: {
        nodes: [exampleNode({ resources: [{ name: 'nvidia.com/gpu', capacity: 8, allocatable: 8 }] })],
        nodeStates: [exampleState()],
      },
      status: 'fail',
    },
    {
      name: 'drained for a reboot, nothing registered',
      facts: { nodes: [exampleNode({ resources: [], sriovState: 'Reboot_Required', unschedulable: true })] },
      status: 'fail',
    },
    { name: 'a node alone', facts: { nodes: [exampleNode()] }, status: 'lacking' },
    { name: 'no policy for it', facts: { nodes: [exampleNode()], nodeStates: [], sriovPolicies: [] }, status: 'skip' },
  ],
})
