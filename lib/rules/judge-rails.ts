import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import { type Context, type Finding, type FixStep, type Lacking, lacking, type Verdict } from '@/lib/check'
import { type Rail, type Rails, railName, railsOf } from './rails'

/** What a rule says of one rail: a sentence when it is bad, null when it is good, `unknown` when its values do not tell. */
export type RailAnswer = { bad: string } | 'good' | 'unknown'

export interface RailRule {
  judge(rail: Rail, all: Rails): RailAnswer
  /** Status of a bad rail when no profile says which ports are wanted; with a profile it fails. */
  undeclared: 'warn' | 'fail'
  /** "ACTIVE with link up". */
  good: string
  reason: string
  fix(bad: readonly Rail[], context: Context): readonly FixStep[]
}

/**
 * Judges every rail by one rule. No rail: does not apply, in words. Bad rails beyond the number a profile wants are spare
 * ports: they warn only.
 */
export function judgeRails(rule: RailRule, infiniband: InfinibandFacts, context: Context): Verdict | Lacking {
  const all = railsOf(infiniband, context.profile)
  if (all.rails.length === 0) {
    if (infiniband.complete === false) return lacking('the list of RDMA devices is cut and shows no rail')
    return { status: 'skip', summary: `No ${all.scope} among ${infiniband.devices.length} RDMA devices` }
  }
  const judged = all.rails.map((rail) => ({ rail, answer: rule.judge(rail, all) }))
  const bad = judged.flatMap(({ rail, answer }) => (typeof answer === 'object' ? [{ rail, text: answer.bad }] : []))
  const unknown = judged.filter(({ answer }) => answer === 'unknown')
  if (bad.length > 0) return badVerdict(rule, bad, all, context)
  if (unknown.length > 0)
    return lacking(`${unknown.map(({ rail }) => rail.label).join(', ')}: the port shows no value that tells`)
  if (infiniband.complete === false) return lacking('the list of RDMA devices is cut, so ports may be missing')
  return {
    status: 'pass',
    summary: `${all.rails.length} of ${all.rails.length} ${all.scope} are ${rule.good}`,
    findings: all.rails.map((rail) => ({ subject: railName(rail), status: 'pass', summary: rule.good })),
  }
}

function badVerdict(
  rule: RailRule,
  bad: readonly { rail: Rail; text: string }[],
  all: Rails,
  context: Context,
): Verdict {
  const wanted = context.profile?.rails?.value
  const spare = wanted !== undefined && all.rails.length - bad.length >= wanted
  const status = spare ? 'warn' : all.declared ? 'fail' : rule.undeclared
  const findings = bad.map(({ rail, text }): Finding => ({ subject: railName(rail), status, summary: text }))
  const note = spare
    ? `; ${wanted} rails are wanted and ${all.rails.length - bad.length} are good, so these may be spare ports`
    : ''
  return {
    status,
    summary: `${bad.length} of ${all.rails.length} ${all.scope}: ${findings
      .slice(0, 4)
      .map((each) => `${each.subject} ${each.summary}`)
      .join('; ')}${note}`,
    findings,
    evidence: [
      {
        kind: 'table',
        title: 'Ports',
        columns: ['Port', 'State', 'Physical', 'Rate Gb/s', 'LID', 'SM LID'],
        rows: all.rails.map((rail) => ({
          cells: [
            railName(rail),
            rail.port.state,
            rail.port.physicalState,
            rail.port.rateGbps,
            rail.port.lid ?? null,
            rail.port.smLid ?? null,
          ],
          deviates: bad.some((each) => each.rail === rail),
        })),
      },
    ],
    fix: rule.fix(
      bad.map(({ rail }) => rail),
      context,
    ),
    reason: rule.reason,
    params: { count: bad.length },
  }
}
