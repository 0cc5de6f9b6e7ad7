import type { AccessReview, KubeTransport } from '@/collectors/transport/kube/types'
import type { Reach, Section } from '@/collectors/transport/types'
import type { AnyCollector } from '@/lib/collector'
import type { FactTable } from '@/lib/engine/fact-state'
import { BUDGET_SEC, factAgeSec, type Now } from '@/lib/engine/freshness'
import type { CollectionState } from '@/lib/engine/model'
import type { ReachFacts, ResourceState, SectionState } from '@/lib/reach'
import type { NodeWatch, ReadMark } from './node-watch'

export interface ReachInput {
  watch: NodeWatch
  sections: readonly Section[]
  resources: readonly ResourceState[]
  kube: Pick<KubeTransport, 'server'> | null
  kubeProblem: string | null
  review: AccessReview | null
  /** Facts read on the node itself. */
  facts: FactTable
  now: Now
}

/** The fact `reach` of one node. */
export function reachFacts(input: ReachInput): ReachFacts {
  const { watch } = input
  return {
    ssh: watch.off !== null || watch.reach === null ? null : sshOf(watch, watch.reach),
    sections: input.sections.flatMap((section) => sectionState(section, watch.reads.get(section.id))),
    resources: input.resources,
    api: apiState(input),
    excess: (input.review?.excess ?? []).map((right) => right.what),
    clockSkewSec: watch.clockSkewSec,
    discarded: watch.discarded,
    stale: Object.entries(input.facts).flatMap(([fact, state]) => {
      if (state?.refs[0]?.via !== 'node') return []
      const age = factAgeSec(state, input.now)
      // Whole minutes: an age that changes every second would be news every second.
      return age !== null && age > BUDGET_SEC.node
        ? [{ fact, ageSec: Math.floor(age / 60) * 60, budgetSec: BUDGET_SEC.node }]
        : []
    }),
  }
}

function sshOf(watch: NodeWatch, reach: Reach): ReachFacts['ssh'] {
  return {
    ok: reach.ok,
    stage: reach.stage,
    ...(reach.code === undefined ? {} : { code: reach.code }),
    ...(reach.reason === undefined ? {} : { reason: reach.reason }),
    ...(reach.via === undefined ? {} : { via: reach.via }),
    ...(reach.fingerprint === undefined ? {} : { fingerprint: reach.fingerprint }),
    address: watch.address ?? '',
    user: watch.user ?? '',
    failures: watch.failures,
  }
}

function sectionState(section: Section, evidence: ReadMark | undefined): SectionState[] {
  if (!evidence) return []
  const { read } = section
  return [
    {
      id: section.id,
      // An optional read without its tool is no gap: its fact can be made without it.
      status: read.optional && evidence.status === 'absent' ? 'ok' : evidence.status,
      ...(evidence.reason === undefined ? {} : { reason: evidence.reason }),
      ...(read.tool === undefined ? {} : { tool: read.tool }),
      ...(read.package === undefined ? {} : { package: read.package }),
      cut: evidence.cut,
      sudo: (read.sudo ?? []).map((rule) => `${rule.tool} ${rule.args}`),
    },
  ]
}

function apiState(input: ReachInput): ReachFacts['api'] {
  if (!input.kube)
    return input.kubeProblem
      ? { state: 'unreachable', reason: input.kubeProblem, server: null }
      : { state: 'off', server: null }
  const asked = input.resources
  const down = asked.filter((resource) => resource.status === 'unreachable' || resource.status === 'timeout')
  const isDown = asked.length > 0 && down.length === asked.length
  return isDown
    ? { state: 'unreachable', reason: down[0]?.reason ?? 'no answer', server: input.kube.server }
    : { state: 'ok', server: input.kube.server }
}

/** Kubernetes collections as the strip shows them. */
export function resourceStates(
  collectors: readonly AnyCollector[],
  stateOf: (id: string) => CollectionState | undefined,
): ResourceState[] {
  return collectors.flatMap((collector) => {
    if (collector.via !== 'kube') return []
    const state = stateOf(collector.id)
    if (!state) return []
    const { group, plural } = collector.read
    const resource = group === '' ? plural : `${group}/${plural}`
    return [
      {
        resource,
        collector: collector.id,
        status: state.status,
        ...(state.reason === undefined ? {} : { reason: state.reason }),
        group,
        plural,
      },
    ]
  })
}
