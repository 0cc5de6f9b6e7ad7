import type { AnyCheck } from '@/lib/check'
import type { CheckInfo } from '@/lib/contract/api'
import { evaluate } from '@/lib/engine/evaluate'
import type { FactTable } from '@/lib/engine/fact-state'
import type { NodeReport } from '@/lib/report'

/** The checks as pages and metrics show them: what never changes is made once, states are counted in one pass over the fleet. */
export function catalogueOf(checks: readonly AnyCheck[]): (reports: readonly NodeReport[]) => CheckInfo[] {
  let fixed: readonly Omit<CheckInfo, 'counts'>[] | null = null
  return (reports) => {
    fixed ??= checks.map(infoOf)
    const counts = new Map<string, Record<string, number>>()
    for (const report of reports) {
      for (const { id, state } of report.checks) {
        const states = counts.get(id) ?? {}
        states[state] = (states[state] ?? 0) + 1
        counts.set(id, states)
      }
    }
    return fixed.map((info) => ({ ...info, counts: counts.get(info.id) ?? {} }))
  }
}

function infoOf(check: AnyCheck): Omit<CheckInfo, 'counts'> {
  return {
    id: check.id,
    level: check.level,
    scope: check.scope ?? 'node',
    title: check.title,
    why: check.why,
    refs: [...check.refs],
    needs: [...check.needs],
    wants: [...(check.wants ?? [])],
    anyOf: [...(check.anyOf ?? [])],
    after: [...check.after],
    examples: check.examples.map((example) => ({
      name: example.name,
      status: example.status,
      summary: exampleSummary(check, example),
    })),
  }
}

/** What the check really says of its example: the catalogue shows no hand-written words. */
function exampleSummary(check: AnyCheck, example: AnyCheck['examples'][number]): string {
  const facts: FactTable = Object.fromEntries(
    Object.entries(example.facts).map(([id, value]: [string, unknown]) => [
      id,
      { status: 'ok', value, at: null, refs: [] },
    ]),
  )
  const answer = evaluate(check, facts, { node: null, profile: null, ...example.context })
  return answer.verdict?.summary ?? answer.why
}
