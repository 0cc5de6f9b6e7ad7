/** Takes disjoint pairs in order: every node with the nearest later one it may be paired with. `odd`: those without a partner. */
export function match(
  nodes: readonly string[],
  may: (one: string, other: string) => boolean,
): { pairs: [string, string][]; odd: string[] } {
  const pairs: [string, string][] = []
  const odd: string[] = []
  const left = [...nodes]
  for (let one = left.shift(); one !== undefined; one = left.shift()) {
    const first = one
    const at = left.findIndex((other) => may(first, other))
    const [other] = at < 0 ? [] : left.splice(at, 1)
    if (other === undefined) odd.push(first)
    else pairs.push([first, other])
  }
  return { pairs, odd }
}

/** The groups of a list that share no node with an earlier one. */
export function disjoint<G extends { nodes: readonly string[] }>(groups: readonly G[]): G[] {
  const used = new Set<string>()
  return groups.filter((group) => {
    if (group.nodes.some((node) => used.has(node))) return false
    for (const node of group.nodes) used.add(node)
    return true
  })
}
