import type { Cause, JudgedVerdict } from '@/lib/cause'
import type { Context } from '@/lib/check'
import type { LevelId } from '@/lib/levels'
import { buildPyramid } from '@/lib/pyramid'
import type { JudgedCheck, NodeReport } from '@/lib/report'
import { computeBlocking } from './blocking'
import { findCauses } from './find-causes'
import { headlineOf } from './headline'
import { type Answered, judgedCheck, type Previous, weigh } from './judged-check'
import type { ProvingRun } from './proof'

export interface JudgeInput {
  node: string
  context: Context
  /** Values of the facts that hold: what causes look at. */
  values: Readonly<Record<string, unknown>>
  /** All checks with their answers. */
  answered: readonly Answered[]
  causes: readonly Cause[]
  now: string | null
  /** Each check as last stored. */
  previous: Readonly<Record<string, Previous | undefined>>
  running: readonly LevelId[]
  /** The newest fresh run that shows NCCL over InfiniBand or RoCE at the expected bandwidth on this node. */
  proof: ProvingRun | null
  /** Everything shown is from before the last start and was not read again yet. */
  stale: boolean
  /** Told of a cause that throws: it explains nothing, and its symptoms stay visible as themselves. */
  onError?(error: unknown): void
}

/** Answers in, the node's report out. Pure: same input, same report. */
export function judgeNode(input: JudgeInput): Omit<NodeReport, 'revision'> {
  const { previous, now, proof } = input
  const weighed = input.answered.map((one) => weigh(one, previous[one.check.id], now, proof))
  const blocking = computeBlocking(
    weighed.map(({ check, effective }) => ({ id: check.id, after: check.after, state: effective })),
  )
  const titles = new Map(weighed.map(({ check }) => [check.id, check.title.fail]))
  const checks = weighed.map((one) =>
    judgedCheck(one, {
      blockedBy: blocking.blockedBy.get(one.check.id) ?? [],
      contradicts: blocking.contradicts.get(one.check.id) ?? [],
      titles,
      previous: previous[one.check.id],
      now,
      proof,
      unread: input.stale,
    }),
  )
  const causes = findCauses(
    input.causes,
    {
      node: input.node,
      profile: input.context.profile,
      verdicts: Object.fromEntries(checks.map((check) => [check.id, asVerdict(check)])),
      facts: input.values,
    },
    input.onError,
  )
  const pyramid = buildPyramid(checks, input.running)
  return {
    node: input.node,
    ...pyramid,
    headline: headlineOf(pyramid, checks, causes, proof),
    checks,
    causes,
    profile: input.context.profile?.id ?? null,
    bootId: null,
    readAt: newest(checks),
    stale: input.stale,
  }
}

function asVerdict(check: JudgedCheck): JudgedVerdict {
  const { id, level, state, summary, findings, reason, params, evidence, fix } = check
  return { check: id, level, status: state, summary, findings, reason, params, evidence, fix }
}

/** The newest node read behind any verdict. */
function newest(checks: readonly JudgedCheck[]): string | null {
  let latest: string | null = null
  for (const check of checks) {
    for (const read of check.reads)
      if (read.via === 'node' && read.at !== null && (latest === null || read.at > latest)) latest = read.at
  }
  return latest
}
