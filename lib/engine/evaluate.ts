import type { AnyCheck, Context, FixStep, Lacking, Verdict } from '@/lib/check'
import type { EvidenceRef } from '@/lib/report'
import type { FactState, FactTable } from './fact-state'

/** A check's answer after the engine looked at its needs, before blocking. */
export interface Evaluated {
  state: 'pass' | 'warn' | 'fail' | 'skip' | 'unknown'
  verdict: Verdict | null
  /** For `unknown`: what is missing and why. */
  why: string
  fix: readonly FixStep[]
  reads: readonly EvidenceRef[]
}

/**
 * Runs one check over the facts it declared and nothing else.
 * A need that is not there makes it `unknown`, with the reason; so does a check that throws or says `lacking` (DESIGN §1.1).
 * A Kubernetes kind that is not installed is information: a check that needs only such kinds does not apply (CHECKS §0 `crd-absent`).
 */
export function evaluate(check: AnyCheck, facts: FactTable, context: Context): Evaluated {
  const declared = [...check.needs, ...(check.wants ?? [])]
  const reads = readsOf(check, facts)
  const isMissing = (id: string) => facts[id]?.status !== 'ok'
  const missing = check.needs.filter(isMissing)
  if (check.anyOf?.every(isMissing)) missing.push(...check.anyOf)
  if (missing.length > 0) return { ...withoutNeeds(missing, facts), reads }
  const given: Record<string, unknown> = {}
  for (const id of declared) {
    const fact = facts[id]
    if (fact?.status === 'ok') given[id] = fact.value
  }
  try {
    return { ...fromAnswer(runErased(check, given, context)), reads }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { state: 'unknown', verdict: null, why: `the check itself failed: ${text}`, fix: [], reads }
  }
}

/** Where the facts a check declared came from, and when. */
function readsOf(check: AnyCheck, facts: FactTable): readonly EvidenceRef[] {
  return [...check.needs, ...(check.wants ?? [])].flatMap((id) => facts[id]?.refs ?? [])
}

/** The one place where a check's fact types are forgotten: `given` was filled from its own declaration. */
function runErased(check: AnyCheck, given: Record<string, unknown>, context: Context): Verdict | Lacking {
  return check.run(given as never, context)
}

function fromAnswer(answer: Verdict | Lacking): Omit<Evaluated, 'reads'> {
  if (answer.status === 'lacking') return { state: 'unknown', verdict: null, why: answer.what, fix: answer.fix ?? [] }
  return { state: answer.status, verdict: answer, why: '', fix: answer.fix ?? [] }
}

function withoutNeeds(missing: readonly string[], facts: FactTable): Omit<Evaluated, 'reads'> {
  const first = missing.map((id) => ({ id, fact: facts[id] }))
  if (first.every(({ fact }) => isAbsentKind(fact))) {
    return {
      state: 'skip',
      verdict: null,
      why: `nothing to judge: ${first.map(({ fact, id }) => absentWords(fact, id)).join(', ')}`,
      fix: [],
    }
  }
  if (first.some(({ fact }) => isNoRun(fact)))
    return { state: 'skip', verdict: null, why: 'no run has shown it yet', fix: [] }
  const why = first.map(({ id, fact }) =>
    fact === undefined || fact.status === 'ok' ? `${id} has not been read yet` : `${id}: ${fact.reason || fact.status}`,
  )
  return { state: 'unknown', verdict: null, why: why.join('; '), fix: [] }
}

/** Nothing of the kind is there to be read: a CRD that is not installed, a component without pods. Missing tools are not this. */
function isAbsentKind(fact: FactState | undefined): boolean {
  return (
    fact?.status === 'absent' &&
    fact.refs.length > 0 &&
    fact.refs.every((ref) => ref.via === 'kube' || ref.via === 'log')
  )
}

function isNoRun(fact: FactState | undefined): boolean {
  return fact?.status === 'absent' && fact.refs.length > 0 && fact.refs.every((ref) => ref.via === 'run')
}

function absentWords(fact: FactState | undefined, id: string): string {
  return fact && fact.status !== 'ok' && fact.reason ? fact.reason : id
}
