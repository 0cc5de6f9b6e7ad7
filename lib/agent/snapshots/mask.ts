import type { SnapshotContent } from '@/lib/contract/snapshots'

/**
 * Replaces what names a network by stable pseudonyms: `node-1`, `ip-2`, `mac-1`, `guid-7`. Equal values get equal names within one
 * snapshot, so that "the same GUID twice" still shows. PCI addresses and interface names stay: they name places in every machine.
 */
export class Masker {
  private readonly names = new Map<string, string>()
  private readonly counters = new Map<string, number>()
  private readonly hostPattern: RegExp | null

  /** @param hosts names of the nodes the subject may mention */
  constructor(hosts: readonly string[]) {
    // The longest first, so that a name that contains another one is replaced whole.
    const sorted = [...new Set(hosts.filter((host) => host !== ''))].sort((a, b) => b.length - a.length)
    const words = sorted.slice(0, 5_000).map((host) => host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    this.hostPattern =
      words.length > 0
        ? new RegExp(
            `(?<![A-Za-z0-9-])(?:${words.join('|')})(?![A-Za-z0-9-])(?:\\.[a-z0-9-]+(?:\\.[a-z0-9-]+){0,6})?`,
            'gi',
          )
        : null
  }

  text(text: string): string {
    let masked = text
    if (this.hostPattern)
      masked = masked.replace(this.hostPattern, (host) => this.nameOf('node', host.split('.')[0] ?? host))
    return masked
      .replace(GUID, (guid) => this.nameOf('guid', guid.replace(/^0x|:/gi, '')))
      .replace(MAC, (mac) => this.nameOf('mac', mac.replaceAll('-', ':')))
      .replace(IPV4, (ip) => this.nameOf('ip', ip))
      .replace(IPV6, (ip) => (isIpv6(ip) ? this.nameOf('ip', ip) : ip))
  }

  /** How many of each kind were replaced, in words. */
  replaced(): string[] {
    const words: Readonly<Record<string, string>> = {
      node: 'host name',
      guid: 'GUID',
      mac: 'MAC address',
      ip: 'IP address',
    }
    return [...this.counters].map(
      ([kind, count]) =>
        `${count} ${words[kind] ?? kind}${count === 1 ? '' : kind === 'mac' || kind === 'ip' ? 'es' : 's'} replaced by names like ${kind}-1`,
    )
  }

  private nameOf(kind: string, value: string): string {
    const key = `${kind}:${value.toLowerCase()}`
    const known = this.names.get(key)
    if (known !== undefined) return known
    const count = (this.counters.get(kind) ?? 0) + 1
    this.counters.set(kind, count)
    const name = `${kind}-${count}`
    this.names.set(key, name)
    return name
  }
}

const NOT_BEFORE = '(?<![0-9A-Za-z:.])'
const NOT_AFTER = '(?![0-9A-Za-z:])'
/** EUI-64 as `0x…`, sixteen digits, four groups of four or eight of two. */
const GUID = new RegExp(
  `${NOT_BEFORE}(?:0x[0-9a-f]{16}|[0-9a-f]{16}|[0-9a-f]{4}(?::[0-9a-f]{4}){3}|[0-9a-f]{2}(?::[0-9a-f]{2}){7})${NOT_AFTER}`,
  'gi',
)
const MAC = new RegExp(`${NOT_BEFORE}[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}${NOT_AFTER}`, 'gi')
const IPV4 = /(?<![0-9.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![0-9]|\.[0-9])/g
const IPV6 = new RegExp(`${NOT_BEFORE}[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}${NOT_AFTER}`, 'gi')

/** Tells an address from a PCI address (`0000:1a:00.0` ends at the dot: three groups) or a time of day. */
function isIpv6(text: string): boolean {
  const groups = text.split(':')
  return groups.length === 8 ? !text.includes('::') : text.includes('::') && groups.some((group) => group.length > 2)
}

/** Masks every text of a snapshot. */
export function maskContent(content: SnapshotContent, masker: Masker): SnapshotContent {
  return { ...maskDeep(content, masker), masked: true }
}

function maskDeep<T>(value: T, masker: Masker): T
function maskDeep(value: unknown, masker: Masker): unknown {
  if (typeof value === 'string') return masker.text(value)
  if (Array.isArray(value)) return value.map((one) => maskDeep(one, masker))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskDeep(one, masker)]))
}
