import type { FrozenTable, SnapshotContent } from '@/lib/contract/snapshots'

/** Most lines of an export: it must fit a ticket (UX-56). */
export const MAX_MARKDOWN_LINES = 60

const WORDS: Readonly<Record<string, string>> = {
  pass: 'OK',
  ok: 'OK',
  warn: 'Warning',
  fail: 'Failed',
  unknown: 'Unknown',
  blocked: 'Blocked',
  running: 'Running',
  'not-applicable': 'Not applicable',
  'not-proved': 'Not proved',
}
const word = (state: string) => WORDS[state] ?? state

/**
 * A page as Markdown for tickets and chat: verdict, what decided, levels, fix, other findings, evidence, link; at most 60 lines.
 * Hostile text cannot leave its place: it is escaped or fenced.
 * @param url address to end with; null for none
 */
export function toMarkdown(content: SnapshotContent, url: string | null = null): string {
  const fix = content.causes.flatMap((cause) => cause.fix)
  const causes = content.causes
    .filter((cause) => cause.summary !== '' && cause.summary !== content.headline)
    .slice(0, 3)
  const [first] = causes
  const blocks: string[][] = [
    [`## ${plain(content.title)}: ${plain(content.headline)}`],
    [`**${plain(word(content.state))}**${first ? `. ${plain(first.summary)}` : ''}`, `*${stamp(content)}*`],
    content.values.map(
      (value) =>
        `- ${plain(value.label)}: now ${code(value.value)}, expected ${code(value.expected)} (${plain(value.source)})`,
    ),
    levels(content),
    fix.length > 0
      ? [
          '### Fix',
          '',
          ...fix
            .slice(0, 8)
            .map(
              (step, index) =>
                `${index + 1}. ${plain(step.text)}${step.command ? ` ${code(step.command)}` : ''}${risky(step.risk)}`,
            ),
        ]
      : [],
    causes.slice(1).map((cause) => `- **${plain(cause.title)}.** ${plain(cause.summary)}`),
    result(content),
    content.facts.map(
      (fact) =>
        `- ${plain(fact.label)}: ${plain(fact.value)}${fact.state === 'fail' || fact.state === 'warn' ? ` **(${word(fact.state)})**` : ''}`,
    ),
    excerpt(content),
    content.tables.flatMap(table),
    checks(content),
  ]
  return bounded(blocks, url)
}

function stamp(content: SnapshotContent): string {
  const read = content.kind === 'node' ? `read ${plain(content.readAt ?? 'never')}, ` : ''
  return `${read}copied ${plain(content.takenAt)}${content.masked ? '; names and addresses are pseudonyms' : ''}`
}

function levels(content: SnapshotContent): string[] {
  if (content.levels.length === 0) return []
  return [
    '| # | Level | State | |',
    '|--:|---|---|---|',
    ...content.levels.map(
      (level) => `| ${level.number} | ${plain(level.title)} | ${plain(word(level.shown))} | ${plain(level.line)} |`,
    ),
  ]
}

function result(content: SnapshotContent): string[] {
  const rows = (content.rows ?? []).filter((row) => row.busbwGBps !== null).slice(-8)
  if (rows.length === 0) return []
  const { expected } = content
  const band = expected ? (expected.low === expected.high ? expected.low : `${expected.low}–${expected.high}`) : ''
  return [
    ...(expected ? [`Expected ${band} GB/s: ${plain(expected.reasoning)}`, ''] : []),
    '| Size, B | Time, µs | algbw, GB/s | busbw, GB/s | wrong |',
    '|--:|--:|--:|--:|--:|',
    ...rows.map(
      (row) =>
        `| ${row.sizeBytes} | ${row.timeUsec ?? '?'} | ${row.algbwGBps ?? '?'} | ${row.busbwGBps ?? '?'} | ${row.wrong ?? '?'} |`,
    ),
  ]
}

function excerpt({ excerpt: found }: SnapshotContent): string[] {
  if (found === null || found.lines.length === 0) return []
  const body = found.lines.map((line) => line.text.replace(/\s+/g, ' ').replaceAll('```', "'''").slice(0, 200))
  return [`### Evidence: ${plain(found.title)}`, '', '```text', ...body, '```']
}

function table({ title, columns, rows, more }: FrozenTable): string[] {
  const shown = rows.slice(0, 12)
  const left = rows.length - shown.length + more
  return [
    `### ${plain(title)}`,
    '',
    `| ${columns.map(plain).join(' | ')} |`,
    `|${'---|'.repeat(columns.length)}`,
    ...shown.map(
      (row) => `| ${row.cells.map((cell) => plain(cell.text || (cell.state ? word(cell.state) : ''))).join(' | ')} |`,
    ),
    ...(left > 0 ? ['', `and ${left} more`] : []),
  ]
}

function checks(content: SnapshotContent): string[] {
  const bad = content.checks.filter((check) => ['fail', 'warn', 'unknown'].includes(check.state))
  if (bad.length === 0) return []
  return [
    '### Checks that are not OK',
    '',
    ...bad.map(
      (check) => `- ${plain(check.level)}: **${plain(check.title)}** (${word(check.state)}): ${plain(check.summary)}`,
    ),
  ]
}

function risky(risk: string): string {
  return risk === 'none' ? '' : ` *(${plain(risk.replaceAll('-', ' '))})*`
}

/** Whole blocks while they fit; one that does not is cut, closed, and said to be. */
function bounded(blocks: readonly (readonly string[])[], url: string | null): string {
  const lines: string[] = []
  const room = MAX_MARKDOWN_LINES - 2 - (url === null ? 0 : 2)
  let cut = 0
  for (const block of blocks) {
    if (block.length === 0) continue
    const gap = lines.length > 0 ? [''] : []
    const free = room - lines.length - gap.length
    if (block.length <= free) {
      lines.push(...gap, ...block)
      continue
    }
    const fenced = block.includes('```text')
    const kept = free < 6 ? [] : fenced ? [...block.slice(0, free - 1), '```'] : block.slice(0, free)
    cut += block.length - kept.length
    if (kept.length > 0) lines.push(...gap, ...kept)
  }
  if (cut > 0) lines.push('', `… ${cut} more lines on the page`)
  if (url !== null) lines.push('', url)
  return `${lines.join('\n')}\n`
}

/** Text on one line with the characters that mean something in Markdown, HTML or a mention made harmless. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 600)
    .replace(/[\\`*_[\]<>|#~!]/g, '\\$&')
    .replace(/^([-+]|\d+[.)])(?=\s)/, '\\$1')
    .replace(/@/g, '&#64;')
}

/** Inline code that no backtick inside can end, and no pipe can break a table with. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').slice(0, 600)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`
}
