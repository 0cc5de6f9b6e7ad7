import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'

/**
 * Link types (IB, ETH) of the PFs behind each resource name (without prefix): what the nodes report, else what their spec or the
 * policies ask.
 */
export function linkTypes(
  states: readonly NodeStateFact[] = [],
  policies: readonly SriovPolicyFact[] = [],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const add = (resource: string | null, link: string | null) => {
    if (resource !== null && link !== null) found.set(resource, (found.get(resource) ?? new Set()).add(link))
  }
  for (const state of states)
    for (const spec of state.specs) {
      const seen = state.pfs.find((pf) => pf.pci === spec.pci)?.linkType ?? spec.linkType
      for (const group of spec.vfGroups) add(group.resourceName, seen)
    }
  for (const policy of policies)
    if (policy.resourceName !== null && !found.has(policy.resourceName)) add(policy.resourceName, policy.linkType)
  return found
}
