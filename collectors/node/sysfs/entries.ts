/** One line of a tree: a file with its value, or a link with its target. */
export interface Entry {
  /** Path without `/sys/class/infiniband/`, `/sys/class/net/`, `/sys/bus/pci/devices/` and the like. */
  path: string
  /** Which of these trees the path was in; null when it was relative. */
  tree: 'infiniband' | 'net' | 'pci' | null
  value: string | null
  target: string | null
}

const PCI_PART = '[0-9a-fA-F]{4,5}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]'
/** A path may hold PCI addresses, whose colons are not the one before the value. */
const FILE = new RegExp(`^(/?(?:(?:${PCI_PART}|pci[0-9a-fA-F]{4,5}:[0-9a-fA-F]{2}|[^/:\\s]+)/)*[^/:\\s]+):(.*)$`)
/** The beginning of a PCI address or bus at the end of a text. */
const MAYBE_PCI = /(?:^|\/)(?:pci)?[0-9a-fA-F]{4,5}$/
/** Also `ls -l` lines, whose path is the word before the arrow. */
const LINK = /(?:^|\s)'?([^\s']+)'? -> '?([^\s']+)'?\s*$/
const TREES = [
  { tree: 'infiniband', part: 'class/infiniband/', pattern: /^(?:.*\/)?(?:sys\/)?class\/infiniband\// },
  { tree: 'net', part: 'class/net/', pattern: /^(?:.*\/)?(?:sys\/)?class\/net\// },
  { tree: 'pci', part: 'bus/pci/devices/', pattern: /^(?:.*\/)?(?:sys\/)?bus\/pci\/devices\// },
  {
    tree: 'pci',
    part: 'devices/',
    pattern: /^(?:\/?sys\/)?devices\/(?:[^/]+\/)*(?=[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]\/)/,
  },
] as const

/** `==> PATH <==`, as head and tail print it above each of several files. */
const TITLED = /^==> (\/?[^\s:]\S{0,500}) <==$/

/** Lines that are entries, in order; everything else is left out. The last line counts only when it is ended. */
export function entries(lines: readonly string[]): Entry[] {
  return joined(lines.slice(0, -1)).flatMap((line) => {
    if (line.length > 2000) return []
    const link = line.includes(' -> ') ? LINK.exec(line) : null
    const file = link ? null : pathAndValue(line.trimStart())
    const path = link?.[1] ?? file?.[1]
    if (path === undefined || !(path.includes('/') || /^(?:sriov_|virtfn)/.test(path))) return []
    return [{ ...rooted(path), value: file ? (file[2] ?? '').trim() : null, target: link?.[2] ?? null }]
  })
}

/** `FILE` for the usual path, which ends at the first colon; only where a PCI address may stand before that colon it takes the pattern. */
function pathAndValue(line: string): readonly (string | undefined)[] | null {
  const colon = line.indexOf(':')
  if (colon <= 0) return null
  const path = line.slice(0, colon)
  if (MAYBE_PCI.test(path)) return FILE.exec(line)
  return path.endsWith('/') || path.includes('//') || /\s/.test(path) ? null : [line, path, line.slice(colon + 1)]
}

/** Titles and the one line below each as `path:value`; a file of several lines is none of ours. */
export function joined(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => TITLED.test(line))) return lines
  return lines.flatMap((line, at) => {
    const path = TITLED.exec(line)?.[1]
    if (path === undefined) return TITLED.test(lines[at - 1] ?? '') ? [] : [line]
    const [value = '', next = ''] = [lines[at + 1], lines[at + 2]]
    return value !== '' && (next === '' || TITLED.test(next)) && !TITLED.test(value) ? [`${path}:${value}`] : []
  })
}

function rooted(path: string): Pick<Entry, 'path' | 'tree'> {
  for (const { tree, part, pattern } of TREES) {
    if (!path.includes(part)) continue
    const match = pattern.exec(path)
    if (match) return { path: path.slice(match[0].length), tree }
  }
  return { path: path.replace(/^(?:\.\/)+/, ''), tree: null }
}

/** A decimal number, or null. */
export function decimal(text: string | null): number | null {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null
}
