import { isCommandLine } from '@/lib/command-line'

const FENCE = /^(?:```|~~~)\w*\s*$/
/** What kubectl says on stderr beside the objects: warnings of the server, its own log. */
const ASIDE = /^(?:Warning: |[WEI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\.go:\d+\] )/
/** Lines that say that something was left out: never mere words of a person. */
const ELIDED = /\.{3}|…|snip|omit|truncat|trimmed|shortened|\bcut\b|--More--|\bmore lines\b|\(END\)/i
/** A line that is nothing but such a mark. YAML would take `...` for an end or a continuation: it is made a fault of the grammar. */
const MARK =
  /^(?:[[(<{]*\s*(?:\.{3}|…)|[-=~*<[( ]*(?:snip(?:ped)?|omitted|truncated|output (?:omitted|truncated)|\d+ (?:more )?lines? (?:omitted|skipped|truncated|left out))\b|--More--)/i
/** First characters of marks, and of fences. */
const FIRST = new Set([...'`~[(<{.…-=*sotSOT0123456789'].map((char) => char.charCodeAt(0)))
/** Marks are short; a long line is never tried, so that blanks without end cost nothing. */
const MAX_MARK = 200
const STRUCTURE = /^(?:[\s[\]{}#"'-]|[\w./-]+"?:(?:\s|$)|\.\.\.)/

/**
 * Lines without what stands around objects: prompts, fences and asides of kubectl end a document or vanish; a person's words after the
 * last object are left out. Words that say that lines are missing stay, so that the document counts as cut.
 */
export function withoutSurroundings(lines: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const line of lines) {
    let at = 0
    while (line.charCodeAt(at) === 32 || line.charCodeAt(at) === 9) at += 1
    if (at === 0 && ASIDE.test(line)) continue
    const odd = FIRST.has(line.charCodeAt(at)) && line.length <= MAX_MARK ? line.slice(at) : null
    if ((odd !== null && FENCE.test(odd)) || (at === 0 && isCommandLine(line))) kept.push('---')
    else kept.push(odd !== null && MARK.test(odd) ? '@elided' : line)
  }
  let end = kept.length
  while (end > 0 && isWords(kept[end - 1] ?? '')) end -= 1
  const after = kept.slice(end)
  return after.some((line) => ELIDED.test(line)) || after.every((line) => line.trim() === '')
    ? kept
    : [...kept.slice(0, end), '']
}

function isWords(line: string): boolean {
  return line.trim() === '' || line === '---' || (!STRUCTURE.test(line) && / /.test(line.trim()))
}
