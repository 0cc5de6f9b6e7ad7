import { historyCollector } from '@/lib/collector'
import type { BootRow, CounterGrowth } from '@/lib/history'

/** The fact `counterGrowth`. */
export interface CounterGrowthFacts {
  /** ISO times of the first and the last reading of this boot; null: counters were not read in it. */
  since: string | null
  readAt: string | null
  /** Newest last, at most a day back. */
  growth: readonly CounterGrowth[]
}

/** Error counters that grew while Cairn looked: the fact `counterGrowth`. */
export default historyCollector({
  id: 'counterGrowth',
  title: 'Port error counters over time',
  read: { via: 'history', what: 'boots' },
  fold(rows: readonly BootRow[]): CounterGrowthFacts {
    const latest = [...rows].sort((a, b) => a.lastSeenAt.localeCompare(b.lastSeenAt)).at(-1)?.counters
    return latest ?? { since: null, readAt: null, growth: [] }
  },
})
