/** A map of sets with limits: what an endless or hostile log may make us remember. */
export class BoundedIndex {
  private readonly entries = new Map<string, Set<string>>()

  constructor(
    private readonly maxKeys: number,
    private readonly maxValues: number,
  ) {}

  /** Remembers the key, and the value if there is one. */
  add(key: string, value: string | null): void {
    let values = this.entries.get(key)
    if (!values) {
      if (this.entries.size >= this.maxKeys) return
      values = new Set()
      this.entries.set(key, values)
    }
    if (value !== null && values.size < this.maxValues) values.add(value)
  }

  keys(): string[] {
    return [...this.entries.keys()]
  }

  /** Keys with their values, in order of appearance. */
  list(): { key: string; values: string[] }[] {
    return [...this.entries].map(([key, values]) => ({ key, values: [...values] }))
  }
}
