import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { Gpu } from './facts'
import { failureOf, lostGpu, unread } from './failure'

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

const NO_VALUE = /^\[.*\]$|^(?:N\/A|ERR!)$/i
const COUNT = /^\s*(\d{1,12})(?: MiB| %|x)?\s*$/

/** Names of a `--query-gpu` header line; null for any other line. */
export function headerOf(line: string): readonly string[] | null {
  if (!/^\s*[a-z]/.test(line)) return null
  const names = line.split(',').map((cell) => cell.trim().replace(/ \[[A-Za-z/%]{1,8}\]$/, ''))
  if (names.length < 2 || !names.every((name) => /^[a-z][A-Za-z0-9_.]{0,80}$/.test(name))) return null
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
  const last = lines.length - 1
  const gpus: Gpu[] = []
  const errors = new Set<string>()
  let header: Header | null = null
  for (const [at, line] of lines.entries()) {
    const lost = lostGpu(line)
    if (lost) {
      gpus.push(lost)
      errors.add(line.trim())
      continue
    }
    const names = at < last ? headerOf(line) : null
    if (names) header = { width: names.length, places: placesOf(names) }
    else if (at < last || lastIsWhole(line, header)) {
      const gpu = rowOf(line, header)
      if (gpu) gpus.push(gpu)
    }
  }
  if (gpus.length > 0) return ok({ gpus: once(gpus) }, { errors: [...errors] })
  if (failureOf(lines)?.code === 'no-devices') return ok({ gpus: [] }, { errors: ['No devices were found'] })
  return unread(lines)
}

/** What a header line says of the rows below it. */
interface Header {
  /** Cells of a row. */
  width: number
  /** Where each column stands; of two of a name the first counts. */
  places: Readonly<Partial<Record<Column, number>>>
}

function placesOf(names: readonly string[]): Header['places'] {
  const places: Partial<Record<Column, number>> = {}
  for (const [at, name] of names.entries()) {
    const column = COLUMNS[name]
    if (column !== undefined) places[column] ??= at
  }
  return places
}

/** The unterminated last row counts when its last cell is one of a few closed words. */
function lastIsWhole(line: string, header: Header | null): boolean {
  return header !== null && line.split(',').length === header.width && /(?: MiB|\]|abled)$/.test(line)
}

function rowOf(line: string, header: Header | null): Gpu | null {
  const cells = line.split(',')
  if (header ? cells.length !== header.width : !isBareRow(line)) return null
  const at = header ? header.places : placesOf(guessed(cells))
  const index = count(cells, at.index)
  const pci = pciAddress(words(cells, at.pci))
  const name = words(cells, at.name)
  if (index === null && pci === null && name === null) return null
  return {
    index,
    pci,
    name,
    driverVersion: words(cells, at.driverVersion),
    memoryMib: count(cells, at.memoryMib),
    pcieGen: count(cells, at.pcieGen),
    pcieWidth: count(cells, at.pcieWidth),
    eccUncorrected: count(cells, at.eccUncorrected),
    error: errorOf(line, cells),
    pcieGenMax: count(cells, at.pcieGenMax),
    pcieWidthMax: count(cells, at.pcieWidthMax),
  }
}

/** What a cell says; null where it is empty, not there, or says that there is no value. */
function words(cells: readonly string[], at: number | undefined): string | null {
  const value = at === undefined ? '' : (cells[at] ?? '').trim()
  return value === '' || NO_VALUE.test(value) ? null : value
}

function count(cells: readonly string[], at: number | undefined): number | null {
  const match = at === undefined ? null : COUNT.exec(cells[at] ?? '')
  return match ? Number(match[1]) : null
}

function errorOf(line: string, untrimmed: readonly string[]): Gpu['error'] {
  if (!/lost|error|ERR!/i.test(line)) return null
  const cells = untrimmed.map((cell) => cell.trim())
  if (cells.some((cell) => /^\[?GPU is lost\]?$/i.test(cell))) return 'lost'
  return cells.some((cell) => /^\[?Unknown Error\]?$/i.test(cell) || cell === 'ERR!') ? 'unknown-error' : null
}

/** Columns that name themselves; every other number could be anything and stays unread. */
function guessed(cells: readonly string[]): string[] {
  return cells.map((untrimmed, at) => {
    const cell = untrimmed.trim()
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
