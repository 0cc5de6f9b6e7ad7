import { check, type Finding, lacking } from '@/lib/check'
import { examplePolicy, exampleState } from '@/lib/k8s/examples'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { linkTypes } from '@/lib/k8s/link-types'
import { exampleNad } from '@/lib/k8s/pool-examples'
import { bare } from '@/lib/k8s/resources'

export default check({
  id: 'nad-wrong-type',
  level: 'resources',
  scope: 'cluster',
  title: { pass: 'Networks use the CNI of their fabric', fail: 'Network uses the wrong CNI for its fabric' },
  why: 'InfiniBand VFs need ib-sriov (SriovIBNetwork), Ethernet VFs need sriov (SriovNetwork). The other one fails on VLAN or GUID when a pod starts.',
  refs: ['k8s-formats §3.4, §9 (NAD-3)', 'sriov-cni, ib-sriov-cni'],
  needs: ['nads'],
  wants: ['nodeStates', 'sriovPolicies'],
  after: [],
  run({ nads, nodeStates, sriovPolicies }) {
    const users = nads.filter(
      (nad) => nad.resourceName !== null && (nad.config?.type === 'sriov' || nad.config?.type === 'ib-sriov'),
    )
    if (users.length === 0)
      return { status: 'skip', summary: 'No attachment definition uses the sriov or ib-sriov CNI' }
    const fabric = linkTypes(nodeStates, sriovPolicies)
    const findings = users.flatMap((nad): Finding[] => {
      const links = [...(fabric.get(bare(nad.resourceName ?? '')) ?? [])]
      if (links.length === 0) return []
      const subject = `${nad.namespace ?? 'default'}/${nad.name}`
      const wanted = nad.config?.type === 'ib-sriov' ? 'IB' : 'ETH'
      const wrong = links.filter((link) => link !== wanted)
      const words = `${subject}: CNI type ${nad.config?.type ?? ''} on ${naming(links)} VFs of ${nad.resourceName ?? ''}`
      if (wrong.length === 0) return [{ subject, status: 'pass', summary: words }]
      const right = wanted === 'IB' ? 'SriovNetwork (sriov)' : 'SriovIBNetwork (ib-sriov)'
      return [{ subject, status: links.length > 1 ? 'warn' : 'fail', summary: `${words}; it needs ${right}` }]
    })
    if (findings.length === 0) return lacking('no node state or policy tells the link type of the VFs')
    return fromFindings(findings, `${findings.length} network(s) use the CNI of their link type`, {
      reason: 'nad-wrong-type',
      params: { networks: findings.filter((each) => each.status !== 'pass').length },
      fix: [
        {
          text: 'Replace the network object by the right kind (SriovIBNetwork for InfiniBand, SriovNetwork for Ethernet) with the same resourceName',
          risk: 'restart-pods',
        },
      ],
    })
  },
  examples: [
    { name: 'ib-sriov on InfiniBand', facts: { nads: [exampleNad()], nodeStates: [exampleState()] }, status: 'pass' },
    {
      name: 'sriov on InfiniBand',
      facts: { nads: [withType('sriov')], sriovPolicies: [examplePolicy()] },
      status: 'fail',
    },
    { name: 'link type unknown', facts: { nads: [exampleNad()] }, status: 'lacking' },
  ],
})

function withType(type: string) {
  const nad = exampleNad()
  return { ...nad, config: nad.config && { ...nad.config, type } }
}
