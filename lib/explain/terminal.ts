import { isCommandLine } from '@/lib/command-line'

/** Fences of a text that was pasted as code. */
const FENCE = /^\s*(?:```|~~~)\w*\s*$/
/** What sudo, ssh, kubectl exec and `time` say around the answer of a tool; each pattern is the whole line. */
const AROUND = [
  /^\[sudo\] password for [^:]{1,100}: ?$/,
  /^(?:Defaulted|Defaulting) (?:container|debug container)\b.{0,300}$/,
  /^command terminated with (?:non-zero )?exit code:? .{1,200}$/,
  /^Unable to use a TTY - .{1,200}$/,
  /^If you don't see a command prompt, try pressing enter\.$/,
  /^(?:Warning: Permanently added |Pseudo-terminal will not be allocated|Connection to \S{1,200} closed\.?|Last login: ).{0,300}$/,
  /^(?:real|user|sys)\t?\s{0,8}\d{1,6}m\d{1,2}[.,]\d{3}s$/,
  /^(?:logout|exit)$/,
]

/**
 * Removes what a terminal or a chat put around an answer: prompts with the command typed, words of sudo, ssh and kubectl, and code
 * fences. Returns the same lines where there are none.
 */
export function withoutTerminal(lines: readonly string[]): readonly string[] {
  const kept = lines.filter((line) => !isAround(line))
  if (kept.length === lines.length) return lines
  // A prompt after the last line of an answer shows that it ended.
  return isAround(lines.at(-1) ?? '') ? [...kept, ''] : kept
}

function isAround(line: string): boolean {
  return FENCE.test(line) || isCommandLine(line) || AROUND.some((pattern) => pattern.test(line))
}

/** How JSON begins and ends on lines of its own. */
const [JSON_BEGINS, JSON_ENDS] = [/^\s{0,40}[[{]\s{0,40}(?:$|["[{])/, /[\]}],?\s{0,40}$/]
/** A name before JSON that is all on one line: `0: [{…`, `gpu-7: {…`. */
const NAMED_JSON = /^[\w.,<>/[\]-]{1,120}: ?(?=[[{][[{"])/
/** Lines of prose that are looked past, on either side. */
const MAX_PROSE = 200

/** Lines of JSON without the prose before and behind them. Returns the same lines where there is none, or no JSON. */
export function withoutProse(lines: readonly string[]): readonly string[] {
  const [only, ...more] = lines.filter((line) => line.trim() !== '')
  if (only !== undefined && more.length === 0) {
    const named = NAMED_JSON.exec(only)
    return named ? [only.slice(named[0].length), ...(lines.at(-1) === '' ? [''] : [])] : lines
  }
  const first = lines.slice(0, MAX_PROSE).findIndex((line) => JSON_BEGINS.test(line))
  if (first < 0) return lines
  const behind = lines.slice(-MAX_PROSE).toReversed()
  const skipped = behind.findIndex((line) => JSON_ENDS.test(line))
  const last = lines.length - skipped
  const prose = [...lines.slice(0, first), ...(skipped < 0 ? [] : lines.slice(last))]
  if (skipped < 0 || last <= first || prose.every((line) => line.trim() === '')) return lines
  return [...lines.slice(first, last), '']
}
