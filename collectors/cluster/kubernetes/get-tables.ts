import type { KubeObject } from '@/lib/collector'

/** Objects of `kubectl get` tables. */
export interface TableObjects {
  /** Rows whose columns are what decides. */
  judged: readonly KubeObject[]
  /** Rows that only name an object: too little to judge by. */
  named: readonly KubeObject[]
}

interface Layout {
  /** Column names that the header must hold. */
  columns: readonly string[]
  kind: string
  apiVersion: string
}

/** Longest match first: printer columns of kubectl and of the CRDs (crds/: additionalPrinterColumns). */
const LAYOUTS: readonly Layout[] = [
  layout('SriovNetworkNodeState', 'sriovnetwork.openshift.io/v1', 'SYNC STATUS'),
  layout('IPPool', 'nv-ipam.nvidia.com/v1alpha1', 'SUBNET', 'BLOCK SIZE'),
  layout('CIDRPool', 'nv-ipam.nvidia.com/v1alpha1', 'CIDR', 'GATEWAY INDEX'),
  layout('DaemonSet', 'apps/v1', 'DESIRED', 'CURRENT', 'UP-TO-DATE', 'NODE SELECTOR'),
  layout('Deployment', 'apps/v1', 'READY', 'UP-TO-DATE', 'AVAILABLE'),
  layout('ReplicaSet', 'apps/v1', 'DESIRED', 'CURRENT', 'READY'),
  layout('PodDisruptionBudget', 'policy/v1', 'MIN AVAILABLE', 'ALLOWED DISRUPTIONS'),
  layout('Pod', 'v1', 'READY', 'STATUS', 'RESTARTS'),
  layout('Node', 'v1', 'STATUS', 'ROLES', 'VERSION'),
  layout('Job', 'batch/v1', 'COMPLETIONS', 'DURATION'),
  layout('Service', 'v1', 'TYPE', 'CLUSTER-IP', 'PORT(S)'),
]
/** A name that only one kind may have. */
const BY_NAME: Readonly<Record<string, Layout>> = {
  'nic-cluster-policy': layout('NicClusterPolicy', 'mellanox.com/v1alpha1', 'STATUS'),
  'cluster-policy': layout('ClusterPolicy', 'nvidia.com/v1', 'STATUS'),
  'gpu-cluster-policy': layout('ClusterPolicy', 'nvidia.com/v1', 'STATUS'),
}
const MAX_ROWS = 20_000

/** The layout of a row that only its name tells; kubectl writes `clusterpolicy.nvidia.com/` before it where it lists several kinds. */
function byName(name: string | undefined): Layout | undefined {
  const bare = (name ?? '').replace(/^[a-z.0-9]+\//, '')
  return Object.hasOwn(BY_NAME, bare) ? BY_NAME[bare] : undefined
}

function layout(kind: string, apiVersion: string, ...columns: string[]): Layout {
  return { kind, apiVersion, columns }
}

/** True for the header of a `kubectl get` table of a kind that is told by its columns, or by the name in the row below. */
export function isTableHeader(line: string, next: string): boolean {
  const columns = columnsOf(line)
  if (columns === null) return false
  return layoutOf(columns) !== null || byName(next.split(/\s/)[0]) !== undefined
}

/** Reads every table of a text; rows end at the first blank line or at a line that is no row. */
export function tableObjects(lines: readonly string[]): TableObjects {
  const judged: KubeObject[] = []
  const named: KubeObject[] = []
  for (let at = 0; at < lines.length && judged.length + named.length < MAX_ROWS; at += 1) {
    const columns = columnsOf(lines[at] ?? '')
    if (columns === null) continue
    const known = layoutOf(columns)
    for (at += 1; at < lines.length; at += 1) {
      // An unterminated last line may be cut within a word.
      const row = at === lines.length - 1 ? null : cellsOf(lines[at] ?? '', columns)
      if (row === null) break
      const found = known ?? byName(row.NAME)
      if (!found) continue
      const object = objectOf(found, row)
      if (isEvidence(found.kind, row)) judged.push(object)
      else named.push(object)
    }
    at -= 1
  }
  return { judged, named }
}

interface Column {
  name: string
  start: number
}

const HEADER = /^(?:NAMESPACE\s+)?NAME\s{2,}[A-Z]/

function columnsOf(line: string): readonly Column[] | null {
  if (!line.startsWith('NAME') || !HEADER.test(line)) return null
  return [...line.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ name: match[0], start: match.index }))
}

function layoutOf(columns: readonly Column[]): Layout | null {
  const names = new Set(columns.map((each) => each.name.toUpperCase()))
  return LAYOUTS.find((each) => each.columns.every((column) => names.has(column))) ?? null
}

/** Cells by the columns of the header; where a row is shifted, by its gaps; null for a line that is no row. */
function cellsOf(line: string, columns: readonly Column[]): Record<string, string> | null {
  if (line.trim() === '' || line.startsWith(' ')) return null
  const gaps = line.trim().split(/\s{2,}/)
  const aligned = columns.every(({ start }) => start === 0 || start >= line.length || line[start - 1] === ' ')
  if (!aligned && gaps.length !== columns.length) return null
  const cells = columns.map(({ name, start }, index) => [
    name.toUpperCase(),
    (aligned ? line.slice(start, columns[index + 1]?.start ?? line.length) : (gaps[index] ?? '')).trim(),
  ])
  const row: Record<string, string> = Object.fromEntries(cells)
  return /^[a-z0-9][-a-z0-9./]*$/.test(row.NAME ?? '') ? row : null
}

/** Which rows say what their checks need: the state of a node state and of a policy stand in the table. */
function isEvidence(kind: string, row: Readonly<Record<string, string>>): boolean {
  if (kind === 'SriovNetworkNodeState') {
    const both = row['DESIRED SYNC STATE'] !== undefined && row['CURRENT SYNC STATE'] !== undefined
    return both || row['SYNC STATUS'] === 'Failed'
  }
  if (kind === 'ClusterPolicy') return /^(?:ready|notReady|ignored|disabled)$/.test(row.STATUS ?? '')
  return kind === 'NicClusterPolicy' && /^(?:ready|notReady|ignore|error)$/.test(row.STATUS ?? '')
}

function objectOf({ kind, apiVersion }: Layout, row: Readonly<Record<string, string>>): KubeObject {
  const namespace = row.NAMESPACE
  const base = {
    apiVersion,
    kind,
    metadata: { name: (row.NAME ?? '').replace(/^[a-z.0-9]+\//, ''), ...(namespace ? { namespace } : {}) },
  }
  if (kind === 'NicClusterPolicy' || kind === 'ClusterPolicy') return { ...base, status: { state: row.STATUS } }
  if (kind !== 'SriovNetworkNodeState') return base
  const states = [
    ['sriovnetwork.openshift.io/desired-state', row['DESIRED SYNC STATE']],
    ['sriovnetwork.openshift.io/current-state', row['CURRENT SYNC STATE']],
  ].flatMap(([key, value]) => (key && value ? [[key, value]] : []))
  const sync = row['SYNC STATUS']
  return {
    ...base,
    metadata: { ...base.metadata, annotations: Object.fromEntries(states) },
    ...(sync ? { status: { syncStatus: sync } } : {}),
  }
}
