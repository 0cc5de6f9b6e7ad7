import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'
import type { Finding } from '@/lib/check'
import { distinct, naming } from './from-findings'
import { nodesOfPolicy, takesPf } from './policy-match'

/** What a policy selects. Null: the nodes reported no NIC inventory yet, so nothing can be said. */
export function judgePolicy(
  policy: SriovPolicyFact,
  nodes: readonly NodeFact[],
  states: readonly NodeStateFact[],
): Finding | null {
  const selected = nodesOfPolicy(policy, nodes)
  if (selected.length === 0)
    return {
      subject: policy.name,
      status: 'fail',
      summary: `policy ${policy.name} selects no node: ${labelWords(policy, nodes)}`,
    }
  const inventories = states.filter((state) => state.inventory && selected.some((node) => node.name === state.node))
  if (inventories.length === 0) return null
  const pfs = inventories.flatMap((state) => state.pfs)
  const taken = pfs.map((pf) => takesPf(policy, pf))
  if (taken.includes(true))
    return {
      subject: policy.name,
      status: 'pass',
      summary: `selects ${taken.filter((each) => each === true).length} PFs`,
    }
  if (taken.includes(null)) return null
  const { vendor, deviceId, pfNames, rootDevices } = policy.nicSelector
  const wants = [
    vendor && `vendor ${vendor}`,
    deviceId && `device ${deviceId}`,
    pfNames.length > 0 && `PF ${naming(pfNames)}`,
    rootDevices.length > 0 && `PCI ${naming(rootDevices)}`,
  ]
  const there = naming(distinct(pfs.map((pf) => `${pf.name ?? pf.pci} (${pf.vendor ?? '?'}:${pf.deviceId ?? '?'})`)), 8)
  return {
    subject: policy.name,
    status: 'fail',
    summary: `policy ${policy.name} selects no NIC: it asks ${wants.filter(Boolean).join(', ') || 'nothing'}; the nodes have ${there || 'none'}`,
  }
}

function labelWords(policy: SriovPolicyFact, nodes: readonly NodeFact[]): string {
  const parts = Object.entries(policy.nodeSelector).map(([key, value]) => {
    const values = distinct(nodes.flatMap((node) => node.labels[key] ?? []))
    return `it asks ${key}=${value}, the nodes have ${values.length === 0 ? 'no such label' : naming(values.map((each) => `"${each}"`))}`
  })
  return parts.join('; ')
}
