import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { loadEvidence } from '@/lib/agent/store/evidence'
import type { Db } from '@/lib/agent/store/schema'
import type { AnyCheck } from '@/lib/check'
import type { AnyCollector } from '@/lib/collector'
import type { EvidencePage } from '@/lib/contract/api'
import type { FactTable } from '@/lib/engine/fact-state'
import type { Evidence, KubeRead } from '@/lib/read'
import type { JudgedCheck } from '@/lib/report'
import { sh } from '@/lib/shell'

type Shown = EvidencePage['evidence'][number]

/** Longest text of a fact shown as YAML, characters. */
const MAX_FACT_TEXT = 200_000
/** Marks are searched in the browser: few and short. */
const MAX_MARKS = 40

export interface EvidencePageInput {
  db: Db
  node: string
  check: AnyCheck
  judged: JudgedCheck
  collectors: readonly AnyCollector[]
  /** Facts as judged: node scope or cluster scope, as the check says. */
  facts: FactTable
  context: string | null
}

/** Everything behind one verdict, to be checked by hand (DESIGN §1.3). */
export async function evidencePage(input: EvidencePageInput): Promise<EvidencePage> {
  const { check } = input
  const ids = [...check.needs, ...(check.wants ?? [])]
  const stored = await loadEvidence(
    input.db,
    input.node,
    input.judged.reads.filter((read) => read.via === 'node').map((read) => read.id),
  )
  const marks = marksOf(input.judged)
  const shown: Shown[] = stored.map((one) => ({ ...one, marks: marks.filter((mark) => one.text.includes(mark)) }))
  for (const id of ids) {
    const collector = input.collectors.find((each) => each.id === id)
    if (collector?.via === 'node') continue
    const evidence = factEvidence(id, collector, input)
    if (evidence) shown.push({ ...evidence, marks: marks.filter((mark) => evidence.text.includes(mark)) })
  }
  return {
    check: check.id,
    node: input.node,
    rule: { title: check.title.fail, why: check.why, refs: [...check.refs], after: [...check.after] },
    evidence: shown,
  }
}

/** A fact that is not raw text (Kubernetes records, history, comparison), as YAML of what Cairn keeps of it. */
function factEvidence(id: string, collector: AnyCollector | undefined, input: EvidencePageInput): Evidence | null {
  const fact = input.facts[id]
  if (!fact || id === 'clock') return null
  const whole = fact.status === 'ok' ? stringify(fact.value, { lineWidth: 0, aliasDuplicateObjects: false }) : ''
  const text = whole.slice(0, MAX_FACT_TEXT)
  return {
    id: `${id}.${collector?.via ?? 'engine'}`,
    via: collector?.via ?? 'fleet',
    source: input.context ?? 'cluster',
    command: collector?.via === 'kube' ? kubectlFor(collector.read) : commandFor(id, collector),
    status: fact.status,
    text,
    stderr: '',
    exitCode: null,
    cut: whole.length > text.length,
    ...(fact.status === 'ok' ? {} : { reason: fact.reason }),
    startedAt: fact.at ?? '',
    durationMs: 0,
    digest: createHash('sha256').update(text).digest('hex'),
    redactions: [],
  }
}

/** The line to paste to see the objects oneself. */
export function kubectlFor(read: KubeRead): string {
  const resource = read.group === '' ? read.plural : `${read.plural}.${read.group}`
  const words = ['kubectl', 'get', resource, ...(read.namespaced ? ['-A'] : []), '-o', 'yaml']
  if (read.labelSelector) words.push('-l', read.labelSelector)
  if (read.fieldSelector) words.push('--field-selector', read.fieldSelector)
  return words.map((word) => sh`${word}`).join(' ')
}

function commandFor(id: string, collector: AnyCollector | undefined): string {
  if (collector?.via === 'log')
    return sh`kubectl logs -A -l ${collector.read.podSelector} --tail ${collector.read.tailLines}`
  return `kept by Cairn: ${id}`
}

/** Strings the verdict rests on: marked lines, deviating cells, found values. */
function marksOf(judged: JudgedCheck): string[] {
  const marks = judged.evidence.flatMap((detail) => {
    if (detail.kind === 'lines') return detail.lines.filter((line) => line.mark).map((line) => line.text)
    return []
  })
  const subjects = judged.findings.filter((finding) => finding.status !== 'pass').map((finding) => finding.subject)
  return [...new Set([...marks, ...subjects])]
    .filter((mark) => mark.length >= 3 && mark.length <= 500)
    .slice(0, MAX_MARKS)
}
