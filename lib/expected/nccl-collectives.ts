import { type GpuClass, gpuClassOf } from './gpu-class'
import { type AllReduceSetup, type Expectation, expectedAllReduce, PORT_SHARE } from './nccl'

/** Share of a ring that the other collectives reach: 223 to 233 of 235 on A100, 336 of 368 on two H200 nodes (nccl.md §4.2). */
const SHARE = 0.9

/** bus bandwidth = algorithm bandwidth × this factor (nccl-tests src/*.cu, getBw; nccl.md §1.3); null for a collective that is not known. */
export function busFactor(collective: string | null, ranks: number): number | null {
  switch (collective) {
    case 'all_reduce':
      return (2 * (ranks - 1)) / ranks
    case 'all_gather':
    case 'reduce_scatter':
    case 'alltoall':
    case 'alltoallv':
    case 'gather':
    case 'scatter':
      return (ranks - 1) / ranks
    case 'broadcast':
    case 'reduce':
    case 'sendrecv':
    case 'hypercube':
      return 1
    default:
      return null
  }
}

/**
 * Expected plateau of a collective. A profile answers for all-reduce only; for the others the caps of nccl.md §4.1 are computed, and
 * such a model never fails a run. Null where they do not say: unknown hardware, gather, scatter, hypercube, alltoallv, sendrecv in a node.
 */
export function expectedCollective(collective: string, setup: AllReduceSetup): Expectation | null {
  if (collective === 'all_reduce') return expectedAllReduce(setup)
  const gpu = gpuClassOf(setup.gpuModel)
  const { nodes } = setup
  if (!gpu || nodes === null || setup.gpusPerNode !== 8) return null
  const rails = setup.rails ?? 8
  const port = (setup.railRateGbps ?? gpu.usualRailGbps) / 8
  const network = nodes > 1 ? rails * port : null
  const cap = capOf(collective, { gpu, nodes, port, network })
  if (!cap) return null
  return {
    lowGBps: cap.low,
    highGBps: cap.high,
    basis: 'model',
    reasoning: `${collective} on ${nodes === 1 ? 'one node' : `${nodes} nodes`} of 8 ${gpu.name}: ${cap.how}${setup.railRateGbps === null && nodes > 1 ? `, assuming ${gpu.usualRailGbps}G per rail` : ''}`,
    sources: [gpu.source, 'research/nccl.md §1.3, §4.1'],
    networkGBps: network === null ? null : network * PORT_SHARE.high,
    rails: network === null ? null : rails,
  }
}

interface Machine {
  gpu: GpuClass
  nodes: number
  /** Line rate of one port and of all of a node, GB/s; null within one node. */
  port: number
  network: number | null
}

function capOf(collective: string, machine: Machine): { low: number; high: number; how: string } | null {
  const { gpu, nodes, port, network } = machine
  switch (collective) {
    case 'all_gather':
    case 'reduce_scatter':
    case 'broadcast':
    case 'reduce': {
      if (network === null)
        return {
          low: gpu.ringGBps * SHARE,
          high: gpu.nvlsGBps ?? gpu.ringGBps * 1.02,
          how: `a ring over NVLink of ${gpu.ringGBps} GB/s`,
        }
      const low = Math.min(gpu.ringGBps, network * PORT_SHARE.low)
      const high = Math.min(gpu.ringGBps * 1.05, network * PORT_SHARE.high)
      return {
        low: low * SHARE,
        high,
        how: `a ring gets what its ports carry (${Math.round(network)} GB/s) or its NVLink part`,
      }
    }
    case 'alltoall': {
      if (network === null)
        return {
          low: gpu.ringGBps * SHARE * SHARE,
          high: gpu.ringGBps * 1.02,
          how: `each GPU sends over NVLink, ${gpu.ringGBps} GB/s`,
        }
      const ranks = nodes * 8
      const factor = (ranks - 1) / (ranks - 8)
      return {
        low: port * PORT_SHARE.low * factor * SHARE,
        high: Math.min(gpu.ringGBps, port * PORT_SHARE.high * factor),
        how: `each GPU has one port of ${Math.round(port)} GB/s for the ${ranks - 8} of ${ranks - 1} peers elsewhere`,
      }
    }
    case 'sendrecv':
      return network === null
        ? null
        : {
            low: port * PORT_SHARE.low * SHARE,
            high: port * PORT_SHARE.high * 1.02,
            how: `one port of ${Math.round(port)} GB/s carries it`,
          }
    default:
      return null
  }
}
