/** What log collectors and terminals put before each line; every pattern is anchored and linear. */
const PREFIXES = [
  /^\[pod\/[^\]\s]{1,300}\] ?/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)(?: (?:stdout|stderr) [FP])?(?: |$)/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,200} [^\s:[\]]{1,100}(?:\[\d+\])?:(?: |$)/,
  /^\S{1,200} +\|(?: |$)/,
  /^> ?/,
  /^ {0,6}\d+\t/,
]

/** Share of the lines with text that must carry a prefix before it is taken for one. */
const SHARE = 0.8
/** Lines with text that are looked at. */
const LOOK = 2000

/**
 * Removes the prefixes that `kubectl logs --prefix --timestamps`, journald, docker compose, quoting or `cat -n` put before
 * every line, so that a tool's own layout is seen again. Lines without a prefix stay as they are.
 */
export function withoutLogPrefix(lines: readonly string[]): readonly string[] {
  let current = lines
  for (let round = 0; round < 3; round += 1) {
    const prefix = PREFIXES.find((pattern) => mostHave(current, pattern))
    if (prefix === undefined) return current
    current = current.map((line) => line.replace(prefix, ''))
  }
  return current
}

function mostHave(lines: readonly string[], pattern: RegExp): boolean {
  let withText = 0
  let prefixed = 0
  for (const line of lines) {
    if (withText >= LOOK) break
    if (line.trim() === '') continue
    withText += 1
    if (pattern.test(line)) prefixed += 1
    else if (withText - prefixed > LOOK * (1 - SHARE)) return false
  }
  return prefixed > 0 && prefixed >= withText * SHARE
}
