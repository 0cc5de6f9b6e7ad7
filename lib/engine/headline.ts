import { LEVELS, levelInfo } from '@/lib/levels'
import { isRequired, type Pyramid } from '@/lib/pyramid'
import type { JudgedCheck, NodeCause } from '@/lib/report'
import type { ProvingRun } from './proof'

/** The node's one sentence: headline cause, else the first failed check, else what is missing, else what is proved. */
export function headlineOf(
  pyramid: Pick<Pyramid, 'state' | 'firstBroken' | 'provedUpTo'>,
  checks: readonly JudgedCheck[],
  causes: readonly NodeCause[],
  proof: ProvingRun | null,
): string {
  if (pyramid.firstBroken !== null) {
    const failed = checks.filter((check) => check.level === pyramid.firstBroken && check.state === 'fail')
    const explained = causes.find((cause) => failed.some((check) => cause.explains.includes(check.id)))
    return explained?.summary ?? failed[0]?.summary ?? ''
  }
  const reach = checks.find((check) => check.level === 'reach' && check.state === 'fail')
  if (reach) return reach.summary
  if (pyramid.state === 'unknown') {
    const unknown = checks.find((check) => check.state === 'unknown' && isRequired(check.level))
    return unknown ? `Not known yet: ${unknown.summary}` : 'Nothing has been read yet'
  }
  const warned = causes[0]?.summary ?? checks.find((check) => check.state === 'warn')?.summary
  if (pyramid.state === 'warn' && warned) return warned
  const top = levelInfo(pyramid.provedUpTo ?? LEVELS[0].id).title
  return proof ? `OK, proved by a run: ${proof.sentence}` : `OK up to ${top}; not proved by a run`
}
