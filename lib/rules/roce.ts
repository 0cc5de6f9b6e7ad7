import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import type { QosInterface, RoceQosFacts } from '@/collectors/node/mlnx-qos/collector'
import { type Finding, type FixStep, type Lacking, lacking, type Verdict } from '@/lib/check'
import type { Profile } from '@/lib/profile'
import { railsOf } from './rails'

/** Priority that RoCE traffic uses unless a site says otherwise: DSCP 26 (host-formats §10). */
export const ROCE_PRIORITY = 3

export interface RoceScope {
  /** `declared`: the profile wants a RoCE fabric. `pasted`: only settings are known, not the ports. `off`: they do not matter here. */
  kind: 'declared' | 'pasted' | 'off'
  /** Network devices of the rails; null where they are not known, so that all are judged. */
  netdevs: readonly string[] | null
  words: string
}

/** Whether RoCE settings matter: on a node whose profile wants Ethernet rails, and for settings pasted alone. */
export function roceScope(infiniband: InfinibandFacts | undefined, profile: Profile | null): RoceScope {
  const declared = profile?.linkLayer?.value === 'Ethernet'
  if (!infiniband) return { kind: declared ? 'declared' : 'pasted', netdevs: null, words: '' }
  if (!declared)
    return {
      kind: 'off',
      netdevs: null,
      words: profile?.linkLayer
        ? `Profile ${profile.id} wants an InfiniBand fabric`
        : 'No profile declares a RoCE fabric',
    }
  const { rails } = railsOf(infiniband, profile)
  if (rails.length === 0) return { kind: 'off', netdevs: null, words: 'No RoCE port of a PF was seen' }
  const names = rails.flatMap(({ device }) => device.netdev ?? [])
  return { kind: 'declared', netdevs: names.length > 0 ? names : null, words: '' }
}

/** What a rule says of one network device: bad words, null when good, `unknown` when the value is not shown. */
export type RoceAnswer = { bad: string; status?: 'warn' | 'fail' } | 'good' | 'unknown'

export interface RoceRule<T> {
  judge(setting: T): RoceAnswer
  good: string
  reason: string
  fix: readonly FixStep[]
}

/** Judges the settings of every rail by one rule; a capture alone cannot say that RoCE is intended, so there a fault warns. */
export function judgeRoce<T extends { netdev: string | null }>(
  rule: RoceRule<T>,
  settings: readonly T[] | undefined,
  scope: RoceScope,
  missing: string,
): Verdict | Lacking {
  if (scope.kind === 'off') return { status: 'skip', summary: scope.words }
  const mine = (settings ?? []).filter(
    ({ netdev }) => scope.netdevs === null || netdev === null || scope.netdevs.includes(netdev),
  )
  if (mine.length === 0) return lacking(missing)
  const judged = mine.map((setting) => ({ name: setting.netdev ?? 'the interface', answer: rule.judge(setting) }))
  const bad = judged.flatMap(({ name, answer }): Finding[] => {
    if (typeof answer !== 'object') return []
    const status = answer.status ?? (scope.kind === 'declared' ? 'fail' : 'warn')
    return [{ subject: name, status, summary: answer.bad }]
  })
  if (bad.length > 0)
    return {
      status: bad.some(({ status }) => status === 'fail') ? 'fail' : 'warn',
      summary: `${bad.length} of ${mine.length} RoCE interfaces: ${bad
        .slice(0, 4)
        .map((each) => `${each.subject} ${each.summary}`)
        .join('; ')}${scope.kind === 'pasted' ? ' (whether RoCE is used there is not known)' : ''}`,
      findings: bad,
      fix: rule.fix,
      reason: rule.reason,
      params: { count: bad.length },
    }
  if (judged.some(({ answer }) => answer === 'unknown'))
    return lacking(`${judged.find(({ answer }) => answer === 'unknown')?.name} does not show it`)
  return { status: 'pass', summary: `${mine.length} of ${mine.length} RoCE interfaces: ${rule.good}` }
}

/** Why nothing of `mlnx_qos` is known. */
export const NO_QOS = 'no QoS setting of a RoCE interface was read (mlnx_qos of mlnx-tools is not installed?)'

/** An interface as RoCE wants it, for examples. */
export function exampleQos(over: Partial<QosInterface> = {}): { roceQos: RoceQosFacts } {
  return {
    roceQos: {
      interfaces: [
        {
          netdev: 'eth2',
          dcbx: 'os',
          trust: 'dscp',
          pfcPriorities: [3],
          dscpMap: [],
          trafficClasses: [],
          warnings: [],
          ...over,
        },
      ],
    },
  }
}

/** A RoCE fabric at 400 Gb/s, for examples. */
export const EXAMPLE_ROCE: Profile = {
  id: 'example-roce',
  title: 'Example',
  products: [],
  linkLayer: { value: 'Ethernet', source: 'example' },
  railRateGbps: { value: 400, source: 'example' },
}
