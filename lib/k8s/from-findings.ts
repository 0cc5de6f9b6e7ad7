import type { Finding, Verdict } from '@/lib/check'

type Rest = Omit<Verdict, 'status' | 'summary' | 'findings'>

/**
 * A verdict from what each part contributes: the worst decides, deviating parts come first, and the summary names the first of them.
 * @param good the sentence when nothing deviates
 * @param rest evidence, fix, reason and parameters, used only when something deviates
 */
export function fromFindings(findings: readonly Finding[], good: string, rest: Rest = {}): Verdict {
  const bad = findings.filter((each) => each.status !== 'pass')
  if (bad.length === 0) return { status: 'pass', summary: good, findings }
  const failed = bad.filter((each) => each.status === 'fail')
  const first = failed[0] ?? bad[0]
  const others = bad.length - 1
  const more = others === 0 ? '' : ` (and ${others} more of ${findings.length})`
  return {
    ...rest,
    status: failed.length > 0 ? 'fail' : 'warn',
    summary: first === undefined ? good : `${sentence(first)}${more}`,
    findings: [
      ...failed,
      ...bad.filter((each) => each.status === 'warn'),
      ...findings.filter((each) => each.status === 'pass'),
    ],
  }
}

/** The finding's words, led by what they are about unless they name it themselves. */
function sentence({ subject, summary }: Finding): string {
  return summary.includes(subject) ? summary : `${subject}: ${summary}`
}

/** A few names in words: `a, b, c and 5 more`. */
export function naming(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

/** Sorted names, each once. */
export function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
