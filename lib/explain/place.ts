/** Where a capture lay: names of folders below the folder explained, then the file's own name. */
export type CapturePath = readonly string[]

/** What is known of a cluster's names when captures are placed. */
export interface KnownNames {
  nodes: ReadonlySet<string>
  /** Node of each pod, by pod name; pods of equal name on several nodes are left out. */
  nodeOfPod: ReadonlyMap<string, string>
}

/**
 * The node a capture is about, by where it lay: a folder named like a node, a file name that holds a node's name as a whole word
 * (`dgx030-ibstat.txt`, `config-daemon-dgx030.log`), or a pod's name in front (`<pod>-<container>.log` of a sosreport). Null: nobody
 * named it. Names never say what kind a capture is.
 */
export function nodeOfPath(path: CapturePath, known: KnownNames): string | null {
  const folders = path.slice(0, -1)
  const folder = folders.findLast((part) => known.nodes.has(part))
  if (folder !== undefined) return folder
  const file = path.at(-1) ?? ''
  return wordIn(file, known.nodes) ?? podNode(file, folders.at(-1) ?? '', known.nodeOfPod)
}

/** The longest name that stands in a file name between its ends and `-`, `_` or `.`. */
function wordIn(file: string, names: Iterable<string>): string | null {
  let best: string | null = null
  for (const name of names) {
    if (best !== null && name.length <= best.length) continue
    for (let at = file.indexOf(name); at >= 0; at = file.indexOf(name, at + 1)) {
      if (isEdge(file[at - 1]) && isEdge(file[at + name.length])) {
        best = name
        break
      }
    }
  }
  return best
}

function isEdge(char: string | undefined): boolean {
  return char === undefined || char === '-' || char === '_' || char === '.'
}

function podNode(file: string, folder: string, nodeOfPod: ReadonlyMap<string, string>): string | null {
  const own = nodeOfPod.get(folder)
  if (own !== undefined) return own
  for (let end = file.length; end > 0; end = file.lastIndexOf('-', end - 1)) {
    const node = nodeOfPod.get(file.slice(0, end).replace(/\.[a-z]{1,5}$/, ''))
    if (node !== undefined) return node
  }
  return null
}
