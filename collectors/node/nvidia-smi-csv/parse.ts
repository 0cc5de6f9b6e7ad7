import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { Gpu } from './facts'
import { failureOf, lostGpu, NO_GPU, unread } from './failure'

/** Facts of kind `nvidia-smi-csv` (EXPLAIN §3). */
export interface GpuCsvFacts {
  gpus: readonly Gpu[]
  complete?: boolean
}

type Column =
  | 'index'
  | 'pci'
  | 'name'
  | 'driverVersion'
  | 'memoryMib'
  | 'pcieGen'
  | 'pcieGenMax'
  | 'pcieWidth'
  | 'pcieWidthMax'
  | 'eccUncorrected'

const COLUMNS: Readonly<Record<string, Column>> = {
  index: 'index',
  'pci.bus_id': 'pci',
  gpu_bus_id: 'pci',
  name: 'name',
  gpu_name: 'name',
  driver_version: 'driverVersion',
  'memory.total': 'memoryMib',
  'pcie.link.gen.current': 'pcieGen',
  'pcie.link.gen.gpucurrent': 'pcieGen',
  'pcie.link.gen.max': 'pcieGenMax',
  'pcie.link.width.current': 'pcieWidth',
  'pcie.link.width.max': 'pcieWidthMax',
  'ecc.errors.uncorrected.volatile.total': 'eccUncorrected',
}

const BUS = /^[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]$/

/** Names of a `--query-gpu` header line; null for any other line. */
export function headerOf(line: string): readonly string[] | null {
  if (!/^\s*[a-z]/.test(line)) return null
  const names = line.split(',').map((cell) => cell.trim().replace(/ \[[A-Za-z/%]{1,8}\]$/, ''))
  if (names.length < 2 || !names.every((name) => /^[a-z][a-z0-9_.]{0,80}$/.test(name))) return null
  return names.some((name) => COLUMNS[name] !== undefined) ? names : null
}

/** A row without a header: a bus address among comma-separated cells. */
export function isBareRow(line: string): boolean {
  const cells = line.split(',').map((cell) => cell.trim())
  return cells.length >= 3 && cells.some((cell) => BUS.test(cell)) && !/[{}"=]|^[\w.-]{1,100}: /.test(line)
}

/** Reads `nvidia-smi --query-gpu=… --format=csv`. Without a header only cells that name themselves are read. */
export function parseGpuCsv(capture: Capture): Parsed<GpuCsvFacts> {
  const lines = withoutLogPrefix(capture.lines)
  const done = lines.slice(0, -1)
  const gpus: Gpu[] = []
  let header: readonly string[] | null = null
  for (const [at, line] of lines.entries()) {
    const whole = at < done.length
    const lost = lostGpu(line)
    const names = whole ? headerOf(line) : null
    if (lost) gpus.push(lost)
    else if (names) header = names
    else if (whole || lastIsWhole(line, header)) gpus.push(...rowOf(line, header))
  }
  if (gpus.length > 0) {
    const rest = lines.filter((line) => lostGpu(line) !== null).map((line) => line.trim())
    return ok({ gpus: once(gpus) }, { errors: [...new Set(rest)] })
  }
  if (failureOf(lines)?.code === 'no-devices') return ok({ gpus: [] }, { errors: ['No devices were found'] })
  return unread(lines)
}

/** The unterminated last row counts when its last cell is one of a few closed words. */
function lastIsWhole(line: string, header: readonly string[] | null): boolean {
  const cells = line.split(',')
  return header !== null && cells.length === header.length && /(?: MiB|\]|abled)$/.test(line)
}

function rowOf(line: string, header: readonly string[] | null): Gpu[] {
  const cells = line.split(',').map((cell) => cell.trim())
  const named = header ?? (isBareRow(line) ? guessed(cells) : null)
  if (named === null || cells.length !== named.length) return []
  const columns = columnsOf(named)
  const cell = (column: Column) => {
    const value = cells[columns.get(column) ?? -1]
    return value === undefined || value === '' || /^\[.*\]$|^(?:N\/A|ERR!)$/i.test(value) ? null : value
  }
  const number = (column: Column) => {
    const match = /^(\d{1,12})(?: MiB| %|x)?$/.exec(cell(column) ?? '')
    return match ? Number(match[1]) : null
  }
  const gpu: Gpu = {
    ...NO_GPU,
    index: number('index'),
    pci: pciAddress(cell('pci')),
    name: cell('name'),
    driverVersion: cell('driverVersion'),
    memoryMib: number('memoryMib'),
    pcieGen: number('pcieGen'),
    pcieGenMax: number('pcieGenMax'),
    pcieWidth: number('pcieWidth'),
    pcieWidthMax: number('pcieWidthMax'),
    eccUncorrected: number('eccUncorrected'),
    error: errorOf(line, cells),
  }
  return gpu.index === null && gpu.pci === null && gpu.name === null ? [] : [gpu]
}

/** Where each column stands, once for all rows of a header; of two of a name the first counts. */
const PLACES = new WeakMap<readonly string[], ReadonlyMap<Column, number>>()

function columnsOf(named: readonly string[]): ReadonlyMap<Column, number> {
  const known = PLACES.get(named)
  if (known) return known
  const places = new Map<Column, number>()
  for (const [at, name] of named.entries()) {
    const column = COLUMNS[name]
    if (column !== undefined && !places.has(column)) places.set(column, at)
  }
  PLACES.set(named, places)
  return places
}

function errorOf(line: string, cells: readonly string[]): Gpu['error'] {
  if (!/lost|error|ERR!/i.test(line)) return null
  if (cells.some((cell) => /^\[?GPU is lost\]?$/i.test(cell))) return 'lost'
  return cells.some((cell) => /^\[?Unknown Error\]?$/i.test(cell) || cell === 'ERR!') ? 'unknown-error' : null
}

/** Columns that name themselves; every other number could be anything and stays unread. */
function guessed(cells: readonly string[]): string[] {
  return cells.map((cell, at) => {
    if (BUS.test(cell)) return 'pci.bus_id'
    if (/^\d{3,4}\.\d{2,3}(?:\.\d{2,3})?$/.test(cell)) return 'driver_version'
    if (/^(?:NVIDIA|Tesla|Quadro|GeForce) /.test(cell)) return 'name'
    if (at === 0 && /^\d{1,2}$/.test(cell)) return 'index'
    return ''
  })
}

/** A GPU named by two lines (row and error) is one; the error wins. */
function once(gpus: readonly Gpu[]): Gpu[] {
  const found: Gpu[] = []
  const places = new Map<string, number>()
  for (const gpu of gpus) {
    const at = gpu.pci === null ? undefined : places.get(gpu.pci)
    const known = at === undefined ? undefined : found[at]
    if (at !== undefined && known) {
      if (known.error === null && gpu.error !== null) found[at] = { ...known, error: gpu.error }
    } else {
      if (gpu.pci !== null) places.set(gpu.pci, found.length)
      found.push(gpu)
    }
  }
  return found
}
