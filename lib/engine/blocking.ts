/**
 * What blocks what, check by check (DESIGN §3, P-30): a check is blocked when something in its `after` failed, or is itself blocked,
 * and it did not pass (or skip) on its own. If it passed all the same, that is a contradiction worth saying (I8).
 */
export interface Blockable {
  id: string
  after: readonly string[]
  state: 'pass' | 'warn' | 'fail' | 'skip' | 'unknown'
}

export interface Blocking {
  /** Failed checks behind each blocked check, nearest first, by its id. */
  blockedBy: ReadonlyMap<string, readonly string[]>
  /** Failed checks that a passing check rests on, by its id. */
  contradicts: ReadonlyMap<string, readonly string[]>
}

/** Computes blocking over one node's checks. Unknown ids in `after` are ignored; a cycle blocks nothing by itself. */
export function computeBlocking(checks: readonly Blockable[]): Blocking {
  const byId = new Map(checks.map((check) => [check.id, check]))
  const roots = new Map<string, readonly string[]>()
  const open = new Set<string>()

  /** Failed checks below `id` that are not explained away by a pass in between. */
  function rootsOf(id: string): readonly string[] {
    const known = roots.get(id)
    if (known) return known
    const check = byId.get(id)
    if (!check || open.has(id)) return []
    open.add(id)
    const found = new Set<string>()
    for (const below of check.after) {
      const state = byId.get(below)?.state
      if (state === undefined || state === 'pass' || state === 'skip') continue
      const deeper = rootsOf(below)
      if (deeper.length > 0) for (const root of deeper) found.add(root)
      else if (state === 'fail') found.add(below)
    }
    open.delete(id)
    const list = [...found]
    roots.set(id, list)
    return list
  }

  const blockedBy = new Map<string, readonly string[]>()
  const contradicts = new Map<string, readonly string[]>()
  for (const check of checks) {
    const below = rootsOf(check.id)
    if (below.length === 0 || check.state === 'skip') continue
    if (check.state === 'pass') contradicts.set(check.id, below)
    else blockedBy.set(check.id, below)
  }
  return { blockedBy, contradicts }
}
