import { check, type Finding, lacking } from '@/lib/check'
import { exampleState } from '@/lib/k8s/examples'
import { fromFindings, naming } from '@/lib/k8s/from-findings'
import { pfRows } from '@/lib/k8s/pf-rows'

export default check({
  id: 'rail-count-mismatch',
  level: 'resources',
  title: {
    pass: 'As many rails are offered as the platform has',
    fail: 'Fewer or more rails offered than the platform has',
  },
  why: 'Each rail needs a policy that makes VFs of its PF. A rail without one is lost to every pod, and NCCL runs at the pace of what is left.',
  refs: ['CHECKS §7, §Profiles', 'k8s-formats §3.4'],
  needs: ['nodeStates'],
  after: [],
  run({ nodeStates }, { profile }) {
    if (nodeStates.length === 0) return lacking('the SR-IOV operator keeps no state for this node')
    if (!profile?.rails) return lacking('no profile tells how many rails this platform has')
    const { value: rails, source } = profile.rails
    const findings = nodeStates.map((state): Finding => {
      const offered = pfRows(state).filter(
        (row) => row.wanted > 0 && row.spec.vfGroups.some((group) => group.resourceName !== null),
      )
      const words = `${state.node}: policies offer VFs of ${offered.length} PFs, profile ${profile.id} has ${rails} rails (${source})`
      if (offered.length === rails) return { subject: state.node, status: 'pass', summary: words }
      return {
        subject: state.node,
        status: 'warn',
        summary: `${words}: ${naming(
          offered.map((row) => row.label),
          9,
        )}`,
      }
    })
    return fromFindings(findings, `${rails} of ${rails} rails are offered`, {
      reason: 'rail-count-mismatch',
      params: { rails },
      fix: [
        {
          text: 'Add a SriovNetworkNodePolicy for each missing rail, or narrow one that takes a PF that is no rail',
          risk: 'drain',
        },
      ],
    })
  },
  examples: [
    {
      name: 'all of them',
      facts: { nodeStates: [exampleState()] },
      context: { profile: profileOf(1) },
      status: 'pass',
    },
    {
      name: 'one of eight',
      facts: { nodeStates: [exampleState()] },
      context: { profile: profileOf(8) },
      status: 'warn',
    },
    { name: 'no profile', facts: { nodeStates: [exampleState()] }, status: 'lacking' },
  ],
})

function profileOf(rails: number) {
  return { id: 'dgx-b200', title: 'DGX B200', products: [], rails: { value: rails, source: 'example' } }
}
