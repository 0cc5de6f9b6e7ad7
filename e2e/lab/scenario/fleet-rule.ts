/** What is wrong with a machine of the rule-made fleet. */
export type FleetFault = 'firmware-pending' | 'rail-down' | 'missing-vfs' | 'off' | 'not-ready'

/** Most machines: identity words hold a number of three hex digits, and the last one is the template's. */
export const MAX_FLEET = 4_000
/** Nodes of one rack; all rails of one number in a rack end on one leaf switch. */
export const RACK_NODES = 8
/** The rail (PCI order, from 0) that is down on one leaf. */
export const DOWN_RAIL = 2
/** The rail whose VFs are gone on some machines. */
export const EMPTY_RAIL = 4

/** Which machine (from 1) has which fault; the others are healthy. The same for the same number of nodes. */
export function fleetFaults(nodes: number, seed = 11): ReadonlyMap<number, FleetFault> {
  if (!Number.isInteger(nodes) || nodes < 2 * RACK_NODES || nodes > MAX_FLEET)
    throw new RangeError(`a rule-made fleet has ${2 * RACK_NODES} to ${MAX_FLEET} nodes`)
  const random = generator(seed)
  const share = (part: number, least: number, most = nodes) => Math.min(most, Math.max(least, Math.round(nodes * part)))
  const faults = new Map<number, FleetFault>()
  const rack = Math.floor(random() * Math.floor(nodes / RACK_NODES))
  const first = rack * RACK_NODES + 1
  for (let at = 0; at < share(0.005, 2, RACK_NODES); at += 1) faults.set(first + at, 'rail-down')
  const shares: readonly [FleetFault, number][] = [
    ['firmware-pending', share(0.02, 1)],
    ['missing-vfs', share(0.003, 1)],
    ['off', share(0.0015, 1)],
    ['not-ready', 1],
  ]
  for (const [fault, count] of shares) {
    for (let placed = 0; placed < count; ) {
      const number = 1 + Math.floor(random() * nodes)
      if (faults.has(number) || rackOf(number) === rackOf(first)) continue
      faults.set(number, fault)
      placed += 1
    }
  }
  return faults
}

/** The rack (from 1) a machine stands in. */
export function rackOf(number: number): number {
  return Math.ceil(number / RACK_NODES)
}

/** Numbers from 0 to 1, always the same for a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
