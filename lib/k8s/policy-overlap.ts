import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'
import { overlap, pfName } from './policy-match'

/** Two policies that claim the same VFs. */
export interface PolicyClash {
  winner: SriovPolicyFact
  loser: SriovPolicyFact
  /** PF, by the name both use. */
  where: string
}

/** Policies that name the same PF with overlapping ranges for nodes that may be the same: seen without any inventory. */
export function namedOverlaps(policies: readonly SriovPolicyFact[]): PolicyClash[] {
  return policies.flatMap((a, index) => policies.slice(index + 1).flatMap((b) => clash(a, b)))
}

/** Lower number wins; at equal priority the later name (k8s-formats §20.10). */
export function beats(a: SriovPolicyFact, b: SriovPolicyFact): boolean {
  return a.priority === b.priority ? a.name > b.name : a.priority < b.priority
}

/** Pairs that only an inventory of NICs can tell apart: one of them names no PF. */
export function undecided(policies: readonly SriovPolicyFact[]): boolean {
  return policies.some((a, index) =>
    policies.slice(index + 1).some((b) => {
      const named = a.nicSelector.pfNames.length > 0 && b.nicSelector.pfNames.length > 0
      return !named && a.resourceName !== b.resourceName && !contradict(a.nodeSelector, b.nodeSelector) && !differ(a, b)
    }),
  )
}

function clash(a: SriovPolicyFact, b: SriovPolicyFact): PolicyClash[] {
  if (a.resourceName === b.resourceName || contradict(a.nodeSelector, b.nodeSelector) || differ(a, b)) return []
  const names = a.nicSelector.pfNames.map(pfName)
  const shared = b.nicSelector.pfNames.map(pfName).find((theirs) => {
    const mine = names.find((each) => each.name === theirs.name)
    return mine !== undefined && overlap(mine.range ?? all(a), theirs.range ?? all(b))
  })
  if (shared === undefined) return []
  const [loser, winner] = beats(a, b) ? [b, a] : [a, b]
  return [{ winner, loser, where: shared.name }]
}

function all(policy: SriovPolicyFact): { from: number; to: number } {
  return { from: 0, to: Math.max(0, (policy.numVfs ?? 1) - 1) }
}

/** True when no node can match both: one label, two values. */
function contradict(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.entries(a).some(([key, value]) => Object.hasOwn(b, key) && b[key] !== value)
}

/** True when the two ask different vendors, devices or PCI addresses. */
function differ({ nicSelector: a }: SriovPolicyFact, { nicSelector: b }: SriovPolicyFact): boolean {
  const pci =
    a.rootDevices.length > 0 && b.rootDevices.length > 0 && !a.rootDevices.some((each) => b.rootDevices.includes(each))
  return pci || unlike(a.vendor, b.vendor) || unlike(a.deviceId, b.deviceId)
}

function unlike(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a !== b
}
