import type { FleetFacts, Majority } from '@/lib/fleet'

/** What one node brings to the comparison. Everything may be missing. */
export interface NodeTraits {
  node: string
  /** Values that nodes of one fleet should share: kernel, osImage, gpuCount, hcaCount, firmware… */
  attributes: Readonly<Record<string, string | number | null>>
  /** Rails (PCI order, from 1) whose port is not active. */
  railsDown: readonly number[]
  /** Port GUIDs of VFs, with the VF's PCI address. */
  guids: readonly { guid: string; pci: string }[]
}

/** A majority needs at least this many nodes that know the value: with fewer, "most" is an accident. */
const MIN_NODES = 3
/** Lists are bounded: a fleet-wide mistake must not make a fact of megabytes. */
const MAX_DUPLICATES = 200

/** Compares all nodes: majorities, rails that are down on several, GUIDs seen twice. Pure and independent of order. */
export function compareNodes(nodes: readonly NodeTraits[]): FleetFacts {
  return {
    nodes: nodes.length,
    majority: majorities(nodes),
    railsDown: sharedRails(nodes),
    duplicateGuids: duplicates(nodes),
  }
}

function majorities(nodes: readonly NodeTraits[]): Record<string, Majority> {
  const counts = new Map<string, Map<string | number, number>>()
  for (const { attributes } of nodes) {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null) continue
      const values = counts.get(key) ?? new Map<string | number, number>()
      values.set(value, (values.get(value) ?? 0) + 1)
      counts.set(key, values)
    }
  }
  const found: Record<string, Majority> = {}
  for (const [key, values] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    const of = [...values.values()].reduce((sum, count) => sum + count, 0)
    const [value, count] = [...values].reduce((best, next) => (next[1] > best[1] ? next : best))
    if (of >= MIN_NODES && count * 2 > of) found[key] = { value, count, of }
  }
  return found
}

function sharedRails(nodes: readonly NodeTraits[]): FleetFacts['railsDown'] {
  const byRail = new Map<number, string[]>()
  for (const { node, railsDown } of nodes) for (const rail of railsDown) listAt(byRail, rail).push(node)
  return [...byRail]
    .filter(([, names]) => names.length > 1)
    .sort(([a], [b]) => a - b)
    .map(([rail, names]) => ({ rail, nodes: names.sort() }))
}

function duplicates(nodes: readonly NodeTraits[]): FleetFacts['duplicateGuids'] {
  const at = new Map<string, { node: string; pci: string }[]>()
  for (const { node, guids } of nodes) for (const { guid, pci } of guids) listAt(at, guid).push({ node, pci })
  return [...at]
    .filter(([, places]) => places.length > 1)
    .sort(([a], [b]) => a.localeCompare(b))
    .slice(0, MAX_DUPLICATES)
    .map(([guid, places]) => ({
      guid,
      at: places.sort((a, b) => `${a.node} ${a.pci}`.localeCompare(`${b.node} ${b.pci}`)),
    }))
}

/** The list kept under a key, made on first use. */
function listAt<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? []
  if (list.length === 0) lists.set(key, list)
  return list
}
