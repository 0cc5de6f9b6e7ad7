import { isCommandLine } from '@/lib/command-line'

const FENCE = /^(?:```|~~~)\w*\s*$/
/** What kubectl says on stderr beside the objects: warnings of the server, its own log. */
const ASIDE = /^(?:Warning: |[WEI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\.go:\d+\] )/
/** What Ansible prints before the JSON of an answer. */
const ANSIBLE = /^(?:ok|changed|skipping|fatal|failed): \[[^\]]{1,253}\](?:: [A-Z!]{1,40})? => (?=\{)/
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
    let first = line.charCodeAt(0)
    while (first === 32 || first === 9) {
      at += 1
      first = line.charCodeAt(at)
    }
    if (at === 0 && ASIDE.test(line)) continue
    const odd = FIRST.has(first) && line.length <= MAX_MARK ? line.slice(at) : null
    if (at === 0 && ANSIBLE.test(line)) kept.push('---', line.replace(ANSIBLE, ''))
    else if ((odd !== null && FENCE.test(odd)) || (at === 0 && isCommandLine(line))) kept.push('---')
    else kept.push(odd !== null && MARK.test(odd) ? '@elided' : line)
  }
  // A mark before everything says that the beginning was left out: an excerpt, as whole as one without a mark.
  const first = kept.findIndex((line) => line !== '@elided' && line.trim() !== '')
  if (first > 0) kept.splice(0, first)
  let end = kept.length
  while (end > 0 && isWords(kept[end - 1] ?? '')) end -= 1
  const after = kept.slice(end)
  return after.some((line) => ELIDED.test(line)) || after.every((line) => line.trim() === '')
    ? kept
    : [...kept.slice(0, end), '']
}

/** Share of the lines with text that `grep -n` must have numbered. */
const NUMBERED = 0.8
const NUMBER = /^(\d{1,7})[:-]/

/** Lines without the numbers of `grep -n` (`12:` where it matched, `13-` around it), which rise from line to line. */
export function withoutNumbers(lines: readonly string[]): readonly string[] {
  if (!NUMBER.test(lines.find((line) => line.trim() !== '') ?? '')) return lines
  let [numbered, others, last] = [0, 0, -1]
  for (const line of lines) {
    const found = NUMBER.exec(line)?.[1]
    if (found === undefined) {
      if (line.trim() !== '' && line !== '--') others += 1
      continue
    }
    if (Number(found) <= last) return lines
    last = Number(found)
    numbered += 1
  }
  // Three lines may be numbered by chance; a gap between matches is where lines were left out.
  if (numbered < 3 || numbered < (numbered + others) * NUMBERED) return lines
  return lines.map((line) => (line === '--' ? '@elided' : line.replace(NUMBER, '')))
}

function isWords(line: string): boolean {
  return line.trim() === '' || line === '---' || (!STRUCTURE.test(line) && / /.test(line.trim()))
}
