import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'
import { distinct } from './from-findings'
import { nodesOfPolicy } from './policy-match'

/**
 * Resource names without prefix that the node should offer: what its node state hands out, else what the policies that select it
 * define. The node state is stronger: a policy may select no NIC of this node.
 */
export function expectedResources(
  node: NodeFact,
  states: readonly NodeStateFact[] = [],
  policies: readonly SriovPolicyFact[] = [],
): readonly string[] {
  const state = states.find((each) => each.node === node.name)
  const fromState = state?.specs
    .filter((spec) => (spec.numVfs ?? 0) > 0)
    .flatMap((spec) => spec.vfGroups.flatMap((group) => group.resourceName ?? []))
  if (fromState && fromState.length > 0) return distinct(fromState)
  const mine = policies.filter((policy) => nodesOfPolicy(policy, [node]).length > 0)
  return distinct(mine.filter((policy) => (policy.numVfs ?? 0) > 0).flatMap((policy) => policy.resourceName ?? []))
}

/** Every resource name that policies and node states define, without prefix. */
export function definedResources(
  states: readonly NodeStateFact[] = [],
  policies: readonly SriovPolicyFact[] = [],
): ReadonlySet<string> {
  return new Set([
    ...policies.flatMap((policy) => policy.resourceName ?? []),
    ...states.flatMap((state) =>
      state.specs.flatMap((spec) => spec.vfGroups.flatMap((group) => group.resourceName ?? [])),
    ),
  ])
}
