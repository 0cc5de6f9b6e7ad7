import type { SnapshotContent } from '@/lib/contract/snapshots'

/** Most pairs shown to who shares. */
const MAX_PAIRS = 300
/** Names longer than any list a fleet has would make a regular expression too large. */
const MAX_HOSTS = 10_000

/**
 * Replaces what names a network by stable pseudonyms: `node-1`, `host-1`, `ip-2`, `mac-1`, `guid-7`, `uuid-1`. Equal values get equal
 * names within one snapshot, however they are written, so that "the same GUID twice" still shows. PCI addresses and interface names stay:
 * they name places in every machine.
 */
export class Masker {
  private readonly names = new Map<string, { from: string; to: string }>()
  private readonly counters = new Map<string, number>()
  private readonly nodePattern: RegExp | null
  private readonly hostPattern: RegExp | null

  /**
   * @param nodes names of the nodes the subject may mention
   * @param hosts other machines that the configuration names (jump host, API server), with or without domain
   */
  constructor(nodes: readonly string[], hosts: readonly string[] = []) {
    const short = (name: string) => (/^[\d.]+$/.test(name) ? name : (name.split('.')[0] ?? name))
    this.nodePattern = named([...nodes, ...nodes.map(short)])
    const domains = new Set(
      [...nodes, ...hosts].flatMap((name) => (/^[\d.:[\]]+$/.test(name) ? [] : (/\.(.+\..+)$/.exec(name)?.[1] ?? []))),
    )
    const others = hosts.filter((host) => !/^[\d.:[\]]+$/.test(host))
    this.hostPattern = named([...others, ...others.map(short)], [...domains])
  }

  text(text: string): string {
    let masked = text
    if (this.nodePattern)
      masked = masked.replace(this.nodePattern, (host) => this.nameOf('node', shortName(host), host))
    if (this.hostPattern)
      masked = masked.replace(this.hostPattern, (host) => this.nameOf('host', shortName(host), host))
    return masked
      .replace(URL_HOST, (whole: string, before: string, host: string) =>
        isPublic(host) || isMasked(host) ? whole : before + this.nameOf('host', host, host),
      )
      .replace(IMAGE_HOST, (host) => (isPublic(host) || isMasked(host) ? host : this.nameOf('host', host, host)))
      .replace(UUID, (uuid) => this.nameOf('uuid', uuid, uuid))
      .replace(IPOIB, (address) => this.nameOf('guid', bare(address).slice(-16), address))
      .replace(GUID, (guid) => this.nameOf('guid', bare(guid), guid))
      .replace(MAC, (mac) => this.nameOf('mac', bare(mac), mac))
      .replace(IPV4, (ip) => this.nameOf('ip', ip, ip))
      .replace(IPV6, (ip) => (isIpv6(ip) ? this.nameOf('ip', ip, ip) : ip))
  }

  /** How many of each kind were replaced, in words. */
  replaced(): string[] {
    const words: Readonly<Record<string, string>> = {
      node: 'node name',
      host: 'host name',
      guid: 'GUID',
      uuid: 'UUID',
      mac: 'MAC address',
      ip: 'IP address',
    }
    return [...this.counters].map(
      ([kind, count]) =>
        `${count} ${words[kind] ?? kind}${count === 1 ? '' : kind === 'mac' || kind === 'ip' ? 'es' : 's'} (now ${kind}-1${count > 1 ? '…' : ''})`,
    )
  }

  /** What stands for what; the first spelling of each. */
  pairs(): { from: string; to: string }[] {
    return [...this.names.values()].slice(0, MAX_PAIRS)
  }

  private nameOf(kind: string, value: string, spelling: string): string {
    const key = `${kind}:${value.toLowerCase()}`
    const known = this.names.get(key)
    if (known !== undefined) return known.to
    const count = (this.counters.get(kind) ?? 0) + 1
    this.counters.set(kind, count)
    const to = `${kind}-${count}`
    this.names.set(key, { from: spelling, to })
    return to
  }
}

/** Names as whole words, in pod names too (`sriov-dgx030-x7f`, `dgx030-bmc`); the longest first, so that one that holds another goes whole. */
function named(names: readonly string[], domains: readonly string[] = []): RegExp | null {
  const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const words = [...new Set(names.filter((name) => name !== ''))]
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_HOSTS)
  const hosts = words.length > 0 ? [`(?:${words.map(quoted).join('|')})(?:\\.[a-z0-9-]+(?:\\.[a-z0-9-]+){0,6})?`] : []
  const inDomains = domains.length > 0 ? [`[a-z0-9-]{1,63}\\.(?:${domains.map(quoted).join('|')})`] : []
  const all = [...hosts, ...inDomains]
  return all.length > 0 ? new RegExp(`(?<![A-Za-z0-9])(?:${all.join('|')})(?![A-Za-z0-9])`, 'gi') : null
}

function shortName(host: string): string {
  return /^[\d.]+$/.test(host) ? host : (host.split('.')[0] ?? host)
}

function bare(text: string): string {
  return text.replace(/^0x|[:.-]/gi, '')
}

const NOT_BEFORE = '(?<![0-9A-Za-z:.])'
const NOT_AFTER = '(?![0-9A-Za-z:])'
const pairs = (count: number) => `[0-9a-f]{2}(?::[0-9a-f]{2}){${count - 1}}|[0-9a-f]{2}(?:-[0-9a-f]{2}){${count - 1}}`
/** EUI-64 as `0x…`, sixteen digits, four groups of four or eight of two. */
const GUID = new RegExp(
  `${NOT_BEFORE}(?:0x[0-9a-f]{16}|[0-9a-f]{16}|[0-9a-f]{4}(?::[0-9a-f]{4}){3}|${pairs(8)})${NOT_AFTER}`,
  'gi',
)
/** Hardware address of an IPoIB interface: its last eight bytes are the port GUID. */
const IPOIB = new RegExp(`${NOT_BEFORE}(?:${pairs(20)})${NOT_AFTER}`, 'gi')
const MAC = new RegExp(`${NOT_BEFORE}(?:0x[0-9a-f]{12}|[0-9a-f]{4}(?:\\.[0-9a-f]{4}){2}|${pairs(6)})${NOT_AFTER}`, 'gi')
const UUID = /(?<![0-9A-Za-z])(?:(?:GPU|MIG)-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])/gi
/** Four numbers, but not the second half of a driver version (`24.10-0.7.0.0`). */
const IPV4 =
  /(?<![0-9.])(?<!(?<![0-9.])\d{1,2}\.\d{1,2}-)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![0-9]|\.[0-9])/g
const IPV6 = new RegExp(`${NOT_BEFORE}[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}${NOT_AFTER}`, 'gi')
const URL_HOST = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s/@]{1,200}@)?)([a-z0-9][a-z0-9.-]{0,250})/gi
/** Registry of an image: a host with a domain before a path with tag or digest. */
const IMAGE_HOST =
  /(?<![\w./:@-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}(?=(?::\d{1,5})?\/[a-z0-9._/-]{1,200}(?::[\w.-]|@sha256))/gi

/** Registries and sites of the world: they say nothing of a site. */
const PUBLIC =
  /(?:^|\.)(?:nvcr\.io|ghcr\.io|gcr\.io|docker\.io|quay\.io|k8s\.io|kubernetes\.io|pkg\.dev|github\.com|gitlab\.com|nvidia\.com|mellanox\.com|openshift\.io|redhat\.com|redhat\.io|cncf\.io|intel\.com|kernel\.org|ubuntu\.com|debian\.org)$/i

function isPublic(host: string): boolean {
  return PUBLIC.test(host) || host === 'localhost' || host.startsWith('127.')
}

function isMasked(host: string): boolean {
  return /^(?:node|host)-\d+$/.test(host) || /^[\d.]+$/.test(host)
}

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
