/** One line of a tree: a file with its value, or a link with its target. */
export interface Entry {
  /** Path without `/sys/class/infiniband/`, `/sys/class/net/`, `/sys/bus/pci/devices/` and the like. */
  path: string
  /** Its first name: a device's, a function's address; the whole path where it is only one name. */
  first: string
  /** Which of these trees the path was in; null when it was relative. */
  tree: 'infiniband' | 'net' | 'pci' | null
  value: string | null
  target: string | null
}

const PCI_PART = '[0-9a-fA-F]{4,5}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]'
/** A path may hold PCI addresses, whose colons are not the one before the value. */
const FILE = new RegExp(`^(/?(?:(?:${PCI_PART}|pci[0-9a-fA-F]{4,5}:[0-9a-fA-F]{2}|[^/:\\s]+)/)*[^/:\\s]+):(.*)$`)
/** A name that may be the beginning of a PCI address or bus, whose first colon is not the one before the value. */
const MAYBE_PCI = /^(?:pci)?[0-9a-fA-F]{4,5}$/
/** No path: white space, an empty name. */
const NO_PATH = /\s|\/\/|\/$/
/** What `ls -l` puts before a link; behind anything else stands another line's link. */
const LISTED = /\bl[rwx-]{9}[.+@]?\s/
/** Also `ls -l` lines, whose path is the word before the arrow. */
const LINK = /(?:^|\s)'?([^\s']+)'? -> '?([^\s']+)'?\s*$/
const ABOVE = [
  { tree: 'infiniband', folder: 'class/infiniband/' },
  { tree: 'net', folder: 'class/net/' },
  { tree: 'pci', folder: 'bus/pci/devices/' },
] as const
/** What stands before a function's own files in the tree of all devices. */
const IN_DEVICES = /^(?:\/?sys\/)?devices\/(?:[^/]+\/)*(?=[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]\/)/

/** `==> PATH <==`, as head and tail print it above each of several files. */
const TITLED = /^==> (\/?[^\s:]\S{0,500}) <==$/

/** Files that never have a second line, whatever a paste puts behind them. */
const ONE_LINE =
  /\/(?:state|phys_state|rate|link_layer|(?:sm_)?lid|fw_ver|hca_type|board_id|node_guid|sriov_\w+|numa_node|(?:hw_)?counters\/\w+)$/

/** The value of a file that a tool did not find. */
export const ABSENT = 'No such file or directory'
/** `cat: PATH: No such file or directory`, as cat, grep, head and ls say it. */
const NOT_FOUND =
  /^(?:cat|grep|head|tail|ls): (?:cannot (?:access|open) )?['‘]?(\/?[^\s:'’]{0,300}sriov_totalvfs)['’]?(?: for reading)?: No such file or directory$/

/** Lines that are entries, in order; everything else is left out. The last line counts only when it is ended. */
export function entries(lines: readonly string[]): Entry[] {
  const found: Entry[] = []
  let first = ''
  for (const line of joined(lines.slice(0, -1))) {
    const entry = line.length > 2000 ? null : entryOf(line, first)
    if (entry === null) continue
    found.push(entry)
    first = entry.first
  }
  return found
}

/** @param last first name of the entry before, which most entries share */
function entryOf(line: string, last: string): Entry | null {
  const link = line.includes(' -> ') ? LINK.exec(line) : null
  if (link) {
    const [, path = '', target = ''] = link
    const before = line.slice(0, link.index)
    if (before.trim() !== '' && !LISTED.test(before)) return null
    return rooted(path, null, target, last)
  }
  const text = line.trimStart()
  const colon = text.indexOf(':')
  if (colon <= 0) return null
  const lost = line.endsWith(ABSENT) ? NOT_FOUND.exec(text)?.[1] : undefined
  if (lost !== undefined) return rooted(lost, ABSENT, null, last)
  const name = text.lastIndexOf('/', colon) + 1
  const usual = colon - name < 4 || colon - name > 8 || !MAYBE_PCI.test(text.slice(name, colon))
  if (usual) {
    const path = text.slice(0, colon)
    return NO_PATH.test(path) ? null : rooted(path, text.slice(colon + 1).trim(), null, last)
  }
  const [, path, value = ''] = FILE.exec(text) ?? []
  return path === undefined ? null : rooted(path, value.trim(), null, last)
}

/** Titles and the one line below each as `path:value`; a file of several lines is none of ours. */
export function joined(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => line.startsWith('==> ') && TITLED.test(line))) return lines
  return lines.flatMap((line, at) => {
    const path = TITLED.exec(line)?.[1]
    if (path === undefined) return isRead(lines, at - 1) ? [] : [line]
    return isRead(lines, at) ? [`${path}:${lines[at + 1]}`] : []
  })
}

/** True for a title with the one line of its file below it. */
function isRead(lines: readonly string[], at: number): boolean {
  const path = TITLED.exec(lines[at] ?? '')?.[1]
  if (path === undefined) return false
  const [value = '', next = ''] = [lines[at + 1], lines[at + 2]]
  return value !== '' && !TITLED.test(value) && (next === '' || TITLED.test(next) || ONE_LINE.test(path))
}

/** The entry of a path below one of the trees, or of a relative one; null for a lone name that is no file of SR-IOV. */
function rooted(whole: string, value: string | null, target: string | null, last: string): Entry | null {
  if (!whole.includes('/') && !whole.startsWith('sriov_') && !whole.startsWith('virtfn')) return null
  const { path, tree } = belowTree(whole)
  const slash = path.indexOf('/')
  const length = slash < 0 ? path.length : slash
  const first = length === last.length && path.startsWith(last) ? last : path.slice(0, length)
  return { path, first, tree, value, target }
}

function belowTree(path: string): Pick<Entry, 'path' | 'tree'> {
  if (path.includes('class/') || path.includes('devices/')) {
    for (const { tree, folder } of ABOVE) {
      const at = path.lastIndexOf(`/${folder}`) + 1
      if (at > 0 || path.startsWith(folder)) return { path: path.slice(at + folder.length), tree }
    }
    const above = IN_DEVICES.exec(path)
    const rdma = above === null ? -1 : path.indexOf('/infiniband/')
    if (rdma >= 0) return { path: path.slice(rdma + '/infiniband/'.length), tree: 'infiniband' }
    if (above) return { path: path.slice(above[0].length), tree: 'pci' }
  }
  // From /sys/class: `infiniband/mlx5_0/…`, `net/eth0/device/…`.
  if (path.startsWith('infiniband/')) return { path: path.slice('infiniband/'.length), tree: 'infiniband' }
  if (path.startsWith('net/')) return { path: path.slice('net/'.length), tree: 'net' }
  return { path: path.startsWith('./') ? path.replace(/^(?:\.\/)+/, '') : path, tree: null }
}

/** A decimal number, or null. */
export function decimal(text: string | null): number | null {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null
}
