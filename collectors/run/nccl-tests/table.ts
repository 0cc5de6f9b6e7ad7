import { collectiveOf } from './collective'
import { type Columns, type Placing, parseColumns, parsePlacings } from './columns'
import { DeviceList } from './devices'
import type { NcclFacts } from './facts'
import { type Footer, footerOf, lost, openFooterOf } from './footer'
import { continueRow, opensRow, parseRow } from './rows'
import { RowSummary } from './summary'

/** Lines after which the rest of an interrupted row is no longer waited for. */
const PART_PATIENCE = 40

/** The table part of a capture at one moment. */
export interface TableSnapshot {
  summary: RowSummary
  devices: DeviceList
  partialRows: number
  footer: Footer
  complete: boolean
  /** A table was begun: header, device list, columns or rows. */
  isTable: boolean
  runs: number
  rowsLost: boolean | null
  collective: string | null
  testsVersion: string | null
  libraryCode: number | null
  rccl: boolean
  cpuTime: boolean
  requested: NcclFacts['requested']
}

/** Reads the lines of nccl-tests tables: heads, rows, footers; several tables may follow each other. */
export class TableReader {
  readonly summary = new RowSummary()
  private readonly devices = new DeviceList()
  private run = new RowSummary()
  private columns: Columns | null = null
  private placings: readonly Placing[] | null = null
  private part: { sizeBytes: number; values: readonly string[]; age: number } | null = null
  private partialRows = 0
  private footer: Footer = { average: null, outOfBounds: null }
  private begun = false
  private runs = 0
  private rowsLost: boolean | null = null
  private readonly collectives = new Set<string>()
  private readonly testsVersions = new Set<string>()
  private libraryCode: number | null = null
  private rccl = false
  private cpuTime = false
  private requested: NcclFacts['requested'] = null

  /** One complete line without prefix. */
  line(text: string, isLog: boolean): void {
    const wasDevice = this.devices.line(text)
    if (wasDevice) this.begin(false)
    else if (!isLog) this.head(text)
    if (!wasDevice) this.row(text)
  }

  /** A complete line that is nothing but a row. */
  bareRow(text: string): void {
    this.devices.line(text)
    this.row(text)
  }

  /** What is known, and of the open last line what cannot change any more. */
  snapshot(open: string): TableSnapshot {
    const openFooter = openFooterOf(open, this.run)
    const footer = {
      average: openFooter.average ?? this.footer.average,
      outOfBounds: openFooter.outOfBounds ?? this.footer.outOfBounds,
    }
    return {
      summary: this.summary,
      devices: this.devices,
      partialRows: this.partialRows + (opensRow(open) ? 1 : 0),
      footer,
      complete: footer.average !== null || footer.outOfBounds !== null,
      isTable: this.begun,
      runs: this.runs,
      rowsLost: this.rowsLost ?? lost(this.run, openFooter.average),
      collective: only(this.collectives),
      testsVersion: only(this.testsVersions),
      libraryCode: this.libraryCode,
      rccl: this.rccl,
      cpuTime: this.cpuTime,
      requested: this.requested,
    }
  }

  private head(text: string): void {
    if (/\bnThread:? \d/.test(text)) this.readRequest(text)
    else if (text.includes('Using devices')) this.begin(true)
    else if (text.includes('ccl-tests')) this.readVersion(text)
    else if (text.includes('Collective test ')) this.readCollective(text)
    this.rccl ||= text.includes('RCCL version') || text.includes('librccl')
    this.placings = parsePlacings(text) ?? this.placings
    const columns = parseColumns(text, this.placings)
    if (columns) {
      this.placings = null
      this.begin(this.run.count > 0 || this.closed)
      this.columns = columns
      this.cpuTime ||= columns.cpuTime
    }
    const footer = footerOf(text)
    if (footer.average === null && footer.outOfBounds === null) return
    this.footer = {
      average: footer.average ?? this.footer.average,
      outOfBounds: footer.outOfBounds ?? this.footer.outOfBounds,
    }
    if (footer.average !== null) this.rowsLost = (this.rowsLost ?? false) || lost(this.run, footer.average)
  }

  private get closed(): boolean {
    return this.footer.average !== null || this.footer.outOfBounds !== null
  }

  /** A table begins; `fresh` where the line opens a new one, if the last one has rows or a footer. */
  private begin(fresh: boolean): void {
    if (!this.begun) {
      this.begun = true
      this.runs = 1
      this.footer = { average: null, outOfBounds: null }
    }
    if (!fresh || !(this.run.count > 0 || this.closed)) return
    this.run = new RowSummary()
    this.footer = { average: null, outOfBounds: null }
    this.part = null
    this.runs += 1
  }

  /** Tables of several collectives in one capture have no common one. */
  private readCollective(text: string): void {
    const told = /Collective test (starting|concluded): (\S{3,80})\s*$/.exec(text)
    if (!told?.[2]) return
    if (told[1] === 'starting') this.begin(true)
    else if (!this.begun) return
    const collective = collectiveOf(told[2])
    if (collective !== null && this.collectives.size < 16) this.collectives.add(collective)
  }

  private readRequest(text: string): void {
    this.begin(true)
    const sizes = /minBytes:? (\d{1,18}) maxBytes:? (\d{1,18})/.exec(text)
    if (!sizes) return
    const loops = /warmup ?[iI]ters: (\d{1,9}) iters: (\d{1,9})/.exec(text)
    this.requested = {
      minBytes: Number(sizes[1]),
      maxBytes: Number(sizes[2]),
      factor: Number(/step: (\d{1,9})\(factor\)/.exec(text)?.[1] ?? Number.NaN) || null,
      warmup: loops ? Number(loops[1]) : null,
      iterations: loops ? Number(loops[2]) : null,
    }
  }

  private readVersion(text: string): void {
    if (/\brccl-tests: Version\b/.test(text)) this.rccl = true
    const version = /nccl-tests version (\d{1,2}\.\d{1,3}(?:\.\d{1,3})?)(?=\s|$)/.exec(text)
    if (!version?.[1]) return
    this.begin(true)
    if (this.testsVersions.size < 16) this.testsVersions.add(version[1])
    const library = /nccl-library=(\d{4,6})\b/.exec(text)
    if (library) this.libraryCode = Number(library[1])
  }

  private row(text: string): void {
    const read = parseRow(text, this.columns)
    if (read.kind === 'row') {
      if (!this.columns) this.begin(this.closed)
      this.addRow(read)
      this.part = null
    } else if (read.kind === 'part') {
      this.begin(false)
      this.partialRows += 1
      this.part = { sizeBytes: read.sizeBytes, values: read.values, age: 0 }
    } else if (this.part) this.resume(this.part, text)
  }

  /** The rest of a row that log lines tore apart. */
  private resume(part: { sizeBytes: number; values: readonly string[]; age: number }, text: string): void {
    const whole = continueRow(part, text, this.columns)
    if (whole.kind === 'row') {
      this.addRow(whole)
      this.partialRows -= 1
      this.part = null
      return
    }
    this.part = part.age >= PART_PATIENCE ? null : { ...part, age: part.age + 1 }
  }

  private addRow(read: Extract<ReturnType<typeof parseRow>, { kind: 'row' }>): void {
    this.begin(false)
    this.summary.add(read.row, read.checked, read.inconsistent)
    this.run.add(read.row, read.checked, read.inconsistent)
  }
}

/** The one member of a set; null where there are none or several. */
function only(values: ReadonlySet<string>): string | null {
  return values.size === 1 ? ([...values][0] ?? null) : null
}
