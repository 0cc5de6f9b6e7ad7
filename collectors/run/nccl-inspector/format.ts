import { stripPrefix } from '@/collectors/run/nccl-log/line'
import { type Json, readJson } from '@/collectors/run/nccl-tests/json-text'
import { withoutTerminal } from '@/lib/explain/terminal'
import { format, notOk, ok } from '@/lib/format'

/** EXPLAIN kind `nccl-inspector`: JSON lines of the Inspector profiler plug-in (nccl.md §2.8). */
export interface InspectorFacts {
  records: number
  malformedLines: number
  communicators: number
  formats: readonly string[]
  collectives: readonly string[]
  maxBusbwGBps: number | null
  /** Slowest record of the largest message of each collective. */
  slowest: readonly { collective: string; rank: number; host: string; busbwGBps: number }[]
}

/** Most communicators, formats and collectives remembered. */
const MAX_NAMES = 4096

export default format<'nccl-inspector', InspectorFacts>({
  kind: 'nccl-inspector',
  title: 'NCCL Inspector records',
  recognise({ text }) {
    const head = text.slice(0, 256 * 1024)
    if (
      !/"(?:coll|p2p)_perf" *:/.test(head) ||
      !/"(?:(?:coll|p2p)_(?:busbw_gbs|sn)|inspector_output_format_version)"/.test(head)
    )
      return 0
    // Only a view without unknown prefixes has lines that begin records.
    return head.split('\n', 4096).some((line) => /^\s*\{/.test(stripPrefix(line))) ? 96 : 0
  },
  parse({ lines, text }) {
    const tally = new Tally()
    const closed = text.endsWith('\n')
    const spread = new Spread()
    withoutTerminal(lines).forEach((line, at, all) => {
      const record = spread.take(stripPrefix(line))
      if (record !== null) tally.line(record, !closed && at === all.length - 1)
    })
    if (spread.open) tally.line('{', !closed)
    if (tally.records === 0) return notOk('unreadable', 'bad-layout', 'no Inspector record can be read')
    return ok(tally.facts())
  },
})

/** Longest record spread over lines: verbose ones list every channel twice. */
const MAX_SPREAD = 4096

/** Puts records together that a pretty-printer spread over lines (`jq .`, the manual): from a lone brace to the next one as far left. */
class Spread {
  private lines: string[] = []
  private close: RegExp | null = null

  /** The record that this line is or ends; null for a line inside one, and for what stands between records. */
  take(line: string): string | null {
    const text = line.trim()
    if (this.close === null) {
      if (text !== '{') return /^[[\],]?$/.test(text) ? null : text.replace(/,$/, '')
      this.close = new RegExp(`^ {${line.length - line.trimStart().length}}\\},?\\s*$`)
    }
    this.lines.push(text)
    if (!this.close.test(line) && this.lines.length < MAX_SPREAD) return null
    const record = this.lines.join('\n').replace(/,$/, '')
    this.lines = []
    this.close = null
    return record
  }

  /** A record was begun and has no end. */
  get open(): boolean {
    return this.close !== null
  }
}

type JsonObject = { [key: string]: Json }

interface Record {
  collective: string
  rank: number
  host: string
  busbwGBps: number
  bytes: number
}

class Tally {
  records = 0
  private malformed = 0
  private communicators = new Set<string>()
  private formats = new Set<string>()
  private max: number | null = null
  private slowest = new Map<string, Record>()
  private collectives = new Set<string>()

  line(text: string, open: boolean): void {
    const { value, valid } = text.startsWith('{') ? readJson(text) : { value: undefined, valid: false }
    const record = objectOf(value)
    // Records of single sends and receives (2.30) are whole, and no collectives.
    if (!valid || !('coll_perf' in record || 'p2p_perf' in record)) {
      if (!open) this.malformed += 1
      return
    }
    this.records += 1
    const header = objectOf(record.header)
    const metadata = objectOf(record.metadata)
    const perf = objectOf(record.coll_perf)
    remember(this.communicators, header.id)
    remember(this.formats, metadata.inspector_output_format_version)
    remember(this.collectives, perf.coll)
    this.measure(header, metadata, perf)
  }

  facts(): InspectorFacts {
    return {
      records: this.records,
      malformedLines: this.malformed,
      communicators: this.communicators.size,
      formats: [...this.formats],
      collectives: [...this.collectives].sort(),
      maxBusbwGBps: this.max,
      slowest: [...this.slowest.values()].map(({ bytes: _, ...record }) => record),
    }
  }

  /** A time of 0 was not measured (collective_cpu): its bandwidth says nothing. */
  private measure(header: JsonObject, metadata: JsonObject, perf: JsonObject): void {
    const { coll, coll_busbw_gbs: busbw, coll_msg_size_bytes: bytes, coll_exec_time_us: time } = perf
    if (typeof coll !== 'string' || typeof busbw !== 'number' || time === 0) return
    this.max = this.max === null ? busbw : Math.max(this.max, busbw)
    const { rank } = header
    const { hostname } = metadata
    if (typeof rank !== 'number' || typeof hostname !== 'string' || typeof bytes !== 'number') return
    const known = this.slowest.get(coll)
    if (known && (bytes < known.bytes || (bytes === known.bytes && busbw >= known.busbwGBps))) return
    if (known || this.slowest.size < MAX_NAMES)
      this.slowest.set(coll, { collective: coll, rank, host: hostname, busbwGBps: busbw, bytes })
  }
}

function remember(names: Set<string>, value: Json | undefined): void {
  if (typeof value === 'string' && names.size < MAX_NAMES) names.add(value)
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
