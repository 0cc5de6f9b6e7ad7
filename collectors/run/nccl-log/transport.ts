import type { NcclFacts, NcclNic, RankNics, Transport } from '@/collectors/run/nccl-tests/facts'
import { BoundedIndex } from './bounded'
import type { LogLine } from './line'

/** Most NICs, hosts and addresses remembered of one log. */
const MAX_NICS = 512
const MAX_HOSTS = 4096

type Told = Pick<NcclFacts, 'networks' | 'networkHosts' | 'nics' | 'hosts' | 'versions' | 'drivers' | 'environment'> & {
  transport: Transport | null
  connectedCollnet: boolean
  /** Ranks of the communicator, where all `Init` lines agree. */
  ranks: number | null
  /** Nodes as NCCL counts them, where all communicators have as many; null also where NVLink makes several hosts one node. */
  nodes: number | null
  /** A communicator has ranks on several nodes; false where every one is told to be on one. */
  acrossNodes: boolean | null
  rankNics: RankNics[]
  /** Channels over TCP between nodes. */
  socketChannels: number
}

const NIC = /\[\d{1,4}\] ?([A-Za-z][\w.-]{0,63}):(\d{1,3})(?::[\w.-]{0,32}){0,2}\/([A-Za-z]{2,16})(\/SHARP)?/g

/** Reads what ranks say about themselves: version, network, NICs, settings (nccl.md §2.2–2.3). Only lines that ended. */
export class TransportReader {
  private readonly networks = new BoundedIndex(16, 64)
  private readonly versions = new BoundedIndex(16, 64)
  private readonly drivers = new BoundedIndex(16, 64)
  private readonly environment = new BoundedIndex(48, 8)
  private readonly nics = new Map<string, NcclNic>()
  private readonly nicsByHost = new BoundedIndex(MAX_HOSTS, 64)
  private readonly hostByIp = new Map<string, string>()
  private readonly rankCounts = new Set<number>()
  /** Nodes of communicators; null for one that spans hosts over NVLink. */
  private readonly nodeCounts = new Set<number | null>()
  private readonly rankNics = new Map<number, RankNics>()
  private connectedCollnet = false
  private socketChannels = 0

  /** One line without prefix; `log` where it is an NCCL log line. */
  line(text: string, log: LogLine | null): void {
    const host = log?.host ?? null
    if (text.includes('version')) this.readVersion(text, host)
    if (log) this.readInfo(log.text, host)
  }

  /** The host that published an address in its bootstrap line. */
  hostOf(address: string): string | null {
    return this.hostByIp.get(address) ?? null
  }

  result(): Told {
    const networks = this.networks.keys()
    const nics = [...this.nics.values()]
    const hosts = this.nicsByHost.list().map(({ key, values }) => ({ name: key, nicCount: values.length }))
    return {
      networks,
      networkHosts: this.networks.list().map(({ key, values }) => ({ network: key, hosts: values })),
      nics,
      hosts,
      versions: this.versions.list().map(({ key, values }) => ({ version: key, hosts: values })),
      drivers: this.drivers.list().map(({ key, values }) => ({ version: key, hosts: values })),
      environment: this.environment.list().map(({ key, values }) => ({ name: key, values })),
      transport: transportOf(networks, nics),
      connectedCollnet: this.connectedCollnet,
      ranks: this.rankCounts.size === 1 ? ([...this.rankCounts][0] ?? null) : null,
      nodes: this.nodeCounts.size === 1 ? ([...this.nodeCounts][0] ?? null) : null,
      acrossNodes: acrossNodes(this.nodeCounts),
      rankNics: [...this.rankNics.values()],
      socketChannels: this.socketChannels,
    }
  }

  private readVersion(text: string, host: string | null): void {
    const own = /\b[NR]CCL version ?:? (\d{1,2}\.\d{1,2}(?:\.\d{1,3})?)(?=[^\d.]|$)/.exec(text)
    if (own?.[1]) this.versions.add(own[1], host)
    const skew = /Mismatched NCCL version detected : rank (\d+) version (\d+) rank (\d+) version (\d+)/.exec(text)
    for (const at of [1, 3]) {
      const version = skew ? versionOfCode(Number(skew[at + 1])) : null
      if (version) this.versions.add(version, `rank ${skew?.[at]}`)
    }
  }

  private readInfo(text: string, host: string | null): void {
    const network = /^Using network ([^:]{1,60})$/.exec(text) ?? /^Assigned NET plugin (.{1,60}) to comm/.exec(text)
    if (network?.[1]) this.networks.add(network[1].trim(), host)
    else if (text.startsWith('NET/IB')) this.readDevices(text, host)
    else if (text.startsWith('cudaDriverVersion ')) this.drivers.add(text.slice(18).trim(), host)
    else if (text.includes(' nranks ') || text.includes(' nRanks ')) this.readInit(text)
    else if (text.startsWith('Rank ')) this.readRankNics(text)
    else if (text.startsWith('NCCL_')) this.readSetting(text)
    else if (text.includes('Connected CollNet')) this.connectedCollnet = true
    if (/\] via NET\/Socket\/\d/.test(text)) this.socketChannels += 1
    if (host && text.includes('<')) this.readAddress(text, host)
  }

  private readDevices(text: string, host: string | null): void {
    if (/^NET\/IB ?: No device found/.test(text) && host) this.nicsByHost.add(host, null)
    const list = /^NET\/IB ?: Using (.{0,8000}); ?OOB /.exec(text)?.[1]
    if (list === undefined) return
    for (const match of list.matchAll(NIC)) {
      const [, device = '', port = '', linkLayer = '', sharp] = match
      const key = `${device}:${port}/${linkLayer}`
      if (host) this.nicsByHost.add(host, key)
      const known = this.nics.get(key)
      if (!known && this.nics.size >= MAX_NICS) continue
      this.nics.set(key, { device, port: Number(port), linkLayer, sharp: sharp !== undefined || known?.sharp === true })
    }
  }

  private readInit(text: string): void {
    const init = /\brank \d+ nranks (\d{1,7}) .{0,400}- Init (?:START|COMPLETE)/.exec(text)
    if (init && this.rankCounts.size < 16) this.rankCounts.add(Number(init[1]))
    // 2.20.3 and newer.
    const told = /\brank \d+ nRanks (\d{1,7}) nNodes (\d{1,7}) localRanks \d+ localRank \d+ MNNVL (\d)/.exec(text)
    if (!told || this.rankCounts.size >= 16 || this.nodeCounts.size >= 16) return
    this.rankCounts.add(Number(told[1]))
    this.nodeCounts.add(told[3] === '0' ? Number(told[2]) : null)
  }

  private readRankNics(text: string): void {
    const told = /^Rank (\d{1,7}) has (\d{1,3}) local Net devices \(max (\d{1,3})\)/.exec(text)
    if (!told || this.rankNics.size >= MAX_HOSTS) return
    const rank = Number(told[1])
    this.rankNics.set(rank, { rank, nics: Number(told[2]), most: Number(told[3]), host: null })
  }

  private readSetting(text: string): void {
    const told = /^(NCCL_\w{1,60}) set (?:by environment )?to (\S{1,300}?)\.?$/.exec(text)
    if (told?.[1] && told[2]) this.environment.add(told[1], told[2])
  }

  private readAddress(text: string, host: string): void {
    const own = /(?:Bootstrap ?: Using|; ?OOB) (?:\[\d{1,3}\])?[\w.@-]{1,64}:([\da-fA-F.:]{3,45})<\d+>/.exec(text)
    if (own?.[1] && this.hostByIp.size < MAX_HOSTS) this.hostByIp.set(own[1], host)
  }
}

/** Version text of NCCL's number: 22703 → 2.27.3, 2804 → 2.8.4 (src/nccl.h: NCCL_VERSION). */
export function versionOfCode(code: number): string | null {
  if (!Number.isInteger(code) || code < 1000 || code > 999_999) return null
  const [major, minor] = code < 10_000 ? [1000, 100] : [10_000, 100]
  return `${Math.floor(code / major)}.${Math.floor((code % major) / minor)}.${code % minor}`
}

function acrossNodes(counts: ReadonlySet<number | null>): boolean | null {
  if ([...counts].some((count) => count !== null && count > 1)) return true
  return counts.size > 0 && !counts.has(null) ? false : null
}

function transportOf(networks: readonly string[], nics: readonly NcclNic[]): Transport | null {
  const kinds = new Set(networks.map(familyOf))
  if (kinds.size === 0) return null
  if (kinds.size > 1) return 'mixed'
  const [kind] = kinds
  if (kind !== 'IB') return kind ?? null
  const layers = new Set(nics.map((nic) => nic.linkLayer))
  if (layers.size === 0) return 'IB-or-RoCE'
  if (layers.size > 1) return 'mixed'
  return layers.has('IB') ? 'IB' : layers.has('RoCE') ? 'RoCE' : 'IB-or-RoCE'
}

/** IB for the built-in verbs transport and the HPC-X plugin (`IBext`, `IBext_v10`), Socket for TCP, plugin for all others. */
function familyOf(network: string): 'IB' | 'Socket' | 'plugin' {
  if (/^IB(?:ext(?:_v\d+)?)?$/.test(network)) return 'IB'
  return network === 'Socket' ? 'Socket' : 'plugin'
}
