import { Unreadable } from '@/lib/collector'

/** Identity of a machine; what could not be read is null. */
export interface HostFacts {
  vendor: string | null
  /** DMI product name, e.g. `DGXB200`: chooses the profile and whether a reboot restarts NIC firmware (host-formats §2.2). */
  product: string | null
  bootId: string | null
  machineId: string | null
  kernel: string | null
  os: string | null
  uptimeSec: number | null
  /** The node's clock minus its uptime, ISO; null when either is unknown. */
  bootedAt: string | null
}

const PATHS: Readonly<Record<string, 'vendor' | 'product' | 'bootId' | 'machineId' | 'kernel'>> = {
  '/sys/class/dmi/id/sys_vendor': 'vendor',
  '/sys/class/dmi/id/product_name': 'product',
  '/proc/sys/kernel/random/boot_id': 'bootId',
  '/etc/machine-id': 'machineId',
  '/proc/sys/kernel/osrelease': 'kernel',
}

/**
 * Reads `path:value` lines. An unterminated last line is dropped: it may be cut.
 * @throws Unreadable when no known line is there.
 */
export function parseHost(text: string): HostFacts {
  const facts: HostFacts = {
    vendor: null,
    product: null,
    bootId: null,
    machineId: null,
    kernel: null,
    os: null,
    uptimeSec: null,
    bootedAt: null,
  }
  let known = 0
  let now: number | null = null
  for (const line of text.split('\n').slice(0, -1)) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const [key, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
    if (value === '') continue
    const field = PATHS[key]
    if (field) facts[field] = value
    else if (key === 'os') facts.os = value.replace(/^["']|["']$/g, '')
    else if (key === '/proc/uptime') facts.uptimeSec = seconds(value)
    else if (key === 'now') now = Date.parse(value)
    else continue
    known += 1
  }
  if (known === 0) throw new Unreadable('no line of host identity')
  if (now !== null && !Number.isNaN(now) && facts.uptimeSec !== null)
    facts.bootedAt = isoSeconds(now / 1000 - facts.uptimeSec)
  return facts
}

/** First number of /proc/uptime. */
function seconds(value: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(?:\s|$)/.exec(value)
  return match ? Number(match[1]) : null
}

/** Seconds since 1970 as ISO, to the second. */
function isoSeconds(epoch: number): string {
  return `${new Date(Math.round(epoch) * 1000).toISOString().slice(0, 19)}Z`
}
