import { headlineOf } from '@/components/pyramid/findings-of'
import { WORD } from '@/components/state/shown'
import type { Detail, FixStep } from '@/lib/check'
import type { CausePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import { LEVELS } from '@/lib/levels'
import type { NodeReport } from '@/lib/report'

/** Longest export: it has to be read in a ticket (UX-56). */
const MAX_LINES = 60

/** A node's page for a ticket: verdict, levels, cause, evidence, fix, link. */
export function nodeMarkdown(page: { report: NodeReport }, url: string): string {
  const { report } = page
  const { cause, check, values } = headlineOf(report)
  const fix = cause?.fix.length ? cause.fix : (check?.fix ?? [])
  const lines = [
    `## ${plain(report.node)}: ${plain(report.state === 'pass' ? WORD.pass : report.headline)}`,
    '',
    `**${WORD[report.state]}**, read ${report.readAt ?? 'never'}. ${plain(cause?.summary ?? check?.summary ?? '')}`,
    ...values.map(
      (value) =>
        `- ${plain(value.label)}: now ${code(`${value.value}${value.unit ?? ''}`)}, expected ${code(`${value.expected}${value.unit ?? ''}`)} (${plain(value.source)})`,
    ),
    '',
    '| # | Level | State | |',
    '|---|---|---|---|',
    ...LEVELS.map((level) => report.levels.find((entry) => entry.id === level.id))
      .filter((level) => level !== undefined)
      .map((level) => `| ${level.number} | ${level.title} | ${WORD[level.shown]} | ${plain(level.line)} |`),
    '',
    ...excerpt(check?.evidence ?? []),
    ...(fix.length > 0 ? ['### Fix', '', ...fix.map(stepLine), ''] : []),
    url,
  ]
  return bounded(lines)
}

/** A cause's page for a ticket. */
export function causeMarkdown(page: CausePage, url: string): string {
  const { cause, nodes, inCommon, fix } = page
  const names = nodes.map((node) => node.name)
  return bounded([
    `## ${plain(cause.title)}: ${names.length === 1 ? '1 node' : `${names.length} nodes`}`,
    '',
    plain(cause.summary),
    '',
    `Nodes: ${plain(names.slice(0, 40).join(', '))}${names.length > 40 ? ` and ${names.length - 40} more` : ''}`,
    ...inCommon
      .slice(0, 5)
      .map(
        (row) =>
          `- ${plain(row.attribute)} ${code(row.value)}: ${row.here} of ${row.hereOf} here, ${row.there} of ${row.thereOf} elsewhere`,
      ),
    '',
    ...(fix.length > 0 ? ['### Fix', '', ...fix.map(stepLine), ''] : []),
    url,
  ])
}

/** A run's page for a ticket. */
export function runMarkdown(run: Run, url: string): string {
  const last = run.rows.filter((row) => row.busbwGBps !== null).slice(-8)
  return bounded([
    `## ${plain(run.title)}: ${run.state}`,
    '',
    plain(run.sentence ?? 'No result yet.'),
    '',
    ...(run.expected
      ? [
          `Expected ${run.expected.busbwGBpsLow}–${run.expected.busbwGBpsHigh} GB/s: ${plain(run.expected.reasoning)}`,
          '',
        ]
      : []),
    '| Size, B | Time, µs | algbw, GB/s | busbw, GB/s | wrong |',
    '|---|---|---|---|---|',
    ...last.map(
      (row) =>
        `| ${row.sizeBytes} | ${row.timeUsec ?? '?'} | ${row.algbwGBps ?? '?'} | ${row.busbwGBps ?? '?'} | ${row.wrong ?? '?'} |`,
    ),
    '',
    ...run.facts.map((fact) => `- ${plain(fact.label)}: ${plain(fact.value)}`),
    '',
    url,
  ])
}

function stepLine(step: FixStep, index: number): string {
  return `${index + 1}. ${plain(step.text)}${step.command ? ` ${code(step.command)}` : ''}`
}

function excerpt(details: readonly Detail[]): string[] {
  const lines = details.find((detail) => detail.kind === 'lines')
  if (!lines) return []
  const body = lines.lines.slice(0, 12).map((line) => line.text.replaceAll('```', "'''"))
  return [`### Evidence: ${plain(lines.source)}`, '', '```text', ...body, '```', '']
}

function bounded(lines: readonly string[]): string {
  if (lines.length <= MAX_LINES) return lines.join('\n')
  return [...lines.slice(0, MAX_LINES - 2), '…', lines.at(-1)].join('\n')
}

/** Text from nodes must stay text in a ticket: no links, images, HTML or table breaks. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|!#]/g, (sign) => `\\${sign}`)
}

/** Inline code that holds any text. */
function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  return flat.includes('`') ? `\`\` ${flat} \`\`` : `\`${flat.replaceAll('|', '\\|')}\``
}
