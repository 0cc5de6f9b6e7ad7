interface Hit {
  count: number
  at: number
  bootId: string
}

/** Remembers sections that time out, so that stuck tools do not pile up on a node (F-25). */
export class HungSections {
  private readonly hits = new Map<string, Map<string, Hit>>()

  constructor(
    private readonly skipMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Why the section must not be started now, or null. */
  skip(node: string, id: string): string | null {
    const hit = this.hits.get(node)?.get(id)
    if (!hit || hit.count < 2 || this.now() - hit.at > this.skipMs) return null
    return `not started: it timed out ${hit.count} times in a row and its previous instance may still hang`
  }

  timedOut(node: string, id: string, bootId: string): void {
    const held = this.hits.get(node) ?? new Map<string, Hit>()
    const count = (held.get(id)?.count ?? 0) + 1
    this.hits.set(node, held.set(id, { count, at: this.now(), bootId }))
  }

  answered(node: string, id: string): void {
    const held = this.hits.get(node)
    if (held?.delete(id) && held.size === 0) this.hits.delete(node)
  }

  /** A new boot has no stuck process of the old one. */
  booted(node: string, bootId: string): void {
    const held = this.hits.get(node)
    if (!held || bootId === '') return
    for (const [id, hit] of held) if (hit.bootId !== bootId) held.delete(id)
  }
}
