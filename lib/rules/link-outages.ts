import type { DmesgFacts } from '@/collectors/node/dmesg/facts'
import type { Detail } from '@/lib/check'

/** One time that a link was up, went down, and what became of it. Seconds are on the log's own clock. */
export interface LinkLoss {
  /** ISO time of the loss; null where the log has no wall clock. */
  at: string | null
  sec: number
  /** Seconds until it was up again; null: it did not come back in this log. */
  lastedSec: number | null
  /** Seconds it was surely down: until it came back, or until the log's last message. */
  atLeastSec: number
  /** ISO time at which it was up again. */
  backAt: string | null
}

/** What the kernel log says of one Ethernet link. */
export interface LinkHistory {
  netdev: string
  /** Null where the log does not say. */
  pci: string | null
  losses: readonly LinkLoss[]
  /** Losses whose times the log does not give. */
  untimed: number
}

/** Longest step forward that two messages of one log can lie apart, seconds; more means that two logs or two clocks were put together. */
const ONE_LOG_SEC = 3 * 366 * 86_400

/**
 * Losses of each link that the kernel log names. The state a port starts with is no loss, nor is what happens while its driver starts anew
 * (`lost` of the events). A clock that goes back, or leaps by years, makes the loss untimed.
 */
export function linkHistories(dmesg: DmesgFacts): LinkHistory[] {
  const links = new Map<string, { netdev: string; pci: string | null; losses: LinkLoss[]; untimed: number }>()
  const open = new Map<string, { at: string | null; sec: number }>()
  for (const { netdev, event, pci, at, sec, lost } of dmesg.linkEvents) {
    const link = links.get(netdev) ?? { netdev, pci, losses: [], untimed: 0 }
    links.set(netdev, link)
    const down = open.get(netdev)
    if (event === 'down' && lost) {
      if (sec === null) link.untimed += 1
      else open.set(netdev, { at, sec })
    } else if (event === 'up' && down) {
      open.delete(netdev)
      const lasted = span(down.sec, sec)
      if (lasted === null) link.untimed += 1
      else link.losses.push({ ...down, lastedSec: lasted, atLeastSec: lasted, backAt: at })
    }
  }
  for (const [netdev, down] of open) {
    const link = links.get(netdev)
    const lasted = span(down.sec, dmesg.lastAt)
    if (link && lasted === null) link.untimed += 1
    else link?.losses.push({ ...down, lastedSec: null, atLeastSec: lasted ?? 0, backAt: null })
  }
  return [...links.values()]
}

function span(from: number, to: number | null): number | null {
  return to !== null && to >= from && to - from < ONE_LOG_SEC ? to - from : null
}

/** The most losses within any window of so many hours after which the link came back. */
export function mostInWindow(losses: readonly LinkLoss[], hours: number): number {
  const times = losses.flatMap((loss) => (loss.lastedSec === null ? [] : [loss.sec])).sort((a, b) => a - b)
  let [first, most] = [0, 0]
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) > hours * 3600) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** Losses as a table. */
export function lossTable(links: readonly LinkHistory[]): Detail {
  return {
    kind: 'table',
    title: 'Links that went down, by the kernel log',
    columns: ['PCI', 'interface', 'down at', 'for'],
    rows: links
      .flatMap(({ netdev, pci, losses }) =>
        losses.map((loss) => ({
          cells: [pci ?? '?', netdev, loss.at ?? `${loss.sec} s`, lossWords(loss)],
          deviates: true,
        })),
      )
      .slice(0, 40),
  }
}

/** How long a link was down. */
export function lossWords(loss: LinkLoss): string {
  const seconds = (value: number) => (value < 10 ? `${Number(value.toFixed(1))} s` : `${Math.round(value)} s`)
  return loss.lastedSec === null ? `${seconds(loss.atLeastSec)} or more, not back in this log` : seconds(loss.lastedSec)
}
