/**
 * Leaves that follow the length of a capture: counts, last times, sums and what is concluded from all rows. A cut text may have
 * a smaller number, an earlier time or another conclusion there without having misread a line.
 */
const FOLLOWS_LENGTH =
  /^(?:complete|count|to|lastAt|at|records|malformedLines|communicators|partialRows|rowsLost|rows|pings|sent|received|lossPct|outcome|form|validated|wrongRows|jsonValid|transport|gpuDirect|sharp|ranks|ranksAtLeast|ranksFromRatio|nodes|rankCount|maxBusbw\w*|averageBusbw\w*|rttM\w+|rttAvgMs|severity|settled|registered|lines?|lineNumber)$/

/** Quotes of the capture itself: a cut line is quoted as far as it goes. */
const QUOTED = /(?:^|\.)(?:errors|text|line|message|summary|warnings)(?:\[\])?$/

/**
 * Where facts of a cut text say something else than the facts of the whole text; null where they say the same or less. Lists may be
 * shorter and values unknown (null or absent).
 */
export function factSubset(part: unknown, whole: unknown, path = ''): string | null {
  if (part === null || part === undefined) return null
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return part.length === 0 ? null : `${path}: a list where the whole has ${short(whole)}`
    for (const [at, entry] of part.entries()) {
      const inside = `${path}[]`
      const same = factSubset(entry, whole[at], inside)
      if (same !== null && !whole.some((other) => factSubset(entry, other, inside) === null)) return same
    }
    return null
  }
  if (typeof part === 'object') {
    if (typeof whole !== 'object' || whole === null)
      return `${path}: ${short(part)} where the whole has ${short(whole)}`
    const others = new Map(Object.entries(whole))
    for (const [key, value] of Object.entries(part)) {
      if (FOLLOWS_LENGTH.test(key)) continue
      const other = factSubset(value, others.get(key), path === '' ? key : `${path}.${key}`)
      if (other !== null) return other
    }
    return null
  }
  if (typeof part === 'string' && typeof whole === 'string' && QUOTED.test(path) && whole.startsWith(part)) return null
  return part === whole ? null : `${path}: ${short(part)} where the whole has ${short(whole)}`
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60)
}
