import { historyCollector } from '@/lib/collector'
import type { BootRow, FirmwareSnapshot } from '@/lib/history'

/** A boot without its readings. */
export interface Boot {
  bootId: string
  bootedAt: string | null
  firstSeenAt: string
}

/** A card whose newest reading has Next Boot ≠ Current. */
export interface PendingSince {
  pci: string
  current: number
  next: number
  /** When this pair was first read. */
  since: string
  /** Boots of the node after the one in which it was first read: 1 or more means that a reboot did not load it. */
  bootsSince: number
  /** Newest of those boots. */
  lastBootAt: string | null
}

/** The fact `bootHistory`. */
export interface BootHistoryFacts {
  /** Oldest first. */
  boots: readonly Boot[]
  pending: readonly PendingSince[]
}

/** The newest unbroken run of one (current, next) pair: a pair that was applied in between starts anew. */
function newestRun(rows: readonly BootRow[], pci: string): { pair: FirmwareSnapshot; boot: number } | null {
  let run: { pair: FirmwareSnapshot; boot: number } | null = null
  for (const [boot, row] of rows.entries()) {
    const readings = row.firmware.filter((reading) => reading.pci === pci)
    for (const pair of [...readings].sort((a, b) => a.firstSeenAt.localeCompare(b.firstSeenAt))) {
      if (run === null || run.pair.current !== pair.current || run.pair.next !== pair.next) run = { pair, boot }
    }
  }
  return run
}

function pendingSince(rows: readonly BootRow[], pci: string): PendingSince | null {
  const run = newestRun(rows, pci)
  if (run === null || run.pair.current === null || run.pair.next === null || run.pair.current === run.pair.next)
    return null
  // A boot in which the card was not read yet proves nothing about it.
  const last = rows.findLastIndex((row) => row.firmware.some((reading) => reading.pci === pci))
  return {
    pci,
    current: run.pair.current,
    next: run.pair.next,
    since: run.pair.firstSeenAt,
    bootsSince: last - run.boot,
    lastBootAt: rows[last]?.bootedAt ?? null,
  }
}

/** Boots of a node and what stayed pending over them: the fact `bootHistory`. */
export default historyCollector({
  id: 'bootHistory',
  title: 'Boots and firmware snapshots',
  read: { via: 'history', what: 'boots' },
  fold(rows: readonly BootRow[]): BootHistoryFacts {
    const order = [...rows].sort((a, b) => (a.bootedAt ?? a.firstSeenAt).localeCompare(b.bootedAt ?? b.firstSeenAt))
    const cards = [...new Set(order.flatMap((row) => row.firmware.map((reading) => reading.pci)))].sort()
    return {
      boots: order.map(({ bootId, bootedAt, firstSeenAt }) => ({ bootId, bootedAt, firstSeenAt })),
      pending: cards.flatMap((pci) => pendingSince(order, pci) ?? []),
    }
  },
})
