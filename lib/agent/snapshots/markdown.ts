import type { SnapshotContent } from '@/lib/contract/snapshots'

/** Most lines of an export: it must fit a ticket (brief: ≤ 60). */
export const MAX_MARKDOWN_LINES = 60

/** A snapshot as Markdown for tickets and chat. Hostile text cannot leave its place: it is escaped or fenced. */
export function toMarkdown(content: SnapshotContent): string {
  const lines = [
    `## ${plain(content.title)}: ${plain(content.state)}`,
    '',
    plain(content.headline),
    '',
    `Read ${content.readAt ?? 'never'}, frozen ${content.takenAt}${content.masked ? ', names masked' : ''}.`,
    '',
  ]
  if (content.levels.length > 0) {
    lines.push('| # | Level | State | |', '|--:|---|---|---|')
    for (const level of content.levels)
      lines.push(`| ${level.number} | ${cell(level.title)} | ${cell(level.shown)} | ${cell(level.line)} |`)
    lines.push('')
  }
  for (const cause of content.causes.slice(0, 3)) {
    lines.push(`**${plain(cause.title)}.** ${plain(cause.summary)}`)
    for (const [index, step] of cause.fix.slice(0, 5).entries()) {
      lines.push(
        `${index + 1}. ${plain(step.text)}${step.command === undefined ? '' : ` ${code(step.command)}`} (${plain(step.risk)})`,
      )
    }
    lines.push('')
  }
  const failed = content.checks.filter(
    (check) => check.state === 'fail' || check.state === 'warn' || check.state === 'unknown',
  )
  for (const check of failed)
    lines.push(`- ${plain(check.level)}: **${plain(check.title)}** (${plain(check.state)}): ${plain(check.summary)}`)
  if (content.rows && content.rows.length > 0) {
    lines.push('| Size (bytes) | busbw (GB/s) |', '|--:|--:|')
    for (const row of content.rows.slice(-12)) lines.push(`| ${row.sizeBytes} | ${row.busbwGBps ?? '–'} |`)
  }
  const facts = content.facts.map((fact) => `- ${plain(fact.label)}: ${plain(fact.value)}`)
  const all = [...lines, ...(facts.length > 0 ? ['', ...facts] : [])]
  if (all.length <= MAX_MARKDOWN_LINES) return `${all.join('\n').trimEnd()}\n`
  const kept = all.slice(0, MAX_MARKDOWN_LINES - 1)
  return `${[...kept, `… ${all.length - kept.length} more lines on the page`].join('\n')}\n`
}

/** Text on one line with Markdown's and HTML's own characters escaped, and nothing a spreadsheet or mention could act on. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 600)
    .replace(/[\\`*_[\]<>|#~]/g, '\\$&')
    .replace(/@/g, '&#64;')
}

function cell(text: string): string {
  return plain(text)
}

/** Inline code that no backtick inside can end. */
function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').slice(0, 600)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`
}
