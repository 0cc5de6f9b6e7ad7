import type { Cause, CauseInput, JudgedVerdict } from '@/lib/cause'
import { LEVELS, levelInfo } from '@/lib/levels'
import type { NodeCause } from '@/lib/report'

/**
 * Matches all causes, then settles who explains what: a symptom belongs to the most specific cause that claims it; a cause left
 * with nothing to explain is dropped (CHECKS "Causes"). The cause of the first broken level comes first.
 */
export function findCauses(
  causes: readonly Cause[],
  input: CauseInput,
  onError: (error: unknown) => void = () => undefined,
): NodeCause[] {
  const matched = causes.flatMap((cause) => {
    const match = safeMatch(cause, input, onError)
    return match ? [{ cause, match }] : []
  })
  matched.sort((a, b) => b.cause.specificity - a.cause.specificity || a.cause.id.localeCompare(b.cause.id))
  const taken = new Set<string>()
  const found: NodeCause[] = []
  for (const { cause, match } of matched) {
    const mine = match.explains.filter((id) => !taken.has(id) && isSymptom(input.verdicts[id]))
    if (mine.length === 0) continue
    for (const id of mine) taken.add(id)
    found.push({
      id: cause.id,
      signature: signatureOf(cause.id, match.params),
      title: cause.title,
      level: cause.level,
      scope: cause.scope,
      summary: match.summary,
      explains: mine,
      fix: match.fix,
      params: match.params,
    })
  }
  const first = firstBrokenOf(Object.values(input.verdicts))
  return found.sort((a, b) => rank(a, first, input) - rank(b, first, input) || a.signature.localeCompare(b.signature))
}

/** Groups equal causes over nodes: id and normalised parameters, never free text (P-11). Usable as one URL segment. */
export function signatureOf(id: string, params: NodeCause['params']): string {
  const keys = Object.keys(params).sort()
  if (keys.length === 0) return id
  return `${id}~${keys.map((key) => `${clean(key)}=${clean(String(params[key]))}`).join('~')}`
}

/** Longest word of a signature; a longer one is cut and carries its hash, so that different words stay different. */
const MAX_WORD = 120

function clean(word: string): string {
  const safe = word.replace(/[^A-Za-z0-9._:+-]/g, (char) => `!${char.charCodeAt(0).toString(16)}.`)
  return safe.length <= MAX_WORD ? safe : `${safe.slice(0, MAX_WORD - 20)}!h${hash(safe)}`
}

/** FNV-1a, 64 bits as hex: the engine is pure and has no crypto. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n
  for (let at = 0; at < text.length; at += 1)
    value = ((value ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n) & 0xffffffffffffffffn
  return value.toString(16)
}

function isSymptom(verdict: JudgedVerdict | undefined): boolean {
  return verdict !== undefined && verdict.status !== 'pass' && verdict.status !== 'skip'
}

/** A cause that throws explains nothing; the symptoms stay visible as themselves, and the error is told. */
function safeMatch(cause: Cause, input: CauseInput, onError: (error: unknown) => void) {
  try {
    return cause.match(input)
  } catch (error) {
    onError(new Error(`cause ${cause.id} threw`, { cause: error }))
    return null
  }
}

/** Lowest level with a failed check. */
export function firstBrokenOf(verdicts: Iterable<JudgedVerdict | undefined>): number {
  let lowest = Number.POSITIVE_INFINITY
  for (const verdict of verdicts) {
    if (verdict?.status === 'fail' && verdict.level !== 'reach')
      lowest = Math.min(lowest, levelInfo(verdict.level).number)
  }
  return lowest
}

/** Sorts: causes of a failure on the first broken level, then by the lowest level they explain, then warnings. */
function rank(cause: NodeCause, first: number, input: CauseInput): number {
  const failed = cause.explains.map((id) => input.verdicts[id]).filter((verdict) => verdict?.status === 'fail')
  const lowest = Math.min(...failed.map((verdict) => levelInfo(verdict?.level ?? 'nccl').number), LEVELS.length + 1)
  return lowest === first ? 0 : lowest
}
