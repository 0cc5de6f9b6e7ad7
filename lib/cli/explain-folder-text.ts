import type { ExplainedFolder } from '@/lib/explain/explain-files'
import type { LevelReport, NodeReport } from '@/lib/report'
import { sanitiseData, sanitiseLine } from '@/lib/sanitise'

/** True where every file that was recognised was read, and there was one. */
export function isWholeFolder({ captures, left }: ExplainedFolder): boolean {
  const recognised = captures.filter((capture) => capture.kind !== null)
  return recognised.length > 0 && left.length === 0 && recognised.every((capture) => capture.status === 'ok')
}

/** One JSON line per node, then one for the folder. */
export function folderLines(directory: string, { together, captures, left }: ExplainedFolder): string {
  const { headline, causes, unexplained, reports } = together
  const nodes = reports.map(({ node, state, firstBroken }) => ({ node, state, firstBroken }))
  const summary = { headline, causes, unexplained, nodes, captures, left }
  const lines = [...reports.map((report) => ({ schema: 1, directory, ...report })), { schema: 1, directory, summary }]
  return lines.map((line) => `${JSON.stringify(sanitiseData(line))}\n`).join('')
}

const SHOWN: Readonly<Record<LevelReport['shown'], string>> = {
  pass: 'ok',
  warn: 'warning',
  fail: 'FAIL',
  running: 'running',
  blocked: 'blocked',
  unknown: '?',
  'not-applicable': '-',
  'not-proved': 'not proved',
}
/** Unrecognised files named at the end. */
const MAX_NAMED = 10

/** A folder for a terminal: what is wrong first, the pyramid of each node, the causes. */
export function folderText(directory: string, { together, captures, left }: ExplainedFolder): string {
  const { headline, causes, unexplained, reports } = together
  const lines = [`${directory}: ${headline.text}`]
  if (headline.nodes.length > 0) lines.push(`  on ${naming(headline.nodes)}`)
  for (const report of reports) lines.push('', ...pyramidLines(report))
  if (causes.length > 0) lines.push('', 'Causes')
  for (const cause of causes) {
    lines.push(`  ${cause.id} (${cause.level}; ${naming(cause.nodes)}): ${cause.summary}`)
    for (const step of cause.fix) lines.push(`    - ${step.text}${step.command ? `: ${step.command}` : ''}`)
  }
  if (unexplained.length > 0) lines.push('', 'Failed, without a cause that explains it')
  for (const one of unexplained) lines.push(`  ${one.check} (${one.level}; ${naming(one.nodes)}): ${one.summary}`)
  const unread = captures.filter((capture) => capture.status !== 'ok')
  lines.push('', `${captures.length} files, ${captures.length - unread.length} read`)
  for (const one of unread.slice(0, MAX_NAMED))
    lines.push(
      `  ${one.file}: ${one.kind ?? 'not recognised'}${one.kind ? `, ${one.status}` : ''}: ${one.reason ?? ''}`,
    )
  if (unread.length > MAX_NAMED) lines.push(`  and ${unread.length - MAX_NAMED} more`)
  for (const one of left.slice(0, MAX_NAMED)) lines.push(`  ${one.file}: left unread: ${one.why}`)
  return `${lines.map((line) => sanitiseLine(line, 2000)).join('\n')}\n`
}

/** The storeys of one node, top down as the page draws them. */
function pyramidLines(report: NodeReport): string[] {
  const broken = report.firstBroken ? `, first broken: ${report.firstBroken}` : ''
  const levels = report.levels
    .filter((level) => level.id !== 'reach')
    .toSorted((a, b) => b.number - a.number)
    .map(
      (level) =>
        `  ${String(level.number).padStart(2)} ${level.title.padEnd(24)} ${SHOWN[level.shown].padEnd(10)} ${level.line}`,
    )
  return [`${report.node}: ${report.state}${broken}`, `  ${report.headline}`, ...levels]
}

function naming(nodes: readonly string[]): string {
  return nodes.length > 6 ? `${nodes.slice(0, 6).join(', ')} and ${nodes.length - 6} more` : nodes.join(', ')
}
