import { PASTED_ONLY } from '@/lib/facts'
import type { FleetFacts } from '@/lib/fleet'
import type { Profile } from '@/lib/profile'
import type { ReachFacts } from '@/lib/reach'
import type { Evaluated } from './evaluate'
import type { FactState, FactTable } from './fact-state'
import type { Now } from './freshness'
import type { KubeFacts } from './kube-facts'
import { type Aged, type Budgets, staleWords } from './staleness'

export interface Versioned<T> {
  state: T
  version: number
}

/** Everything held about one node, or about the cluster as a whole. */
export interface Hold {
  facts: Map<string, Versioned<FactState>>
  reach: Versioned<ReachFacts> | null
  profile: Profile | null
  /** Answers of checks with the versions of what they were made from. */
  memo: Map<string, { key: string; answer: Evaluated }>
  /** Steady time at which the next of its facts grows stale. */
  deadlineMs: number | null
}

/** A node nothing is known of. */
export function newHold(): Hold {
  return { facts: new Map(), reach: null, profile: null, memo: new Map(), deadlineMs: null }
}

/** Where a look finds its facts. */
export interface LookSources {
  kube: KubeFacts
  fleet: Versioned<FleetFacts> | null
  budgets: Budgets
}

/** Facts that only a pasted capture holds: nothing to judge on a live node, and nothing missing either. */
const PASTED: FactTable = Object.fromEntries(
  PASTED_ONLY.map((id) => {
    const reason = 'only a pasted capture shows it'
    return [
      id,
      {
        status: 'absent' as const,
        reason,
        at: null,
        refs: [{ id, via: 'log' as const, status: 'absent' as const, at: null, reason }],
      },
    ]
  }),
)

/** One look at the facts of a node (null: of the cluster) at one moment: each is made, named and aged once, however many checks ask. */
export class Look implements Aged {
  private readonly facts = new Map<string, FactState | undefined>()
  private readonly versions = new Map<string, string>()
  private readonly ages = new Map<string, string | null>()

  constructor(
    private readonly sources: LookSources,
    private readonly node: string | null,
    private readonly hold: Hold | undefined,
    private readonly now: Now,
  ) {}

  /** Ids of everything there could be. */
  ids(): Set<string> {
    const { kube } = this.sources
    return new Set([...PASTED_ONLY, ...kube.ids(), ...(this.hold?.facts.keys() ?? []), 'reach', 'fleet', 'clock'])
  }

  fact(id: string): FactState | undefined {
    if (!this.facts.has(id)) this.facts.set(id, this.made(id))
    return this.facts.get(id)
  }

  /** Changes exactly when the fact may have changed; the clock counts by the minute. */
  version(id: string): string {
    const known = this.versions.get(id) ?? this.named(id)
    this.versions.set(id, known)
    return known
  }

  stale(id: string): string | null {
    const known = this.ages.get(id)
    if (known !== undefined) return known
    const words = staleWords(id, this.fact(id), this.sources.budgets[id], this.now)
    this.ages.set(id, words)
    return words
  }

  private made(id: string): FactState | undefined {
    const { kube, fleet } = this.sources
    const of = (value: unknown): FactState => ({ status: 'ok', value, at: this.now.now, refs: [] })
    if (kube.has(id)) return kube.fact(id, this.node)
    if (id === 'clock') return this.now.now === null ? undefined : of({ now: this.now.now })
    if (id === 'fleet') return fleet ? of(fleet.state) : undefined
    if (id === 'reach') return this.hold?.reach ? of(this.hold.reach.state) : undefined
    return this.hold?.facts.get(id)?.state ?? PASTED[id]
  }

  private named(id: string): string {
    const { kube, fleet } = this.sources
    if (kube.has(id)) return kube.version(id, this.node)
    if (id === 'clock') return minuteOf(this.now.now)
    if (id === 'fleet') return `${fleet?.version ?? 0}`
    return `${(id === 'reach' ? this.hold?.reach : this.hold?.facts.get(id))?.version ?? 0}`
  }
}

/** The minute of an ISO time; '' without one. */
export function minuteOf(now: string | null): string {
  return now?.slice(0, 16) ?? ''
}
