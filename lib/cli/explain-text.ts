import type { Explained } from '@/lib/contract/api'

const MARK: Readonly<Record<string, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL', unknown: '?   ' }

/** An explanation for a terminal: what it is, what is wrong, and the facts in short. */
export function explanationText(answer: Explained): string {
  const lines = [
    `${answer.file}: ${answer.kind ?? 'not recognised'}${answer.status === 'ok' ? '' : ` (${answer.status})`}`,
  ]
  if (answer.reason) lines.push(`  ${answer.reason.text}`)
  for (const error of answer.errors.slice(0, 10)) lines.push(`  error: ${error}`)
  for (const cause of answer.causes) lines.push(`  cause: ${cause.summary}`)
  for (const verdict of answer.verdicts)
    lines.push(
      `  ${MARK[verdict.status] ?? ''} ${verdict.check}${verdict.subject ? ` [${verdict.subject}]` : ''}: ${verdict.summary}`,
    )
  for (const [name, value] of Object.entries(answer.facts)) lines.push(`  ${name}: ${short(value)}`)
  return `${lines.join('\n')}\n`
}

function short(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`
  const text = JSON.stringify(value) ?? ''
  return text.length > 160 ? `${text.slice(0, 159)}…` : text
}
