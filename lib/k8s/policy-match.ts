import type { NodeFact } from '@/collectors/cluster/node/collector'
import { hasLabels } from '@/collectors/cluster/selector'
import type { NodeStateFact, PfState } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'

/** A pfNames entry: name and the range of VFs it asks (`ibp24s0#0-3`). */
export interface PfName {
  name: string
  range: { from: number; to: number } | null
}

/** Reads one pfNames entry. */
export function pfName(entry: string): PfName {
  const [name = '', tail] = entry.split('#')
  const range = /^(\d{1,3})-(\d{1,3})$/.exec(tail ?? '')
  return { name, range: range ? { from: Number(range[1]), to: Number(range[2]) } : null }
}

/** True when the policy's nicSelector takes this PF; null where a netFilter decides, which only OpenStack knows. */
export function takesPf(policy: SriovPolicyFact, pf: PfState): boolean | null {
  const { vendor, deviceId, pfNames, rootDevices, netFilter } = policy.nicSelector
  if (vendor !== null && vendor !== pf.vendor) return false
  if (deviceId !== null && deviceId.toLowerCase() !== pf.deviceId?.toLowerCase()) return false
  if (pfNames.length > 0 && !pfNames.some((entry) => namesOf(pf).includes(pfName(entry).name))) return false
  if (rootDevices.length > 0 && !rootDevices.some((each) => each.toLowerCase() === pf.pci)) return false
  return netFilter === null ? true : null
}

function namesOf(pf: PfState): readonly (string | null)[] {
  return [pf.name, ...pf.altNames]
}

/** Nodes that a policy's nodeSelector matches. */
export function nodesOfPolicy(policy: SriovPolicyFact, nodes: readonly NodeFact[]): readonly NodeFact[] {
  return nodes.filter((node) => hasLabels(policy.nodeSelector, node))
}

/** A PF that a policy takes on a node. */
export interface TakenPf {
  policy: SriovPolicyFact
  node: string
  pf: PfState
  range: { from: number; to: number }
}

/** Every PF that the policies take, on nodes whose inventory was reported. */
export function takenPfs(
  policies: readonly SriovPolicyFact[],
  nodes: readonly NodeFact[],
  states: readonly NodeStateFact[],
): readonly TakenPf[] {
  return policies.flatMap((policy) => {
    const names = new Set(nodesOfPolicy(policy, nodes).map((node) => node.name))
    return states
      .filter((state) => names.has(state.node))
      .flatMap((state) =>
        state.pfs.flatMap((pf) =>
          takesPf(policy, pf) === true ? [{ policy, node: state.node, pf, range: rangeOn(policy, pf) }] : [],
        ),
      )
  })
}

/** VFs of the PF that the policy asks: the range of its pfNames entry, else all. */
function rangeOn(policy: SriovPolicyFact, pf: PfState): { from: number; to: number } {
  const entry = policy.nicSelector.pfNames.map(pfName).find((each) => namesOf(pf).includes(each.name))
  return entry?.range ?? { from: 0, to: Math.max(0, (policy.numVfs ?? 1) - 1) }
}

/** True when two ranges share a VF. */
export function overlap(a: { from: number; to: number }, b: { from: number; to: number }): boolean {
  return a.from <= b.to && b.from <= a.to
}
