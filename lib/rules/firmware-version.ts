import type { InfinibandDevice } from '@/collectors/node/infiniband/facts'

/** Compares NIC firmware versions (`28.43.1014`) number by number; null when either is none. Another major is another chip: null. */
export function atLeast(version: string, minimum: string): boolean | null {
  const [have, want] = [parts(version), parts(minimum)]
  if (!have || !want || have[0] !== want[0]) return null
  for (const at of [1, 2] as const) if (have[at] !== want[at]) return have[at] > want[at]
  return true
}

function parts(version: string): readonly [number, number, number] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})$/.exec(version)
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null
}

/** `MT4129` → `1021`. */
export function deviceIdOf(device: InfinibandDevice): string {
  const decimal = /^MT(\d{4,5})$/.exec(device.type ?? '')?.[1]
  return decimal === undefined ? '' : Number(decimal).toString(16)
}

/** How people name the card. */
export function cardLabel(device: InfinibandDevice): string {
  return device.pci ?? device.name
}

/** Firmware versions by PSID. */
export function firmwareByPsid(devices: readonly InfinibandDevice[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { psid, firmware } of devices) {
    if (!psid || !firmware) continue
    found.set(psid, (found.get(psid) ?? new Set()).add(firmware))
  }
  return found
}
