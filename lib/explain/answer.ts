import type { FixStep } from '@/lib/check'
import type { ExplainResponse } from '@/lib/contract/api'

export type CaptureData = ExplainResponse['captures'][number]
export type TogetherData = NonNullable<ExplainResponse['together']>
export type CaptureState = CaptureData['verdicts'][number]['status']

/** What one capture comes to: the sentence that matters most, where it stands, and what to do. */
export interface Answer {
  state: CaptureState
  text: string
  /** The first line the answer rests on; null: none is known. */
  line: { file: string; number: number; text: string } | null
  fix: readonly FixStep[]
}

/** The answer of one capture alone: its first cause, else its worst verdict, else what keeps it from having one. */
export function answerOf(capture: CaptureData): Answer {
  const verdicts = worstFirst(capture)
  const [worst] = verdicts
  const details = verdicts.flatMap((verdict) => capture.details.find((detail) => detail.check === verdict.check) ?? [])
  const bad = details.filter((detail) =>
    verdicts.some(
      (verdict) => verdict.check === detail.check && (verdict.status === 'fail' || verdict.status === 'warn'),
    ),
  )
  const number = bad.flatMap((detail) => detail.lines.slice(0, 1))[0]
  const line =
    number === undefined
      ? null
      : { file: capture.file, number, text: capture.text.split('\n', number)[number - 1]?.trim() ?? '' }
  const fix = bad.find((detail) => detail.fix.length > 0)?.fix ?? []
  const [cause] = capture.causes
  if (cause) return { state: worst?.status === 'warn' ? 'warn' : 'fail', text: cause.summary, line, fix }
  if (worst?.status === 'fail' || worst?.status === 'warn')
    return { state: worst.status, text: worst.summary, line, fix }
  if (capture.kind === null) return quiet('unknown', UNRECOGNISED)
  if (capture.status !== 'ok') return quiet('unknown', capture.reason?.text ?? `Not read: ${capture.status}`)
  const passed = verdicts.filter((verdict) => verdict.status === 'pass').length
  if (passed === 0) return quiet('unknown', worst?.summary ?? NOT_JUDGED)
  const open = verdicts.length - passed
  const rest = open > 0 ? `; ${open} cannot be judged from it alone` : ''
  const checks = `${passed} ${passed === 1 ? 'check passes' : 'checks pass'}${rest}`
  // Green needs evidence: a part of a capture, or less judged than not, shows no health.
  if (capture.facts.complete === false)
    return quiet('unknown', `No fault in the part that is here (it is cut): ${checks}`)
  return quiet(open > passed ? 'unknown' : 'pass', `No fault in what this shows: ${checks}`)
}

function quiet(state: CaptureState, text: string): Answer {
  return { state, text, line: null, fix: [] }
}

const UNRECOGNISED = 'This is no output that Cairn knows'
const NOT_JUDGED = 'No check can judge this capture alone; its facts are below'

/** What needs attention first: faults, then what could not be judged. */
const ATTENTION: readonly CaptureState[] = ['fail', 'unknown', 'warn', 'pass']

/** Verdicts from the attention they need. */
export function worstFirst(capture: CaptureData): CaptureData['verdicts'] {
  return [...capture.verdicts].sort((a, b) => ATTENTION.indexOf(a.status) - ATTENTION.indexOf(b.status))
}

/** What one capture shows must not be talked away by the others: where together nothing is wrong, the worst alone is the answer. */
export function answerTogether(together: TogetherData, captures: readonly CaptureData[]): Answer {
  const alone = captures.map(answerOf)
  const worst = alone.find((answer) => answer.state === 'fail') ?? alone.find((answer) => answer.state === 'warn')
  if (together.status === null && worst) return { ...worst, text: `${worst.text} (shown by one capture alone)` }
  const [cause] = together.causes
  const text = together.headline ?? 'Judged together, nothing is failing'
  // The line of a capture that shows the same cause by itself.
  const line = alone.find((answer, at) => answer.line && isOf(captures[at], text, cause?.id))?.line ?? null
  if (together.status !== null) return { state: together.status, text, line, fix: cause?.fix ?? worst?.fix ?? [] }
  const isProved = together.reports.length > 0 && together.reports.every((report) => report.state === 'pass')
  return { state: isProved ? 'pass' : 'unknown', text, line: null, fix: [] }
}

function isOf(capture: CaptureData | undefined, text: string, cause: string | undefined): boolean {
  return (
    capture?.causes.some((one) => one.id === cause || one.summary === text) === true ||
    capture?.verdicts.some((verdict) => verdict.summary === text) === true
  )
}
