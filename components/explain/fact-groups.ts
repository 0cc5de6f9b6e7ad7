/** A value by its name. */
export interface Fact {
  name: string
  value: unknown
}

/** A list of things that all have names for their parts. */
export interface FactList {
  name: string
  columns: readonly string[]
  rows: readonly Readonly<Record<string, unknown>>[]
}

const MAX_DEPTH = 4
/** Columns beyond which a table cannot be read; the fullest ones stay. */
const MAX_COLUMNS = 9

/** Facts in two shapes that can be read: values with their names, and tables. Lists inside lists become tables of their own. */
export function factGroups(facts: Readonly<Record<string, unknown>>): { plain: Fact[]; tables: FactList[] } {
  const plain: Fact[] = []
  const tables: FactList[] = []
  const walk = (value: unknown, name: string, depth: number): void => {
    if (Array.isArray(value) && value.length > 0 && value.every(isFields)) {
      tables.push(tableOf(name, value))
      for (const key of new Set(value.flatMap((row) => Object.keys(row)))) {
        const inner = value.flatMap((row) => {
          const list = row[key]
          return Array.isArray(list) && list.every(isFields) ? list.map((one) => ({ of: labelOf(row), ...one })) : []
        })
        if (inner.length > 0 && depth < MAX_DEPTH) walk(inner, `${name}: ${key}`, depth + 1)
      }
    } else if (isFields(value) && depth < MAX_DEPTH) {
      for (const [key, inner] of Object.entries(value)) walk(inner, name === '' ? key : `${name}.${key}`, depth + 1)
    } else plain.push({ name, value })
  }
  walk(facts, '', 0)
  return { plain, tables }
}

/** A value in words; null: unknown. */
export function words(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.every(isFields) ? `${value.length} below` : value.map(words).join(', ')
  if (isFields(value)) {
    const parts = Object.entries(value).map(([key, inner]) => `${key} ${words(inner) ?? 'unknown'}`)
    return parts.length === 0 ? 'none' : parts.join(', ')
  }
  return String(value)
}

function tableOf(name: string, rows: readonly Readonly<Record<string, unknown>>[]): FactList {
  const filled = new Map<string, number>()
  for (const row of rows)
    for (const [key, value] of Object.entries(row))
      filled.set(key, (filled.get(key) ?? 0) + Number(value !== null && value !== undefined))
  const names = [...filled.keys()]
  const kept = [...filled].sort((a, b) => b[1] - a[1]).slice(0, MAX_COLUMNS)
  const columns = names.filter((key) => kept.some(([one]) => one === key))
  return { name, columns, rows }
}

/** How people call a thing: the first of its names. */
function labelOf(row: Readonly<Record<string, unknown>>): string {
  for (const key of ['name', 'device', 'pci', 'netdev', 'index']) {
    const value = row[key]
    if (typeof value === 'string' || typeof value === 'number') return String(value)
  }
  return ''
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
