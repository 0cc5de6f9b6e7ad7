import { hindersRdmaOnly } from '@/collectors/run/nccl-log/catalogue'
import type { FirstCauseFinder } from '@/collectors/run/nccl-log/first-cause'
import type { Signature } from '@/collectors/run/nccl-log/signature'
import type { SignatureLog } from '@/collectors/run/nccl-log/signature-log'
import { type TransportReader, versionOfCode } from '@/collectors/run/nccl-log/transport'
import type { NcclFacts, SignatureHit } from './facts'
import type { TableSnapshot } from './table'

interface Parts {
  table: TableSnapshot
  transport: TransportReader
  signatures: SignatureLog
  causes: FirstCauseFinder
  open: { line: string; number: number; signatures: readonly Signature[] }
}

/** Puts together what table, log and signatures say; computes what needs more than one of them. */
export function assemble(parts: Parts): NcclFacts {
  const { table, transport, signatures, causes, open } = parts
  const told = transport.result()
  const { summary, devices } = table
  const alone = devices.alone
  const hosts = devices.hostList()
  const listed = devices.differs ? null : devices.complete
  const ranks = listed ?? (devices.seen ? null : told.ranks)
  const derived = derivedOf(table, told, alone)
  const nodes = listed === null ? nodesOf(devices.seen, told) : hosts.length
  const across = nodes === null ? told.acrossNodes : nodes > 1
  const withoutRdma = across === false || told.transport === 'plugin'
  const hits = signatures
    .list(derived, open.signatures, open.line, open.number)
    .map((hit) => (hindersRdmaOnly(hit.id) ? { ...hit, severity: hinderingSeverity(hit, withoutRdma, across) } : hit))
  // Before the first row or error a rank may still print its own version, which outweighs the header's.
  const started = summary.count > 0 || hits.some((hit) => hit.severity === 'fatal' || hit.severity === 'secondary')
  return {
    form: table.isTable ? 'tests' : 'log',
    library: table.rccl || devices.isAmd ? 'rccl' : 'nccl',
    collective: table.collective,
    testsVersion: table.testsVersion,
    ncclVersion: versionOf(told.versions, started ? table.libraryCode : null),
    ranks,
    ranksAtLeast: devices.differs ? null : devices.atLeast,
    ranksFromRatio: table.cpuTime ? null : summary.ranksFromRatio,
    nodes,
    acrossNodes: told.acrossNodes,
    gpuModel: devices.model,
    rows: [...summary.rows],
    partialRows: table.partialRows,
    maxBusbwGBps: summary.maxBusbw,
    maxBusbwSizeBytes: summary.maxSize,
    averageBusbwGBps: table.footer.average,
    averageBusbwComputedGBps: summary.mean === null ? null : round(summary.mean),
    rowsLost: alone ? null : table.rowsLost,
    outOfBounds: table.footer.outOfBounds,
    wrongRows: summary.counted ? summary.wrongRows : null,
    validated: summary.count === 0 ? null : summary.checked,
    complete: table.isTable && table.complete,
    schemaVersion: null,
    jsonValid: null,
    networks: told.networks,
    transport: told.transport,
    nics: told.nics,
    hosts: told.hosts,
    gpuDirect: gpuDirectOf(hits, told.networks),
    sharp: sharpOf(
      hits,
      told.connectedCollnet,
      told.nics.some((nic) => nic.sharp),
    ),
    signatures: hits,
    rankHosts: hosts,
    versions: told.versions,
    drivers: told.drivers,
    networkHosts: told.networkHosts,
    environment: told.environment,
    requested: table.requested,
    cpuTime: table.cpuTime,
    splitGroups: devices.groupCount > 1 ? devices.groupCount : null,
    rankNics: told.rankNics.map((entry) => ({ ...entry, host: devices.hostOf(entry.rank) })),
    firstCause: causes.find({
      hostOf: (address) => transport.hostOf(address),
      hasDevices: told.nics.length > 0,
      withoutRdma,
    }),
    runs: table.runs,
    channels: {
      gpuDirect: signatures.count('gdr.channel_yes'),
      staged: signatures.count('gdr.channel_no'),
      socket: told.socketChannels,
    },
  }
}

/** Nodes by NCCL's own count, which is right where one is all, or where as many hosts speak: without P2P it counts GPUs. */
function nodesOf(listed: boolean, told: ReturnType<TransportReader['result']>): number | null {
  if (listed || told.nodes === null) return null
  const hosts = new Set([...told.hosts.map((host) => host.name), ...told.networkHosts.flatMap((entry) => entry.hosts)])
  return told.nodes === 1 || told.nodes === hosts.size ? told.nodes : null
}

/** What only hinders RDMA is nothing to a run without it, and an error to one between nodes. */
function hinderingSeverity(hit: SignatureHit, withoutRdma: boolean, across: boolean | null): SignatureHit['severity'] {
  if (hit.severity === 'fatal') return 'fatal'
  if (withoutRdma) return 'info'
  return across === null && hit.severity === 'error' ? 'warn' : hit.severity
}

function derivedOf(table: TableSnapshot, told: ReturnType<TransportReader['result']>, alone: boolean): string[] {
  const { summary, devices } = table
  const ratio = table.cpuTime ? null : summary.ranksFromRatio
  const counts = new Set(told.hosts.map((host) => host.nicCount))
  const findings: [string, boolean][] = [
    ['derived.truncated', table.isTable && !table.complete],
    ['derived.rows_lost', table.rowsLost === true && !alone],
    ['derived.no_mpi', alone],
    ['derived.zero_busbw', summary.allZero],
    // Runs one after the other may use what they like; ranks of one may not.
    ['derived.mixed_network', told.networks.length > 1 && table.runs < 2],
    ['derived.nic_count_differs', counts.size > 1],
    ['derived.row_inconsistent', summary.inconsistent > 0],
    [
      'derived.nranks_mismatch',
      ratio !== null && !alone && devices.groupCount < 2 && disagrees(ratio, devices.complete, devices.atLeast),
    ],
  ]
  return findings.flatMap(([id, holds]) => (holds ? [id] : []))
}

function disagrees(ratio: number, ranks: number | null, atLeast: number | null): boolean {
  return (ranks !== null && ranks !== ratio) || (atLeast !== null && atLeast > ratio)
}

/** The one version that all ranks print; the library the tests were linked with only where no rank said more. */
function versionOf(versions: NcclFacts['versions'], libraryCode: number | null): string | null {
  if (versions.length > 1) return null
  return versions[0]?.version ?? (libraryCode === null ? null : versionOfCode(libraryCode))
}

/** Channel lines prove use (nccl.md §0.6); `GDR 1` and a capable HCA do not. */
function gpuDirectOf(hits: readonly SignatureHit[], networks: readonly string[]): NcclFacts['gpuDirect'] {
  const has = (id: string) => hits.some((hit) => hit.id === id)
  if (has('gdr.channel_yes')) return 'used'
  if (has('gdr.channel_no') || (networks.length === 1 && networks[0] === 'Socket')) return 'unused'
  if (has('gdr.disabled_hca')) return has('gdr.enabled_hca') ? null : 'unused'
  return has('gdr.enabled_hca') ? 'capable' : null
}

/** A fallback outweighs channels set up before it; capability is no use (nccl.md §0.7). */
function sharpOf(hits: readonly SignatureHit[], connected: boolean, capable: boolean): NcclFacts['sharp'] {
  const has = (...ids: string[]) => hits.some((hit) => ids.includes(hit.id))
  if (has('collnet.fallback', 'sharp.init_error')) return 'failed'
  if (connected || has('sharp.active')) return 'active'
  if (has('sharp.no_resource', 'sharp.port_invalid', 'sharp.sat_lock')) return 'failed'
  return capable || has('sharp.capable') ? 'capable' : null
}

/** Three digits after the point: bandwidths are printed with two. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
