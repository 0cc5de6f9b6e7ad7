import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode, examplePolicy, exampleState } from '@/lib/k8s/examples'
import { distinct, fromFindings } from '@/lib/k8s/from-findings'
import { judgePolicy } from '@/lib/k8s/judge-policy'
import { sh } from '@/lib/shell'

export default check({
  id: 'policy-selects-nothing',
  level: 'vfs',
  scope: 'cluster',
  title: { pass: 'Every SR-IOV policy selects a PF', fail: 'SR-IOV policy selects nothing' },
  why: 'A policy whose selectors match no node or no NIC is stored without complaint and does nothing: its resource never appears and pods wait for it for ever.',
  refs: ['k8s-formats §3.4, §20.8', 'samples/recorded/08', 'sriov-network-operator api/v1/helper.go (Selected)'],
  needs: ['sriovPolicies', 'nodes'],
  wants: ['nodeStates'],
  after: [],
  run({ sriovPolicies, nodes, nodeStates }) {
    if (sriovPolicies.length === 0) return { status: 'skip', summary: 'There is no SriovNetworkNodePolicy' }
    if (nodes.length === 0) return lacking('no node was listed to match the policies against')
    const judged = sriovPolicies.map((policy) => judgePolicy(policy, nodes, nodeStates ?? []))
    const findings = judged.flatMap((each) => each ?? [])
    if (findings.length < judged.length && findings.every((each) => each.status === 'pass')) {
      return lacking(
        'no NIC inventory (SriovNetworkNodeState status) of the selected nodes to match the policies against',
      )
    }
    const bad = sriovPolicies.find((policy) =>
      findings.some((each) => each.status === 'fail' && each.subject === policy.name),
    )
    return fromFindings(findings, `${findings.length} SR-IOV policies each select at least one PF`, {
      reason: 'policy-selects-nothing',
      params: { resources: resourcesOf(sriovPolicies, findings) },
      fix: [
        {
          text: 'Correct nodeSelector or nicSelector of the policy',
          command: sh`kubectl -n ${bad?.namespace ?? 'network-operator'} edit sriovnetworknodepolicies.sriovnetwork.openshift.io ${bad?.name ?? ''}`,
          risk: 'drain',
          verify: 'spec.interfaces of the node states lists the PF with the policy’s resourceName',
        },
      ],
    })
  },
  examples: [
    {
      name: 'selects its PF',
      facts: { sriovPolicies: [examplePolicy()], nodes: [exampleNode()], nodeStates: [exampleState()] },
      status: 'pass',
    },
    {
      name: 'PF name misspelt',
      facts: {
        sriovPolicies: [
          examplePolicy({
            nicSelector: { vendor: '15b3', deviceId: null, pfNames: ['ibp23s0'], rootDevices: [], netFilter: null },
          }),
        ],
        nodes: [exampleNode()],
        nodeStates: [exampleState()],
      },
      status: 'fail',
    },
    {
      name: 'label value nobody has',
      facts: {
        sriovPolicies: [examplePolicy({ nodeSelector: { 'nvidia.com/gpu.present': 'yes' } })],
        nodes: [exampleNode()],
      },
      status: 'fail',
    },
    {
      name: 'no inventory yet',
      facts: {
        sriovPolicies: [examplePolicy()],
        nodes: [exampleNode()],
        nodeStates: [exampleState({ inventory: false, pfs: [], specs: [] })],
      },
      status: 'lacking',
    },
  ],
})

function resourcesOf(policies: readonly SriovPolicyFact[], findings: readonly Finding[]): string {
  const bad = new Set(findings.flatMap((each) => (each.status === 'fail' ? [each.subject] : [])))
  return distinct(policies.flatMap((each) => (bad.has(each.name) ? (each.resourceName ?? []) : []))).join(',')
}
