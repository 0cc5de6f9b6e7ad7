import type { CausePage, NodePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import type { FrozenTable } from '@/lib/contract/snapshots'
import { levelInfo } from '@/lib/levels'
import { redactData } from '@/lib/redact-data'
import type { NodeReport } from '@/lib/report'
import { allowListed, empty, type Frozen, frozenStep } from './allow-list'
import { decidingCheck, excerptOf, tableOf, valuesOf } from './deciding'
import { NOTHING_OWN, type Own } from './never'
import { tablesOf } from './run-tables'

const MAX_CHECKS = 120
const MAX_FINDINGS = 20
const MAX_NODES = 100
const MAX_ROWS = 64
const MAX_TABLES = 6

/** What of a node's page is copied. */
export interface NodeCopy {
  report: NodeReport
  facts: NodePage['facts']
}

/** Freezes a node's page: levels, causes with fix, what decided, checks that are not passing, and the facts of the header. */
export function freezeNode(shown: NodeCopy, takenAt: string, own: Own = NOTHING_OWN): Frozen {
  const page = redactData(shown)
  const { report } = page
  const open = report.checks.filter((check) => check.state !== 'pass' && check.state !== 'skip')
  const passing = report.checks.length - open.length
  const deciding = decidingCheck(report)
  const table = tableOf(deciding)
  return allowListed(
    {
      ...empty('node', report.node, takenAt),
      state: report.state,
      headline: report.headline,
      values: valuesOf(deciding),
      levels: report.levels
        .filter((level) => level.number > 0)
        .map(({ number, title, shown, line }) => ({ number, title, shown, line })),
      causes: report.causes.map(({ title, summary, fix }) => ({ title, summary, fix: fix.map(frozenStep) })),
      checks: open.slice(0, MAX_CHECKS).map((check) => ({
        level: levelInfo(check.level).title,
        title: check.title,
        state: check.state,
        summary: check.summary,
        findings: check.findings
          .slice(0, MAX_FINDINGS)
          .map(({ subject, status, summary }) => ({ subject, status, summary })),
      })),
      excerpt: excerptOf(deciding),
      tables: table ? [table] : [],
      // The boot id names a machine and tells a reader nothing.
      facts: page.facts
        .filter(({ label }) => label !== 'boot id')
        .map(({ label, value }) => ({ label, value, state: null })),
      readAt: report.readAt,
    },
    [
      'Raw evidence but for what decided, and the commands behind it',
      `${passing} checks that pass or do not apply`,
      'The address of the node, its timeline and its runs',
    ],
    own,
  )
}

/** Freezes a cause's page: what, why, fix, and the nodes that have it with where they fail. */
export function freezeCause(shown: CausePage, takenAt: string, own: Own = NOTHING_OWN): Frozen {
  const page = redactData(shown)
  const { cause, nodes } = page
  const table: FrozenTable = {
    title: 'Nodes',
    columns: ['State', 'Nodes'],
    rows: byState(nodes).map(({ text, state, names }) => ({
      cells: [
        { text, state },
        { text: nodeNames(names), state: null },
      ],
    })),
    more: 0,
  }
  return allowListed(
    {
      ...empty('cause', cause.title, takenAt),
      state: 'fail',
      headline: cause.summary,
      causes: [{ title: 'Why, and what to do', summary: page.why, fix: page.fix.map(frozenStep) }],
      tables: nodes.length > 0 ? [table] : [],
      facts: [
        { label: 'Level', value: levelWords(cause.level), state: null },
        { label: 'Nodes', value: String(cause.nodeCount), state: null },
        ...(cause.since ? [{ label: 'Since', value: utc(cause.since), state: null }] : []),
        ...page.inCommon.slice(0, 10).map((one) => ({
          label: one.attribute,
          value: `${one.value} (${one.here} of ${one.hereOf} here, ${one.there} of ${one.thereOf} elsewhere)`,
          state: null,
        })),
      ],
    },
    ['The checks of each node', 'Raw evidence'],
    own,
  )
}

/** Freezes a run's page: result, rows, matrix or findings of a search, and facts; not the manifest, not the log. */
export function freezeRun(shown: Run, takenAt: string, own: Own = NOTHING_OWN): Frozen {
  const run = redactData(shown)
  const { expected } = run
  return allowListed(
    {
      ...empty('run', run.title, takenAt),
      state: run.verdict ?? (run.finishedAt === null ? 'running' : 'unknown'),
      headline: run.sentence ?? `The run is ${run.state}.`,
      excerpt:
        run.firstError === null
          ? null
          : { title: 'First error', source: 'log of the run', lines: [{ text: run.firstError, mark: true }] },
      rows: run.rows.slice(-MAX_ROWS).map(({ sizeBytes, timeUsec, algbwGBps, busbwGBps, wrong }) => ({
        sizeBytes,
        timeUsec,
        algbwGBps,
        busbwGBps,
        wrong,
      })),
      expected: expected && {
        low: expected.busbwGBpsLow,
        high: expected.busbwGBpsHigh,
        reasoning: expected.reasoning,
      },
      tables: tablesOf(run).slice(0, MAX_TABLES).map(bounded),
      facts: [
        { label: 'Nodes', value: nodeNames(run.nodes), state: null },
        { label: 'GPUs', value: String(run.gpusTotal), state: null },
        ...run.facts.map(({ label, value, state }) => ({ label, value, state })),
      ],
      readAt: run.finishedAt,
    },
    ['Manifest, image and namespace', 'The log but for its first error', 'Who started it'],
    own,
  )
}

function levelWords(id: Parameters<typeof levelInfo>[0]): string {
  const { number, title } = levelInfo(id)
  return number > 0 ? `${number}, ${title}` : title
}

function bounded(table: FrozenTable): FrozenTable {
  const rows = table.rows.slice(0, MAX_NODES)
  return { ...table, rows, more: table.more + table.rows.length - rows.length }
}

/** Nodes that are in the same state at the same level, most of them first. */
function byState(nodes: CausePage['nodes']): { text: string; state: string; names: string[] }[] {
  const groups = new Map<string, { text: string; state: string; names: string[] }>()
  for (const { name, state, firstBroken } of nodes) {
    const text = firstBroken ? `Failed at level ${levelWords(firstBroken)}` : ''
    const key = `${state} ${text}`
    const group = groups.get(key) ?? { text, state, names: [] }
    group.names.push(name)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => b.names.length - a.names.length)
}

function utc(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 16).replace('T', ' ')} UTC` : iso
}

function nodeNames(names: readonly string[]): string {
  const more = names.length - MAX_NODES
  return more > 0 ? `${names.slice(0, MAX_NODES).join(', ')} and ${more} more` : names.join(', ')
}
