import type { InfinibandDevice, InfinibandFacts, InfinibandPort } from '@/collectors/node/infiniband/facts'
import type { CounterGrowth, CounterReadings } from '@/lib/history'
import { COUNTER_RULES } from '@/lib/rules/port-counters'

/** Growth of one counter within this time is one entry, milliseconds: rates are told by the hour. */
const ENTRY_MS = 3_600_000
/** Longest time growth is remembered, milliseconds. */
const KEPT_MS = 24 * 3_600_000
/** Most entries of a node: more ports fail at once than anybody looks at one by one. */
const MAX_ENTRIES = 256

/**
 * Lays a reading of a node's counters over the one before, of the same boot.
 * Null as long as no port has shown any of the counters.
 * @param before the earlier reading; null for the first of a boot: it is where growth starts
 */
export function withReading(
  known: CounterReadings | null,
  before: InfinibandFacts | null,
  now: InfinibandFacts,
  at: string,
): CounterReadings | null {
  // A node without RDMA ports, or whose ports show no counters, was not looked at: nothing can have been seen not to grow.
  if (!now.devices.some((device) => device.ports.some(hasCounters))) return known
  // Nothing to compare with, or counters that started anew: what was seen begins here.
  if (known === null || before === null || startedAnew(before, now))
    return { since: at, readAt: at, growth: known?.growth ?? [] }
  const grown = now.devices.flatMap((device) =>
    device.ports.flatMap((port) => {
      const earlier = portBefore(before, device, port)
      return earlier
        ? pairsOf(earlier, port)
            .filter(({ from, to }) => to > from)
            .map((one) => ({ ...one, device: device.name, pci: device.pci ?? null }))
        : []
    }),
  )
  const times = { since: known.readAt, at }
  const kept = known.growth.filter((entry) => Date.parse(at) - Date.parse(entry.at) <= KEPT_MS)
  return {
    since: known.since,
    readAt: at,
    growth: grown.reduce((all, one) => added(all, { ...one, ...times }), [...kept]).slice(-MAX_ENTRIES),
  }
}

function hasCounters(port: InfinibandPort): boolean {
  return COUNTER_RULES.some(({ counter }) => readCounter(port, counter) !== null)
}

/** The same port at the reading before, by PCI function where both name it. */
function portBefore(before: InfinibandFacts, device: InfinibandDevice, port: InfinibandPort) {
  const isSame = (other: InfinibandDevice) =>
    device.pci != null && other.pci != null ? other.pci === device.pci : other.name === device.name
  return before.devices.find(isSame)?.ports.find((other) => other.port === port.port)
}

/** True where a counter is lower than before: the driver was loaded again. */
function startedAnew(before: InfinibandFacts, now: InfinibandFacts): boolean {
  return now.devices.some((device) =>
    device.ports.some((port) => {
      const earlier = portBefore(before, device, port)
      return earlier !== undefined && pairsOf(earlier, port).some(({ from, to }) => to < from)
    }),
  )
}

function pairsOf(before: InfinibandPort, now: InfinibandPort) {
  return COUNTER_RULES.flatMap(({ counter }) => {
    const [from, to] = [readCounter(before, counter), readCounter(now, counter)]
    return from === null || to === null ? [] : [{ port: now.port, counter, from, to }]
  })
}

function readCounter({ counters, hwCounters }: InfinibandPort, name: string): number | null {
  return counters?.[name] ?? hwCounters?.[name] ?? null
}

/** The entry before goes on where nothing was read between them and both fit into an hour. */
function added(all: CounterGrowth[], one: CounterGrowth): CounterGrowth[] {
  const last = all.findLastIndex(
    (each) => each.device === one.device && each.port === one.port && each.counter === one.counter,
  )
  const entry = all[last]
  const goesOn = entry && entry.at === one.since && Date.parse(one.at) - Date.parse(entry.since) <= ENTRY_MS
  if (!goesOn) return [...all, one]
  return all.with(last, { ...entry, to: one.to, at: one.at })
}
