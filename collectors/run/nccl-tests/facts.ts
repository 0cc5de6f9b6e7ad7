import type { Severity } from '@/collectors/run/nccl-log/signature'

/** One placement (out of place or in place) of a row; null where the tool printed N/A or nan. */
export interface Placement {
  timeUsec: number | null
  algbwGBps: number | null
  busbwGBps: number | null
  /** Wrong elements; null with -c 0 and in tables that have an `error` column instead. */
  wrong: number | null
}

/** One row of an nccl-tests table. */
export interface NcclRow {
  sizeBytes: number
  outOfPlace: Placement
  inPlace: Placement
}

/** One signature of `research/nccl.md` §3 that fired; one entry per id. */
export interface SignatureHit {
  id: string
  severity: Severity
  count: number
  /** First line that fired it; '' for derived ones. */
  line: string
  /** Its number in the capture, from 1; null for derived ones. */
  lineNumber: number | null
  /** Hosts whose lines fired it (at most 64), as the log names them. */
  hosts: readonly string[]
}

export interface NcclNic {
  device: string
  port: number
  /** As printed: `IB`, `RoCE`. */
  linkLayer: string
  /** SHARP-capable as the HPC-X plugin marks it; not proof of use. */
  sharp: boolean
}

export type Transport = 'IB' | 'RoCE' | 'IB-or-RoCE' | 'mixed' | 'Socket' | 'plugin'

/** The line that comes first in the chain of causes (nccl.md §3.1). */
export interface FirstCause {
  signature: string
  severity: Severity
  host: string | null
  /** RDMA device the line names, as the pod sees it. */
  hca: string | null
  /** Host (where the log tells), else address, of the peer the line names. */
  peer: string | null
  line: string
  lineNumber: number
  /** Peer that the lines of several hosts point at: then it is the one to look at. */
  blamed?: string | null
}

/** NICs a rank has, from `Rank R has N local Net devices (max M)` (2.30.3+). */
export interface RankNics {
  rank: number
  nics: number
  most: number
  host: string | null
}

/** EXPLAIN kind `nccl`, and what the checks and the run page need besides. */
export interface NcclFacts {
  form: 'tests' | 'log' | 'json'
  library: 'nccl' | 'rccl'
  collective: string | null
  testsVersion: string | null
  ncclVersion: string | null
  ranks: number | null
  ranksAtLeast: number | null
  ranksFromRatio: number | null
  nodes: number | null
  gpuModel: string | null
  rows: readonly NcclRow[]
  partialRows: number
  maxBusbwGBps: number | null
  maxBusbwSizeBytes: number | null
  averageBusbwGBps: number | null
  averageBusbwComputedGBps: number | null
  rowsLost: boolean | null
  outOfBounds: { count: number; status: string } | null
  wrongRows: number | null
  validated: boolean | null
  complete: boolean
  schemaVersion: number | null
  jsonValid: boolean | null
  networks: readonly string[]
  transport: Transport | null
  nics: readonly NcclNic[]
  hosts: readonly { name: string; nicCount: number }[]
  gpuDirect: 'used' | 'unused' | 'capable' | null
  sharp: 'active' | 'failed' | 'capable' | null
  signatures: readonly SignatureHit[]
  /** The line by which libibverbs says that its provider for mlx5 did not load; absent where it says no such thing. */
  providerMissing?: string

  /** Hosts of the device list, in order of rank. */
  rankHosts: readonly { host: string; ranks: number }[]
  /** NCCL versions seen, with the hosts that printed them. */
  versions: readonly { version: string; hosts: readonly string[] }[]
  /** CUDA driver versions (`cudaDriverVersion`), with hosts. */
  drivers: readonly { version: string; hosts: readonly string[] }[]
  /** Networks with the hosts that chose them. */
  networkHosts: readonly { network: string; hosts: readonly string[] }[]
  /** `NCCL_*` settings that ranks report. */
  environment: readonly { name: string; values: readonly string[] }[]
  /** Sizes asked for on the command line. */
  requested: {
    minBytes: number
    maxBytes: number
    factor: number | null
    warmup: number | null
    iterations: number | null
  } | null
  /** `cputime` column: launch time only, bandwidth is meaningless. */
  cpuTime: boolean
  /** Groups that NCCL_TESTS_SPLIT made of the ranks; null or absent where all ranks measure together. */
  splitGroups?: number | null
  /** Ranks that have fewer NICs than others. */
  rankNics: readonly RankNics[]
  /** Ranks talk between nodes, as far as NCCL counts nodes itself (`nNodes`, 2.20.3+); null or absent where it does not say. */
  acrossNodes?: boolean | null
  firstCause: FirstCause | null
  /** Tables begun in this capture. */
  runs: number
  /** Channels over RDMA with GPUDirect, and staged through host memory. */
  channels: { gpuDirect: number; staged: number; socket: number }
}
