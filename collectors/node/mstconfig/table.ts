import { pciAddress } from '@/lib/pci'
import type { MstconfigColumn, MstconfigDevice, MstconfigParam } from './facts'
import { cells, closed, toDevice, toParam } from './values'

const COLUMN: Readonly<Record<string, MstconfigColumn>> = {
  Default: 'default',
  Current: 'current',
  'Next Boot': 'next',
  New: 'new',
}
/** All but `===` from the first character that is no white space. */
const SECTION = /^=== (\S+)\s*$/
const INDEX = /^Device #(\d{1,4}):\s*$/
const FIELD = /^(Device type|Name|Description|Device):\s*(.*)$/
const HEADER = /^Configurations:\s+(\S.*)$/
const LEGEND = /^The '(?:\*|RO)' shows parameters/
const ROW = /^(\*?)(RO(?=\s))?\s*(?!Array\[)([A-Z][A-Za-z0-9_]{1,80}(?:\[\d+(?:\.\.\d+)?\])?)\s+(\S.*)$/
const ELISION = /^[[(<]?(?:\.\.\.|…|snip)[\])>]?\s*$/i

/** One device block while it is read. */
interface Block {
  heading: string | null
  index: number | null
  type: string | null
  name: string | null
  device: string | null
  columns: MstconfigColumn[] | null
  reading: boolean
  params: Map<string, MstconfigParam>
  modified: string[]
  readOnly: string[]
  elided: boolean
  /** A row could not be read, or belongs to another table. */
  broken: boolean
}

/** What the tables of a text say; `complete` is false when rows or devices are visibly missing. */
export interface Tables {
  devices: MstconfigDevice[]
  complete: boolean
}

/**
 * Reads the tables of `mstconfig [-e] q` and `set` (mlxcfg_ui.cpp, 4.6 to 4.36). A row counts only under a `Configurations:`
 * header and with exactly one cell per column, so lost lines lose values and never shift them.
 * @param terminated false when the text ends without a line end: its last line may be cut.
 */
export function parseTables(lines: readonly string[], terminated: boolean): Tables {
  const blocks: Block[] = []
  let heading: string | null = null
  let block = empty(null)
  const open = () => {
    block = empty(heading)
    blocks.push(block)
  }
  lines.forEach((line, at) => {
    const last = at === lines.length - 1 && !terminated
    const text = line.trimStart()
    const section = SECTION.exec(line)
    const index = INDEX.exec(text)?.[1]
    const field = last ? null : FIELD.exec(text)
    const header = last ? null : HEADER.exec(text)?.[1]
    if (section) {
      heading = pciAddress(section[1])
      block = empty(heading)
    } else if (index !== undefined) {
      open()
      block.index = Number(index)
    } else if (field) {
      const key =
        field[1] === 'Device type' ? 'type' : field[1] === 'Name' ? 'name' : field[1] === 'Device' ? 'device' : null
      if (key === null) return
      if (block[key] !== null || block.columns !== null || !blocks.includes(block)) open()
      const value = (field[2] ?? '').trim()
      block[key] = value === '' || value === 'N/A' ? null : value
    } else if (header !== null && header !== undefined) {
      if (block.columns !== null || !blocks.includes(block)) open()
      block.columns = columns(header)
      block.reading = block.columns !== null
    } else if (LEGEND.test(text)) {
      block.reading = false
    } else if (ELISION.test(text)) {
      block.elided = true
    } else if (block.reading) {
      readRow(block, text, last)
    }
  })
  const tables = blocks.filter((entry) => entry.columns !== null || entry.index !== null)
  return { devices: tables.map(finish), complete: isComplete(tables) }
}

/**
 * Rows without any header, as `q | grep NAME` leaves them. A table has one column only without `-e`, and then it is Next Boot
 * (printConfHeader in mlxcfg_ui.cpp): cells of several columns have no meaning here, and a star is never printed. Null when any row says otherwise.
 */
export function headless(lines: readonly string[], terminated: boolean): MstconfigDevice | null {
  const ended = terminated ? lines : lines.slice(0, -1)
  if (ended.some((line) => /Configurations:/.test(line))) return null
  const rows = ended.flatMap((line) => {
    const [, star, , name = '', rest = ''] = ROW.exec(line) ?? []
    const found = name.includes('_') ? cells(rest) : null
    return found === null ? [] : [{ name, next: star || found.length !== 1 ? null : (found[0] ?? null) }]
  })
  const known = rows.flatMap(({ name, next }) => (next === null ? [] : [toParam(name, { next })]))
  if (rows.length === 0 || known.length < new Set(rows.map(({ name }) => name)).size) return null
  const identity = { index: null, type: null, name: null, device: null, modified: [], readOnly: [] }
  return toDevice({ ...identity, columns: ['next'] }, null, known, true)
}

function empty(heading: string | null): Block {
  return {
    heading,
    index: null,
    type: null,
    name: null,
    device: null,
    columns: null,
    reading: false,
    params: new Map(),
    modified: [],
    readOnly: [],
    elided: false,
    broken: false,
  }
}

/** Column words of the header; null when it holds anything else (then no row can be trusted). */
function columns(header: string): MstconfigColumn[] | null {
  const words = header.trim().match(/Default|Current|Next Boot|New/g) ?? []
  if (words.length === 0 || header.replace(/Default|Current|Next Boot|New|\s/g, '') !== '') return null
  return words.flatMap((word) => COLUMN[word] ?? [])
}

function readRow(block: Block, line: string, last: boolean): void {
  const row = ROW.exec(line)
  if (!row || !block.columns) return
  const [, star, readOnly, name = '', rest = ''] = row
  const found = cells(rest)
  if (found === null || found.length !== block.columns.length) {
    if (found !== null || last) block.elided = block.broken = true
    return
  }
  const raw: Partial<Record<MstconfigColumn, string | null>> = {}
  block.columns.forEach((column, at) => {
    const cell = found[at] ?? null
    const cut = last && at === found.length - 1 && cell !== null && !closed(cell) && !/\s$/.test(line)
    raw[column] = cut ? null : cell
  })
  const param = toParam(name, raw)
  const known = block.params.get(name)
  // The very same row again was pasted twice.
  if (known && JSON.stringify(known) === JSON.stringify(param)) return
  if (known) {
    // The same name twice under one header: the lines between two devices are lost.
    block.elided = block.broken = true
    block.reading = false
    return
  }
  block.params.set(name, param)
  if (star) block.modified.push(name)
  if (readOnly) block.readOnly.push(name)
}

function finish(block: Block): MstconfigDevice {
  const { heading, reading, elided, broken, params, columns: read, ...rest } = block
  const identity = { ...rest, columns: read ?? [] }
  const unfinished = broken || (reading && rest.modified.length > 0 && !elided)
  const pci = pciAddress(block.device) ?? (block.device === null ? heading : null)
  return toDevice(identity, pci, [...params.values()], elided, unfinished)
}

/** Devices keep their numbers when one cannot be opened: a gap is a device that could not be read. */
function isComplete(blocks: readonly Block[]): boolean {
  const indexes = blocks.flatMap((block) => block.index ?? [])
  const gap = indexes.some((index, at) => at > 0 && index > (indexes[at - 1] ?? index) + 1)
  const late = indexes.length > 0 && (indexes[0] ?? 1) > 1
  const starless = blocks.some((block) => block.reading && block.modified.length > 0)
  return !gap && !late && !starless && blocks.every((block) => !block.elided && block.params.size > 0)
}
