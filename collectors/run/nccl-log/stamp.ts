/** Where a time may stand: before or shortly after the prefixes of collectors, and in `NCCL_DEBUG_TIMESTAMP`'s brackets. */
const HEAD = 400
const STAMP = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/

/**
 * When a line was printed, ms since 1970, by the first time in its head: NCCL's own `[2026-11-30 20:44:24]` (2.26.2+) or a log
 * collector's. Times without a zone count as UTC: they are only compared with each other. Null where the line tells none.
 */
export function stampOf(line: string): number | null {
  const found = STAMP.exec(line.slice(0, HEAD))
  if (!found) return null
  const [, year, month, day, hour, minute, second, fraction, zone] = found
  const ms = fraction === undefined ? '' : `.${fraction.slice(0, 3)}`
  const offset = zone === undefined ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${ms}${offset}`)
  return Number.isFinite(time) ? time : null
}
