import { check, type Finding, lacking } from '@/lib/check'
import { exampleNode, examplePolicy, exampleState } from '@/lib/k8s/examples'
import { distinct, fromFindings, naming } from '@/lib/k8s/from-findings'
import { overlap, type TakenPf, takenPfs } from '@/lib/k8s/policy-match'
import { beats, namedOverlaps, type PolicyClash, undecided } from '@/lib/k8s/policy-overlap'
import { sh } from '@/lib/shell'

export default check({
  id: 'overlapping-policies',
  level: 'vfs',
  scope: 'cluster',
  title: { pass: 'No two SR-IOV policies claim the same VFs', fail: 'Two SR-IOV policies claim the same VFs' },
  why: 'Overlapping ranges are not merged: the losing policy’s whole VF group vanishes and with it its resource, while the operator reports Succeeded.',
  refs: ['k8s-formats §3.4, §20.10', 'samples/recorded/08', 'sriov-network-operator api/v1/helper.go (Apply)'],
  needs: ['sriovPolicies'],
  wants: ['nodes', 'nodeStates'],
  after: [],
  run({ sriovPolicies, nodes, nodeStates }) {
    if (sriovPolicies.length === 0) return { status: 'skip', summary: 'There is no SriovNetworkNodePolicy' }
    const taken = takenPfs(sriovPolicies, nodes ?? [], nodeStates ?? [])
    const clashes = [...onInventory(taken), ...namedOverlaps(sriovPolicies)]
    const pairs = new Map(clashes.map((clash) => [`${clash.loser.name}/${clash.winner.name}`, clash]))
    const findings = [...pairs.values()].map(({ winner, loser, where }): Finding => {
      const equal = winner.priority === loser.priority
      return {
        subject: loser.name,
        status: equal ? 'fail' : 'warn',
        summary: `policies ${loser.name} and ${winner.name} both take VFs of ${where}: ${equal ? `equal priority ${loser.priority}, the later name wins` : `priority ${winner.priority} of ${winner.name} beats ${loser.priority}`}, resource ${loser.resourceName ?? 'unnamed'} of ${loser.name} ends`,
      }
    })
    const inventory = nodes !== undefined && nodeStates?.some((state) => state.inventory) === true
    if (findings.length === 0 && !inventory && undecided(sriovPolicies))
      return lacking('no NIC inventory (node states and nodes) to tell which PFs the policies without pfNames take')
    if (findings.length === 0)
      return { status: 'pass', summary: `${sriovPolicies.length} SR-IOV policies, no two take the same VFs of a PF` }
    const losers = distinct(findings.map((each) => each.subject))
    return fromFindings(findings, '', {
      reason: 'overlapping-policies',
      params: { resources: distinct(clashes.flatMap(({ loser }) => loser.resourceName ?? [])).join(',') },
      fix: [
        {
          text: `Give the policies disjoint VF ranges (pfNames "<pf>#0-3" and "<pf>#4-7", same numVfs) or remove one of: ${naming(losers)}`,
          command: sh`kubectl get sriovnetworknodepolicies.sriovnetwork.openshift.io -A -o yaml`,
          risk: 'drain',
        },
      ],
    })
  },
  examples: [
    {
      name: 'one policy a PF',
      facts: { sriovPolicies: [examplePolicy()], nodes: [exampleNode()], nodeStates: [exampleState()] },
      status: 'pass',
    },
    {
      name: 'two policies, one PF, equal priority',
      facts: {
        sriovPolicies: [examplePolicy(), examplePolicy({ name: 'rail3-test', numVfs: 4, resourceName: 'rail3' })],
      },
      status: 'fail',
    },
    {
      name: 'disjoint ranges of one PF',
      facts: {
        sriovPolicies: [
          examplePolicy({
            nicSelector: { vendor: '15b3', deviceId: null, pfNames: ['ibp24s0#0-3'], rootDevices: [], netFilter: null },
          }),
          examplePolicy({
            name: 'b',
            nicSelector: { vendor: '15b3', deviceId: null, pfNames: ['ibp24s0#4-7'], rootDevices: [], netFilter: null },
          }),
        ],
      },
      status: 'pass',
    },
    {
      name: 'a stronger one takes it over',
      facts: {
        sriovPolicies: [
          examplePolicy(),
          examplePolicy({
            name: 'all',
            resourceName: 'all',
            priority: 10,
            nicSelector: { vendor: '15b3', deviceId: null, pfNames: [], rootDevices: [], netFilter: null },
          }),
        ],
        nodes: [exampleNode()],
        nodeStates: [exampleState()],
      },
      status: 'warn',
    },
  ],
})

function onInventory(taken: readonly TakenPf[]): PolicyClash[] {
  const byPf = new Map<string, TakenPf[]>()
  for (const each of taken)
    byPf.set(`${each.node} ${each.pf.pci}`, [...(byPf.get(`${each.node} ${each.pf.pci}`) ?? []), each])
  return [...byPf.values()].flatMap((claims) =>
    claims.flatMap((a, index) =>
      claims.slice(index + 1).flatMap((b) => {
        if (!overlap(a.range, b.range) || a.policy.resourceName === b.policy.resourceName) return []
        const [loser, winner] = beats(a.policy, b.policy) ? [b.policy, a.policy] : [a.policy, b.policy]
        return [{ winner, loser, where: a.pf.name ?? a.pf.pci }]
      }),
    ),
  )
}
