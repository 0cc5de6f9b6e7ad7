import type { Cause, JudgedVerdict } from '@/lib/cause'
import type { AnyCheck, Detail, FixStep } from '@/lib/check'
import type { Explained } from '@/lib/contract/api'
import { computeBlocking } from '@/lib/engine/blocking'
import { type Evaluated, evaluate } from '@/lib/engine/evaluate'
import type { FactTable } from '@/lib/engine/fact-state'
import { findCauses } from '@/lib/engine/find-causes'

export interface Rules {
  checks: readonly AnyCheck[]
  causes: readonly Cause[]
}

/** Facts of a capture: over all it holds, and of each node it names. */
export interface CaptureFacts {
  whole: Readonly<Record<string, unknown>>
  nodes: readonly { node: string; facts: Readonly<Record<string, unknown>> }[]
}

export interface CaptureJudgement {
  verdicts: Explained['verdicts']
  causes: Explained['causes']
  /** Evidence and fix per check, for the page. */
  details: readonly { check: string; evidence: readonly Detail[]; fix: readonly FixStep[] }[]
}

/**
 * Judges facts from captures alone with the very same checks that judge live nodes (EXPLAIN §2.8). Checks whose needs are not in the
 * capture are left out; one that finds its facts lacking says unknown; consequences of a failure say unknown too and name it.
 */
export function judgeFacts(facts: CaptureFacts, rules: Rules): CaptureJudgement {
  const cluster = answersOf(
    rules.checks.filter((check) => check.scope === 'cluster'),
    facts.whole,
    null,
  )
  const perNode = facts.nodes.length > 0 ? facts.nodes : [{ node: null, facts: facts.whole }]
  const nodeChecks = rules.checks.filter((check) => check.scope !== 'cluster')
  const verdicts = new Map<string, Explained['verdicts'][number]>()
  const causes = new Map<string, Explained['causes'][number]>()
  const details = new Map<string, CaptureJudgement['details'][number]>()
  for (const one of perNode) {
    const answers = [...cluster, ...answersOf(nodeChecks, one.facts, one.node)]
    const { blockedBy } = computeBlocking(
      answers.map(({ check, answer }) => ({ id: check.id, after: check.after, state: answer.state })),
    )
    for (const { check, answer } of answers) {
      const blockers = blockedBy.get(check.id) ?? []
      for (const row of rowsOf(check, answer, blockers, one.node))
        verdicts.set(`${row.check}\n${row.status}\n${row.subject}\n${row.summary}`, row)
      if (answer.state !== 'pass')
        details.set(check.id, { check: check.id, evidence: answer.verdict?.evidence ?? [], fix: answer.fix })
    }
    const judged = Object.fromEntries(
      answers.map(({ check, answer }) => [check.id, asVerdict(check, answer, blockedBy.has(check.id))]),
    )
    for (const cause of findCauses(rules.causes, {
      node: one.node,
      profile: null,
      verdicts: judged,
      facts: one.facts,
    })) {
      causes.set(cause.signature, { id: cause.id, summary: cause.summary })
    }
  }
  return { verdicts: [...verdicts.values()], causes: [...causes.values()], details: [...details.values()] }
}

interface Answered {
  check: AnyCheck
  answer: Evaluated
}

/** Answers of the checks whose needs are all there; what does not apply is left out. */
function answersOf(
  checks: readonly AnyCheck[],
  facts: Readonly<Record<string, unknown>>,
  node: string | null,
): Answered[] {
  const table: FactTable = Object.fromEntries(
    Object.entries(facts).map(([id, value]) => [id, { status: 'ok' as const, value, at: null, refs: [] }]),
  )
  const has = (id: string) => table[id] !== undefined
  return checks.flatMap((check) => {
    if (!check.needs.every(has) || (check.anyOf !== undefined && !check.anyOf.some(has))) return []
    const answer = evaluate(check, table, { node, profile: null })
    return answer.state === 'skip' ? [] : [{ check, answer }]
  })
}

/** One row per deviating device, pod, pool…; one row where a check names none. */
function rowsOf(
  check: AnyCheck,
  answer: Evaluated,
  blockers: readonly string[],
  node: string | null,
): Explained['verdicts'] {
  const base = { check: check.id, level: check.level }
  const summary = answer.verdict?.summary ?? answer.why
  if (answer.state === 'skip') return []
  if (blockers.length > 0) {
    return [{ ...base, status: 'unknown', subject: node, summary: `Follows from ${blockers.join(', ')}: ${summary}` }]
  }
  if (answer.state === 'pass' || answer.state === 'unknown')
    return [{ ...base, status: answer.state, subject: node, summary }]
  const findings = (answer.verdict?.findings ?? []).filter((finding) => finding.status !== 'pass')
  if (findings.length === 0) return [{ ...base, status: answer.state, subject: node, summary }]
  return findings.map((finding, at) => ({
    ...base,
    status: finding.status === 'pass' ? 'warn' : finding.status,
    subject: finding.subject,
    // The first row carries the whole sentence: it names the values compared and how many deviate.
    summary: at === 0 && finding.summary !== summary ? `${finding.summary} (${summary})` : finding.summary,
  }))
}

function asVerdict(check: AnyCheck, answer: Evaluated, blocked: boolean): JudgedVerdict {
  const { verdict } = answer
  return {
    check: check.id,
    level: check.level,
    status: blocked ? 'blocked' : answer.state,
    summary: verdict?.summary ?? answer.why,
    findings: verdict?.findings,
    reason: verdict?.reason,
    params: verdict?.params,
    evidence: verdict?.evidence,
    fix: verdict?.fix,
  }
}
