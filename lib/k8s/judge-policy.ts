import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { NodeStateFact, PfState } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'
import type { Finding } from '@/lib/check'
import { distinct, naming } from './from-findings'
import { nodesOfPolicy, pfName, takesPf } from './policy-match'

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
  return {
    subject: policy.name,
    status: 'fail',
    summary: `policy ${policy.name} selects no NIC: ${selectorWords(policy, pfs)}`,
  }
}

/** The part of the selector that nothing fits, beside what comes nearest to it. */
function selectorWords({ nicSelector }: SriovPolicyFact, pfs: readonly PfState[]): string {
  const { vendor, deviceId, pfNames, rootDevices } = nicSelector
  const wanted = pfNames.map((entry) => pfName(entry).name)
  const named = pfs.filter((pf) => wanted.some((name) => name === pf.name || pf.altNames.includes(name)))
  const about = named.length > 0 ? named : pfs
  if (wanted.length > 0 && named.length === 0) {
    const near = distinct(pfs.flatMap((pf) => pf.name ?? [])).toSorted(
      (a, b) => distance(a, wanted) - distance(b, wanted),
    )
    return `there is no PF ${naming(wanted)}; the nodes have ${naming(near) || 'none'}`
  }
  const kinds = naming(distinct(about.map((pf) => `${pf.name ?? pf.pci} (${pf.vendor ?? '?'}:${pf.deviceId ?? '?'})`)))
  const asks = [
    vendor && `vendor ${vendor}`,
    deviceId && `device ${deviceId}`,
    rootDevices.length > 0 && `PCI ${naming(rootDevices)}`,
  ]
  return `it asks ${asks.filter(Boolean).join(', ') || 'nothing'}; the nodes have ${kinds || 'none'}`
}

/** Characters that differ between a name and the nearest wanted one: a typing error comes first. */
function distance(name: string, wanted: readonly string[]): number {
  const steps = wanted.map((each) => {
    let same = 0
    while (same < name.length && name[same] === each[same]) same += 1
    let tail = 0
    while (tail < Math.min(name.length, each.length) - same && name.at(-1 - tail) === each.at(-1 - tail)) tail += 1
    return Math.max(name.length, each.length) - same - tail
  })
  return Math.min(...steps)
}

function labelWords(policy: SriovPolicyFact, nodes: readonly NodeFact[]): string {
  const parts = Object.entries(policy.nodeSelector).map(([key, value]) => {
    const values = distinct(nodes.flatMap((node) => node.labels[key] ?? []))
    return `it asks ${key}=${value}, the nodes have ${values.length === 0 ? 'no such label' : naming(values.map((each) => `"${each}"`))}`
  })
  return parts.join('; ')
}
