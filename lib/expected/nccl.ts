import type { Profile } from '@/lib/profile'
import { type GpuClass, gpuClassOf } from './gpu-class'

/** What is known of a run's machine; null where it is not. */
export interface AllReduceSetup {
  profile: Profile | null
  gpuModel: string | null
  nodes: number | null
  gpusPerNode: number | null
  /** NICs per node that can carry NCCL, and their rate. */
  rails: number | null
  railRateGbps: number | null
  sharp: 'active' | 'failed' | 'capable' | null
  /** NCCL_ALGO forces rings: the two-node bonus of trees is gone. */
  ringForced: boolean
}

/** Bus bandwidth that healthy hardware reaches at large sizes, GB/s. */
export interface Expectation {
  lowGBps: number
  highGBps: number
  /** `profile`: a number somebody answers for. `model`: computed from hardware, with stated assumptions; never enough to fail a run. */
  basis: 'profile' | 'model'
  /** How the numbers come about, one sentence. */
  reasoning: string
  sources: readonly string[]
  /** What the NICs of a node carry per direction, GB/s; null for one node. */
  networkGBps: number | null
  rails: number | null
}

/** Share of line rate that NCCL gets out of a port: 46 to 49 GB/s of 50 (nccl-tests #119, #290, #319). */
export const PORT_SHARE = { low: 0.92, high: 0.98 }

/** Grades of measured / expected (nccl.md §4.3): between what others ship (0.67 "replace the node" to 0.96). */
export const GRADES = { ok: 0.92, watch: 0.85, degraded: 0.6 } as const
export type Grade = 'ok' | 'watch' | 'degraded' | 'failed'

/** Grade of a plateau against the low end of what is expected. */
export function gradeOf(ratio: number): Grade {
  if (ratio >= GRADES.ok) return 'ok'
  if (ratio >= GRADES.watch) return 'watch'
  return ratio >= GRADES.degraded ? 'degraded' : 'failed'
}

/** Expected all-reduce plateau of a setup; null where profile and model both lack what they need. */
export function expectedAllReduce(setup: AllReduceSetup): Expectation | null {
  return fromProfile(setup) ?? fromModel(setup)
}

function fromProfile(setup: AllReduceSetup): Expectation | null {
  const { profile, nodes } = setup
  const table = profile?.allReduceBusbwGBps
  if (!profile || !table || nodes === null) return null
  const sizes = Object.keys(table.value)
    .map(Number)
    .filter((size) => size <= nodes)
  const size = Math.max(...sizes)
  const value = table.value[String(size)]
  if (sizes.length === 0 || value === undefined) return null
  // More nodes than the profile lists: rings no longer depend on how many they are, trees of two nodes do.
  if (size < 3 && nodes > size) return null
  // Profiles list what NCCL reaches by its own choice: NVLS on one node, a tree on two. Rings reach less there (nccl.md §4.1).
  if (setup.ringForced && size < 3) return null
  const rails = profile.rails?.value ?? setup.rails
  const network = nodes > 1 ? bandwidthOf(rails, profile.railRateGbps?.value ?? setup.railRateGbps) : null
  return {
    lowGBps: value,
    highGBps: value,
    basis: 'profile',
    reasoning: `profile ${profile.id} expects ${value} GB/s on ${words(nodes)}`,
    sources: [table.source],
    networkGBps: network?.high ?? null,
    rails,
  }
}

function fromModel(setup: AllReduceSetup): Expectation | null {
  const gpu = gpuClassOf(setup.gpuModel)
  if (!gpu || setup.nodes === null || setup.gpusPerNode !== 8) return null
  return setup.nodes === 1 ? singleNode(gpu) : manyNodes(gpu, setup, setup.nodes)
}

function singleNode(gpu: GpuClass): Expectation {
  const value = gpu.nvlsGBps ?? gpu.ringGBps
  return {
    lowGBps: value * 0.97,
    highGBps: value * 1.02,
    basis: 'model',
    reasoning: `8 ${gpu.name} in one node reach about ${value} GB/s over NVLink${gpu.nvlsGBps ? ' SHARP (NVLS)' : ''}`,
    sources: [gpu.source],
    networkGBps: null,
    rails: null,
  }
}

/** Caps by algorithm (nccl.md §4.1): ring min(NVLink ring, network); tree on two nodes and SHARP min(NVLS, 2(n-1)/n × network). */
function manyNodes(gpu: GpuClass, setup: AllReduceSetup, nodes: number): Expectation | null {
  const rails = setup.rails ?? 8
  const network = bandwidthOf(rails, setup.railRateGbps ?? gpu.usualRailGbps)
  if (!network) return null
  const ranks = nodes * 8
  const factor = (2 * (ranks - 1)) / ranks
  const assumed =
    setup.railRateGbps === null ? `, assuming ${gpu.usualRailGbps}G per rail as its reference design has` : ''
  const wire = `${rails} rails carry ${Math.round(network.low)} to ${Math.round(network.high)} GB/s${assumed}`
  const ring = { low: Math.min(gpu.ringGBps, network.low), high: Math.min(gpu.ringGBps * 1.05, network.high) }
  const boosted = {
    low: Math.min((gpu.nvlsGBps ?? 0) * 0.97, factor * network.low),
    high: Math.min(gpu.nvlsGBps ?? 0, factor * network.high),
  }
  const tree = nodes === 2 && gpu.nvlsGBps !== null && !setup.ringForced
  const sharp = nodes > 2 && setup.sharp === 'active' && gpu.nvlsGBps !== null
  const band = tree ? boosted : sharp ? { low: ring.low, high: boosted.high } : ring
  const how = tree
    ? `a tree of two nodes may reach ${factor.toFixed(2)} times that, capped by NVLS at ${gpu.nvlsGBps}`
    : sharp
      ? 'SHARP reduces in the switches, so up to twice that is possible'
      : `a ring gets no more than that, nor than its NVLink part of ${gpu.ringGBps}`
  return {
    lowGBps: band.low,
    highGBps: band.high,
    basis: 'model',
    reasoning: `${words(nodes)} of 8 ${gpu.name}: ${wire}; ${how}`,
    sources: [gpu.source, 'research/nccl.md §4.1'],
    networkGBps: network.high,
    rails,
  }
}

function bandwidthOf(rails: number | null, railGbps: number | null): { low: number; high: number } | null {
  if (rails === null || railGbps === null) return null
  const line = (rails * railGbps) / 8
  return { low: line * PORT_SHARE.low, high: line * PORT_SHARE.high }
}

function words(nodes: number): string {
  return nodes === 1 ? 'one node' : `${nodes} nodes`
}
