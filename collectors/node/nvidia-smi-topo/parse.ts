import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, ok, type Parsed } from '@/lib/format'
import { failureOf, unread } from '../nvidia-smi-csv/failure'
import type { TopoFacts, TopoGpu, TopoLink } from './facts'

const RELATION = /^(?:X|NV\d{1,3}|PIX|PXB|PSB|PHB|NODE|SYS|SOC)$/
const GPU = /^GPU\d{1,3}$/

interface Matrix {
  names: readonly string[]
  /** Columns after the matrix: CPU Affinity, NUMA Affinity, GPU NUMA ID. */
  extras: readonly string[]
  rows: ReadonlyMap<string, readonly string[]>
  legend: ReadonlyMap<string, string>
}

/** The header of the matrix: GPU names, NIC names, then affinity columns. Its first blank cell is often lost in pastes. */
export function topoHeader(line: string): { names: string[]; extras: string[] } | null {
  const at = line.search(/\bCPU Affinity\b/)
  const names = (at < 0 ? line : line.slice(0, at)).trim().split(/\s+/)
  if (!GPU.test(names[0] ?? '') || !names.every((name) => /^[A-Za-z][\w.-]{0,60}$/.test(name))) return null
  if (at < 0 && (names.length < 2 || names.slice(1).some((name) => RELATION.test(name)))) return null
  const extras = at < 0 ? [] : (line.slice(at).match(/CPU Affinity|NUMA Affinity|GPU NUMA ID/g) ?? [])
  return { names, extras }
}

/** Reads `nvidia-smi topo -m`, tabs or spaces. */
export function parseTopo(capture: Capture): Parsed<TopoFacts> {
  const lines = withoutLogPrefix(capture.lines)
  const matrix = read(lines)
  if (!matrix) return failureOf(lines)?.code === 'no-devices' ? ok(NOTHING) : unread(lines)
  const labels = new Map(matrix.names.map((name) => [name, GPU.test(name) ? name : labelOf(name)]))
  const cells = links(matrix)
  const gpus = matrix.names.filter((name) => GPU.test(name))
  const nics = matrix.names
    .filter((name) => !GPU.test(name))
    .map((name) => ({
      column: name,
      label: labelOf(name),
      name: /^NIC\d+$/.test(name) ? (matrix.legend.get(name) ?? null) : name,
    }))
  const type = (from: string, to: string) => cells.find((link) => link.from === from && link.to === to)?.type ?? null
  const facts: TopoFacts = {
    gpus: gpus.map((name) => ({ name, nearestNics: nearest(name, nics, type), ...affinity(name, matrix) })),
    nics: nics.map(({ label, name }) => ({ label, name })),
    nvlink: oneNvlink(cells),
    links: cells.map((link) => ({
      from: labels.get(link.from) ?? link.from,
      to: labels.get(link.to) ?? link.to,
      type: link.type,
    })),
    topologyHidden: hidden(cells),
  }
  const short = matrix.names.some((name) => !matrix.rows.has(name))
  return ok(short ? { ...facts, complete: false } : facts)
}

const NOTHING: TopoFacts = { gpus: [], nics: [], nvlink: null, links: [], topologyHidden: null }

/** Old drivers use RDMA names as columns; they get the label the legend would have. */
function labelOf(column: string): string {
  return column.replace(/^mlx5_/, 'NIC')
}

function read(lines: readonly string[]): Matrix | null {
  let header: ReturnType<typeof topoHeader> = null
  const rows = new Map<string, readonly string[]>()
  const legend = new Map<string, string>()
  for (const line of lines.slice(0, -1)) {
    const named = /^\s*(NIC\d{1,3}): (\S{1,80})\s*$/.exec(line)
    if (named) legend.set(named[1] ?? '', named[2] ?? '')
    if (!header) {
      header = topoHeader(line)
      continue
    }
    const [name = '', ...cells] = line.trim().split(/\s+/)
    if (header.names.includes(name) && !rows.has(name) && cells.length >= header.names.length - 1) rows.set(name, cells)
  }
  return header ? { ...header, rows, legend } : null
}

/** Every pair of the matrix; a damaged cell is taken from the transposed row. */
function links({ names, rows }: Matrix): TopoLink[] {
  const cell = (from: string, at: number): string | null => {
    const text = rows.get(from)?.[at]
    return text !== undefined && RELATION.test(text) ? text : null
  }
  // A row whose self is not at its own place has shifted cells: none of it can be trusted.
  const sound = (name: string, at: number) => cell(name, at) === 'X'
  return names.flatMap((from, row) =>
    names.flatMap((to, column) => {
      if (row === column) return []
      const direct = sound(from, row) ? cell(from, column) : null
      return [{ from, to, type: direct ?? (sound(to, column) ? cell(to, row) : null) }]
    }),
  )
}

function nearest(
  gpu: string,
  nics: readonly { column: string; name: string | null }[],
  type: (from: string, to: string) => string | null,
): string[] | null {
  const paths = nics.map((nic) => ({ name: nic.name, path: type(gpu, nic.column) }))
  if (paths.some(({ path }) => path === null)) return null
  const at = (path: string) => paths.filter((each) => each.path === path)
  const near = at('PIX').length > 0 ? at('PIX') : at('PXB')
  const names = near.flatMap(({ name }) => name ?? [])
  return names.length === near.length ? names : null
}

/** Affinity cells of a GPU row; null where two of them ran together. */
function affinity(
  name: string,
  { names, extras, rows }: Matrix,
): Pick<TopoGpu, 'cpuAffinity' | 'numaNode' | 'memoryNumaNode'> {
  const rest = rows.get(name)?.slice(names.length) ?? []
  if (extras.length === 0 || rest.length !== extras.length) return { cpuAffinity: null, numaNode: null }
  const cpu = rest[extras.indexOf('CPU Affinity')]
  const numa = rest[extras.indexOf('NUMA Affinity')]
  const own = rest[extras.indexOf('GPU NUMA ID')]
  return {
    cpuAffinity: cpu !== undefined && /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(cpu) ? cpu : null,
    numaNode: numa !== undefined && /^\d{1,3}$/.test(numa) ? Number(numa) : null,
    ...(own !== undefined && /^\d{1,3}$/.test(own) ? { memoryNumaNode: Number(own) } : {}),
  }
}

function oneNvlink(cells: readonly TopoLink[]): string | null {
  const between = cells.filter((link) => GPU.test(link.from) && GPU.test(link.to))
  if (between.some((link) => link.type === null)) return null
  const kinds = new Set(between.flatMap(({ type }) => (type?.startsWith('NV') ? [type] : [])))
  return kinds.size === 1 ? ([...kinds][0] ?? null) : null
}

function hidden(cells: readonly TopoLink[]): boolean | null {
  const across = cells.filter((link) => GPU.test(link.from) && !GPU.test(link.to))
  const judged = across.length > 0 ? across : cells
  if (judged.some((link) => link.type !== null && link.type !== 'PHB')) return false
  if (judged.length === 0 || judged.some((link) => link.type === null)) return null
  return judged.length >= 2
}
