/** What parallel shells, launchers and clocks put before each line, beyond `log-prefix`; every pattern is anchored and linear. */
const CLOCKS = [
  /^\[\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\](?: |$)/,
  /^\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?(?: |$)/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: |$)/,
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?: |$)/,
  // journald after its time: host, program, process.
  /^[\w.-]{1,200} [^\s:[\]]{1,100}\[\d{1,10}\]:(?: |$)/,
]
/** Whose line it is: `[1,0]<stdout>:` of mpirun, `3: ` of srun, `host: ` of pdsh and clush. */
const OWNERS = [
  /^(\[\d{1,6},\d{1,6}\]<std(?:out|err|diag)>): ?/,
  /^( {0,5}\d{1,6}):(?: |$)/,
  /^(\w[\w.-]{0,100}):(?: |$)/,
]

/** Fewest lines of one of several owners: fewer are keys of a `key: value` listing, not names. */
const MIN_OWNED = 3
/** Lines with text that are looked at. */
const LOOK = 2000

/**
 * Lines without the clock and the owner before each of them. Lines of several owners, which arrive mixed, are put together again, one
 * owner after the other. Returns the same lines where not every line has such a prefix.
 */
export function withoutHostPrefix(lines: readonly string[]): readonly string[] {
  const timeless = withoutClock(lines)
  const own = owned(timeless)
  return own === null ? timeless : withoutClock(own)
}

function withoutClock(lines: readonly string[]): readonly string[] {
  let current = lines
  for (let round = 0; round < 2; round += 1) {
    const clock = ofAll(current, CLOCKS)
    if (!clock) return current
    current = current.map((line) => line.replace(clock, ''))
  }
  return current
}

/** The first pattern that all lines with text match, of those looked at. */
function ofAll(lines: readonly string[], patterns: readonly RegExp[]): RegExp | undefined {
  const some = lines.slice(0, LOOK).filter((line) => line.trim() !== '')
  return some.length === 0 ? undefined : patterns.find((pattern) => some.every((line) => pattern.test(line)))
}

function owned(lines: readonly string[]): readonly string[] | null {
  const pattern = ofAll(lines, OWNERS)
  if (!pattern) return null
  const of = new Map<string, string[]>()
  for (const line of lines) {
    const match = pattern.exec(line)
    if (!match) continue
    const own = of.get(match[1] ?? '') ?? []
    own.push(line.slice(match[0].length))
    of.set(match[1] ?? '', own)
  }
  if (of.size > 1 && [...of.values()].some((own) => own.length < MIN_OWNED)) return null
  const ended = lines.at(-1) === '' ? [''] : []
  // Ranks of one job belong together in the order in which they spoke; hosts answer each for themselves.
  if (pattern === OWNERS[0]) return lines.map((line) => line.replace(pattern, ''))
  return [...of.values()].flat().concat(ended)
}
