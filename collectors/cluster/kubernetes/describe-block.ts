/** Fields that hold lists of maps: one entry alone looks like a map in a description. */
const LISTS = new Set([
  'interfaces',
  'Vfs',
  'vfGroups',
  'appliedStates',
  'conditions',
  'allocations',
  'ownerReferences',
  'managedFields',
  'exclusions',
  'perNodeExclusions',
  'staticAllocations',
  'routes',
  'containers',
  'initContainers',
  'volumes',
  'env',
  'tolerations',
  'matchExpressions',
  'nodeSelectorTerms',
  'configList',
  'ports',
])
/** Lists of words: one word alone looks like nothing else. */
const MAX_DEPTH = 20
const LINE = /^( *)([^:\s][^:]{0,200}):(?:\s+(.*))?$/

type Block = Record<string, unknown>

/**
 * Reads the fields of a custom resource as `kubectl describe` prints them: every level two spaces deeper, keys in order of their
 * names and written in words (`Sync Status`), entries of a list one behind the other: a key that does not come later in the order
 * begins the next entry (k8s.io/kubectl pkg/describe printUnstructuredContent).
 */
export function readBlock(lines: readonly string[]): Block {
  const cursor = { at: 0 }
  const [first] = entries(lines, cursor, 0, 0)
  return first ?? {}
}

function entries(lines: readonly string[], cursor: { at: number }, indent: number, depth: number): Block[] {
  const found: Block[] = []
  let last = ''
  while (cursor.at < lines.length) {
    const line = lines[cursor.at] ?? ''
    if (line.trim() === '') {
      cursor.at += 1
      continue
    }
    const spaces = line.length - line.trimStart().length
    if (spaces < indent) break
    const match = spaces === indent ? LINE.exec(line) : null
    cursor.at += 1
    if (!match) continue
    const key = fieldOf(match[2] ?? '')
    if (found.length === 0 || (indent > 0 && key <= last)) found.push({})
    last = key
    const block = found[found.length - 1]
    if (block) block[key] = valueBehind(lines, cursor, match[3]?.trim() ?? '', { indent, depth, key })
  }
  return found
}

function valueBehind(
  lines: readonly string[],
  cursor: { at: number },
  printed: string,
  { indent, depth, key }: { indent: number; depth: number; key: string },
): unknown {
  if (/^[[{]/.test(printed)) return continued(lines, cursor, printed)
  if (printed !== '') return printed
  const next = lines[cursor.at] ?? ''
  const deeper = next.length - next.trimStart().length
  if (next.trim() === '' || deeper <= indent || depth >= MAX_DEPTH) return ''
  if (!LINE.test(next)) return wordsBelow(lines, cursor, deeper)
  const below = entries(lines, cursor, deeper, depth + 1)
  return below.length > 1 || LISTS.has(key) ? below : (below[0] ?? '')
}

function wordsBelow(lines: readonly string[], cursor: { at: number }, indent: number): string[] {
  const found: string[] = []
  while (cursor.at < lines.length) {
    const line = lines[cursor.at] ?? ''
    if (line.length - line.trimStart().length !== indent || LINE.test(line)) break
    found.push(line.trim())
    cursor.at += 1
  }
  return found
}

/** A text over several lines (a configuration in JSON) is printed as it is, without indent: it ends where its brackets close. */
function continued(lines: readonly string[], cursor: { at: number }, first: string): string {
  let text = first
  for (let more = 0; more < 500 && !isJson(text) && cursor.at < lines.length; more += 1) {
    text = `${text}\n${lines[cursor.at] ?? ''}`
    cursor.at += 1
  }
  return text
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** `Sync Status` → `syncStatus`, `Device ID` → `deviceID`, `E Switch Mode` → `eSwitchMode`; other words are printed as they are. */
function fieldOf(label: string): string {
  if (label === 'Vfs' || !/^[A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*$/.test(label)) return label
  const [first = '', ...rest] = label.split(' ')
  const head = first === first.toUpperCase() ? first.toLowerCase() : first[0]?.toLowerCase() + first.slice(1)
  return head + rest.join('')
}
