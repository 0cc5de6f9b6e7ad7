import type { RdmaTest } from '@/lib/contract/runs'
import type { Profile } from '@/lib/profile'
import type { ManifestInput } from '@/lib/runs/manifest-input'
import { ALL_PAIRS_MAX, rdmaBudgetSec, rdmaRounds, rdmaSeconds } from '@/lib/runs/rdma-schedule'

/** Rails of a node whose devices are shared and of which no profile is known: as many as any platform has. */
const RAILS_UNKNOWN = 8

interface Schedule {
  rails: number
  tests: readonly RdmaTest[]
  pairs: number
  rounds: number
  seconds: number
}

/** What an RDMA run will do; null for any other. */
function scheduleOf({ work, rails, nodes }: ManifestInput, profile: Profile | null): Schedule | null {
  if (work.kind !== 'rdma') return null
  const count = rails.length || (profile?.rails?.value ?? RAILS_UNKNOWN)
  const rounds = rdmaRounds(nodes.length)
  const seconds = rdmaSeconds(nodes.length, count, work.tests)
  return { rails: count, tests: work.tests, pairs: rounds.flat().length, rounds: rounds.length, seconds }
}

/** Why an RDMA run cannot end in time, with what to change; null when it can. */
export function rdmaTooLong(input: ManifestInput, profile: Profile | null): string | null {
  const schedule = scheduleOf(input, profile)
  const budget = rdmaBudgetSec(input.deadlineSec)
  if (!schedule || schedule.seconds <= budget) return null
  const { rounds, rails, tests, seconds } = schedule
  return (
    `These tests take about ${minutes(seconds)} (${rounds} rounds of pairs, ${rails} rails, ${tests.length} tests); a run has ${minutes(budget)} for them, ` +
    `after ${minutes(input.deadlineSec - budget)} for its start. Choose fewer nodes or tests, or raise runs.deadlineSec.`
  )
}

/** What an RDMA run uses, for the person who confirms it. */
export function rdmaLimits(input: ManifestInput, profile: Profile | null): string[] {
  const schedule = scheduleOf(input, profile)
  if (!schedule) return []
  const { pairs, rails, seconds } = schedule
  const set = input.nodes.length > ALL_PAIRS_MAX ? ' (each node with its two neighbours)' : ''
  return [
    ...(input.gpusPerNode === 0 ? ['Takes no GPU: 0 GPU-minutes.'] : []),
    `Sends at line rate over one rail of a node at a time, one partner at a time: ${pairs} pairs${set} on ${rails} rails, about ${minutes(seconds)} once the pods run. Whoever shares these ports notices it.`,
  ]
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`
}
