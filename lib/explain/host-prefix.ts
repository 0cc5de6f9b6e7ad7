/** What parallel shells, launchers and clocks put before each line, beyond `log-prefix`; every pattern is anchored and linear. */
const CLOCKS = [
  /^\[\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\](?: |$)/,
  /^\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?(?: |$)/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: |$)/,
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?: |$)/,
  // journald after its time: host, program, process.
  /^[\w.-]{1,200} [^\s:[\]]{1,100}\[\d{1,10}\]:(?: |$)/,
]
/** Whose line it is: `[1,0]<stdout>:` of mpirun, `3: ` of srun, `host: ` of pdsh and clush, `logs/rank-3.txt:` of grep over files. */
const MPIRUN = /^(\[\d{1,6},\d{1,6}\]<std(?:out|err|diag)>): ?/
const OWNERS = [
  MPIRUN,
  /^( {0,5}\d{1,6}):(?: |$)/,
  /^(?!(?:error|warning|fatal|panic|note|info|debug):)(\w[\w.-]{0,100}):(?: |$)/i,
  /^((?:[\w.-]{0,80}\/){0,20}[\w-][\w.-]{0,100}\.(?:log|txt|out|err|json|ya?ml|\d{1,3})):/,
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

/**
 * Lines without an owner or a line number that stands before each of them and says nothing else: what a tool printed by itself looks
 * worse with them, never better. Null where there are none, or where they may be the tool's own (a key, an index, a single line).
 */
export function withoutOwner(lines: readonly string[]): readonly string[] | null {
  return withoutLineNumbers(lines) ?? owned(lines, MIN_OWNED)
}

/** `grep -n` and `grep -nH`: a line number, `:` behind a match and `-` behind its surroundings; `--` between places. */
const NUMBERED = /^((?:[\w.-]{0,80}\/){0,20}[\w.-]{1,100}[:-])??([1-9]\d{0,6})([:-])/

/** What goes on behind `\d+:` where that is no line number. */
const NO_TEXT = /^(?:\d+(?::\d+)? \[|[0-9a-f]{2}\.[0-7]\b|\d\d:\d\d(?!\.[0-7](?:\s|$)))/i

function withoutLineNumbers(lines: readonly string[]): readonly string[] | null {
  const bare: string[] = []
  let [before, file, flush] = [0, '', false]
  for (const line of lines) {
    if (line === '--') continue
    const match = NUMBERED.exec(line)
    const number = Number(match?.[2])
    const rest = line.slice(match?.[0].length)
    // The last line's own end, or a line without text: no number is printed for what is not there.
    if (line.trim() === '') bare.push(line)
    // `host:pid:tid [0] NCCL`, PCI addresses, times, and indices that a tool prints before one space (`1: mlx5_1: …`) are no line numbers.
    else if (!match || (number <= before && (match[1] ?? '') === file) || NO_TEXT.test(rest)) return null
    else {
      ;[before, file] = [number, match[1] ?? '']
      flush ||= /^(?:\S| {2}|\t)/.test(rest)
      bare.push(rest)
    }
  }
  return flush ? bare : null
}

/** Lines without the clock before each of them; the same lines where not every line has one. */
export function withoutClock(lines: readonly string[]): readonly string[] {
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

/** @param least fewest lines of an owner that is alone */
function owned(lines: readonly string[], least = 1): readonly string[] | null {
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
  const fewest = of.size > 1 ? MIN_OWNED : least
  if (pattern !== MPIRUN && [...of.values()].some((own) => own.length < fewest)) return null
  const ended = lines.at(-1) === '' ? [''] : []
  // Ranks of one job belong together in the order in which they spoke; hosts answer each for themselves.
  if (pattern === MPIRUN) return lines.map((line) => line.replace(pattern, ''))
  return [...of.values()].flat().concat(ended)
}
