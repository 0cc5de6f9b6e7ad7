import type { FixStep } from '@/lib/check'
import type { CausePage, NodePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import { type SnapshotContent, snapshotContent } from '@/lib/contract/snapshots'
import { levelInfo } from '@/lib/levels'
import { redact } from '@/lib/redact'

/** A frozen page and the words for what it leaves out. */
export interface Frozen {
  content: SnapshotContent
  removed: string[]
}

const MAX_CHECKS = 120
const MAX_FINDINGS = 20

/** Freezes a node's page: levels, causes with fix, checks that are not passing, and the facts of the header. */
export function freezeNode(page: NodePage, takenAt: string): Frozen {
  const { report } = page
  const open = report.checks.filter((check) => check.state !== 'pass' && check.state !== 'skip')
  const passing = report.checks.length - open.length
  return allowListed(
    {
      title: report.node,
      kind: 'node',
      takenAt,
      state: report.state,
      headline: report.headline,
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
      facts: page.facts.map(({ label, value }) => ({ label, value })),
      readAt: report.readAt,
      masked: false,
    },
    [
      'Raw evidence and the commands behind it',
      `${passing} checks that pass or do not apply`,
      'The address of the node, its timeline and its runs',
    ],
  )
}

/** Freezes a cause's page: what, why, fix, and the names of the nodes that have it. */
export function freezeCause(page: CausePage, takenAt: string): Frozen {
  const { cause } = page
  return allowListed(
    {
      title: cause.title,
      kind: 'cause',
      takenAt,
      state: 'fail',
      headline: cause.summary,
      levels: [],
      causes: [{ title: cause.title, summary: page.why, fix: page.fix.map(frozenStep) }],
      checks: [],
      facts: [
        { label: 'Level', value: levelInfo(cause.level).title },
        { label: 'Nodes', value: nodeNames(page.nodes.map((node) => node.name)) },
        ...page.inCommon.slice(0, 10).map((one) => ({
          label: one.attribute,
          value: `${one.value} (${one.here} of ${one.hereOf} here, ${one.there} of ${one.thereOf} elsewhere)`,
        })),
      ],
      readAt: null,
      masked: false,
    },
    ['The state of each node', 'Raw evidence'],
  )
}

/** Freezes a run's page: result, rows and facts; not the manifest, not the log. */
export function freezeRun(run: Run, takenAt: string): Frozen {
  return allowListed(
    {
      title: run.title,
      kind: 'run',
      takenAt,
      state: run.verdict ?? 'unknown',
      headline: run.sentence ?? `The run is ${run.state}.`,
      levels: [],
      causes: [],
      checks: [],
      rows: run.rows,
      facts: [
        { label: 'Nodes', value: nodeNames(run.nodes) },
        { label: 'GPUs', value: String(run.gpusTotal) },
        ...(run.expected
          ? [
              {
                label: 'Expected',
                value: `${[...new Set([run.expected.busbwGBpsLow, run.expected.busbwGBpsHigh])].join('–')} GB/s`,
              },
            ]
          : []),
        ...run.facts.map(({ label, value }) => ({ label, value })),
      ],
      readAt: run.finishedAt,
      masked: false,
    },
    ['Manifest, image and namespace', 'Log', 'Who started it'],
  )
}

function frozenStep(step: FixStep): { text: string; command?: string; risk: string } {
  return { text: step.text, risk: step.risk, ...(step.command === undefined ? {} : { command: step.command }) }
}

function nodeNames(names: readonly string[]): string {
  return names.length > 50 ? `${names.slice(0, 50).join(', ')} and ${names.length - 50} more` : names.join(', ')
}

/** The contract's schema is the allow-list; redaction runs again over what it lets through (SEC-26, SEC-27). */
function allowListed(content: SnapshotContent, removed: string[]): Frozen {
  const rules = new Set<string>()
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const redacted = redact(value)
      for (const rule of redacted.rules) rules.add(rule)
      return redacted.text
    }
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]))
  }
  const parsed = snapshotContent.parse(clean(content))
  return { content: parsed, removed: [...removed, ...[...rules].map((rule) => `Credentials (${rule})`)] }
}
