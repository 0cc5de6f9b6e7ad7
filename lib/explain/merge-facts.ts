/** Fields that name one thing of a list; the first that all entries carry is used. */
const IDENTITIES: readonly (readonly string[])[] = [
  ['pci'],
  ['device', 'port'],
  ['device'],
  ['name', 'index'],
  ['name'],
  ['netdev'],
  ['index'],
]

type Fields = Readonly<Record<string, unknown>>

/**
 * One fact of two captures of the same kind about the same node: eight answers of eight adapters become one list. A thing that both
 * name is taken from the later one, and so is every plain value; a list whose entries name nothing is the later one's alone, because
 * half of each would be neither. What is incomplete in one stays incomplete.
 */
export function mergeFact(earlier: unknown, later: unknown): unknown {
  if (Array.isArray(earlier) && Array.isArray(later)) return mergeLists(earlier, later)
  if (!isFields(earlier) || !isFields(later)) return later
  const merged: Record<string, unknown> = { ...earlier, ...later }
  for (const [key, value] of Object.entries(later)) {
    const before = earlier[key]
    if (Array.isArray(before) && Array.isArray(value)) merged[key] = mergeLists(before, value)
    else if (value === null && before !== undefined) merged[key] = before
  }
  if (earlier.complete === false || later.complete === false) merged.complete = false
  return merged
}

function mergeLists(earlier: readonly unknown[], later: readonly unknown[]): readonly unknown[] {
  if (earlier.length === 0) return later
  if (later.length === 0) return earlier
  const fields = IDENTITIES.find((names) => [...earlier, ...later].every((entry) => identity(entry, names) !== null))
  if (fields === undefined) return later
  const byName = new Map<string, unknown>()
  for (const entry of [...earlier, ...later]) byName.set(identity(entry, fields) ?? '', entry)
  return [...byName.values()]
}

function identity(entry: unknown, names: readonly string[]): string | null {
  if (!isFields(entry)) return null
  const values = names.map((name) => entry[name])
  return values.every((value) => typeof value === 'string' || typeof value === 'number') ? values.join(' ') : null
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
