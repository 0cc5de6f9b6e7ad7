/**
 * Minutes between two RFC 3339 times; null where one is missing or malformed. Checks have no clock: `now` is the fact `clock`, which
 * only live nodes have.
 */
export function minutesBetween(then: string | null | undefined, now: string | null | undefined): number | null {
  if (!then || !now) return null
  const span = (Date.parse(now) - Date.parse(then)) / 60_000
  return Number.isFinite(span) ? Math.max(0, span) : null
}
