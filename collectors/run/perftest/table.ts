import type { TextLine } from '@/lib/explain/text-lines'
import type { PerftestRow } from './facts'

/** Column titles of all layouts (perftest_parameters.h RESULT_FMT*): bandwidth, per port, QoS, latency, latency by duration. */
const COLUMN =
  /#bytes|#sl|#iterations|BW peak\[[^\]\s]{1,10}\]|BW average\[[^\]\s]{1,10}\]|BW Port\d\[[^\]\s]{1,10}\]|MsgRate Port\d\[Mpps\]|MsgRate\[Mpps\]|CPU_Util\[%{1,2}\]|t_(?:min|max|typical|avg|stdev)\[\w{1,10}\]|99(?:\.9)?%{1,2} percentile\[\w{1,10}\]|tps average/g

const FIELDS: readonly (readonly [RegExp, keyof PerftestRow])[] = [
  [/^#bytes$/, 'sizeBytes'],
  [/^#iterations$/, 'iterations'],
  [/^#sl$/, 'sl'],
  [/^BW peak/, 'peak'],
  [/^BW average/, 'average'],
  [/^MsgRate\[/, 'msgRateMpps'],
  [/^t_min/, 'minUsec'],
  [/^t_max/, 'maxUsec'],
  [/^t_typical/, 'typicalUsec'],
  [/^t_avg/, 'averageUsec'],
  [/^t_stdev/, 'stdevUsec'],
  [/^99%/, 'p99Usec'],
  [/^99\.9%/, 'p999Usec'],
  [/^tps/, 'tps'],
]

/** Columns of a heading line with the unit of its values; null for any other line, and for a heading with a column we do not know. */
export interface Columns {
  fields: readonly (keyof PerftestRow | null)[]
  unit: string | null
}

export function columnsOf(text: string): Columns | null {
  if (!text.startsWith('#bytes') || text.length > 400) return null
  const titles = text.match(COLUMN) ?? []
  if (text.replace(COLUMN, '').trim() !== '' || titles.length < 3) return null
  const fields = titles.map((title) => FIELDS.find(([pattern]) => pattern.test(title))?.[1] ?? null)
  const units = titles.flatMap((title) => /^(?:BW|t_)[^[]*\[([^\]]+)\]/.exec(title)?.[1] ?? [])
  const unit = units[0] ?? null
  return { fields, unit: units.every((each) => each === unit) ? unit : null }
}

/** Gb/s of one unit; `MB/sec` (up to 4.5) and `MiB/sec` (later) are both 2²⁰ bytes a second. */
const GBPS: Readonly<Record<string, number>> = {
  'Gb/sec': 1,
  'MB/sec': (2 ** 20 * 8) / 1e9,
  'MiB/sec': (2 ** 20 * 8) / 1e9,
}

const COUNTS: ReadonlySet<keyof PerftestRow | null> = new Set(['sizeBytes', 'iterations', 'sl'])
/** `392,07`: the tool prints two, three or six places, so that a comma before two or six is a decimal one (a locale set by a wrapper). */
const COUNT = /^\d{1,18}(?:\.\d{1,9}|,(?:\d{2}|\d{6}))?$/
/** All but the counts have two places, or six: what has fewer lost its end. */
const MEASURED = /^\d{1,18}[.,](?:\d{2}|\d{6})$/

/** A row of numbers under a heading; null unless it has exactly the heading's cells. */
export function rowOf({ text, ended }: TextLine, { fields, unit }: Columns): PerftestRow | null {
  if (!ended || !startsWithDigit(text)) return null
  const cells = text.match(/\S+/g) ?? []
  if (cells.length !== fields.length) return null
  const values: Partial<Record<keyof PerftestRow, number>> = {}
  for (const [at, field] of fields.entries()) {
    const cell = cells[at] ?? ''
    if (!(COUNTS.has(field) ? COUNT : MEASURED).test(cell)) return null
    if (field !== null) values[field] = Number(cell.replace(',', '.'))
  }
  return finished(values, unit)
}

/** True for rows and for whatever else begins with a number: no setting, heading or error does. */
export function startsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0)
  return code >= 48 && code <= 57
}

/** Values by field as a row: an unmeasured peak (0.00 with -D) is null, the average also in Gb/s. Null without size or iterations. */
export function finished(values: Partial<Record<keyof PerftestRow, number>>, unit: string | null): PerftestRow | null {
  const { sizeBytes, iterations } = values
  if (sizeBytes === undefined || iterations === undefined || !Number.isSafeInteger(sizeBytes)) return null
  const factor = GBPS[unit ?? '']
  const row: PerftestRow = Object.assign({ sizeBytes, iterations }, values)
  if (values.peak === 0) row.peak = null
  if (values.average !== undefined)
    row.averageGbps = factor === undefined ? null : Math.round(values.average * factor * 1e4) / 1e4
  return row
}
