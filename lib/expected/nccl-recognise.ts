import type { Expectation } from './nccl'
import type { Shape } from './nccl-curve'

/** A likely reason for a low plateau, from numbers alone. */
export interface Recognition {
  id: 'tcp' | 'one-rail' | 'rail-missing' | 'no-gpudirect' | 'half' | 'ring-not-tree' | 'sharp-fell-back' | 'collapse'
  /** One sentence, with the numbers. */
  sentence: string
  /** What would confirm it. */
  confirm: string
}

/** Measured facts of a run that tell likely causes apart. */
export interface Measured {
  plateauGBps: number
  shape: Shape | null
  nodes: number
  gpuDirect: 'used' | 'unused' | 'capable' | null
  sharpExpected: boolean
  sharp: 'active' | 'failed' | 'capable' | null
}

/** Likely reasons, best first (nccl.md §4.5). They are hypotheses: each says how to confirm it. */
export function recognise(measured: Measured, expected: Expectation | null): Recognition[] {
  return [...fromShape(measured), ...(expected ? fromRatio(measured, expected) : [])]
}

function fromShape(measured: Measured): Recognition[] {
  const at = `${measured.plateauGBps.toFixed(1)} GB/s`
  if (measured.shape === 'tcp-like') {
    return [
      {
        id: 'tcp',
        sentence: `flat at ${at} from 32 MiB on, as TCP is`,
        confirm: '"Using network Socket" in the NCCL log',
      },
    ]
  }
  if (measured.shape !== 'collapse') return []
  return [
    {
      id: 'collapse',
      sentence: 'bandwidth collapses at large sizes: congestion, PFC/ECN, or a starved proxy thread',
      confirm: 'pause and ECN counters of the rails while it runs',
    },
  ]
}

function fromRatio(measured: Measured, expected: Expectation): Recognition[] {
  const ratio = measured.plateauGBps / expected.lowGBps
  const { rails, networkGBps } = expected
  const found: Recognition[] = []
  const share = (value: number) => `${Math.round(value * 100)} %`
  if (measured.gpuDirect === 'unused' && ratio < 0.92) {
    found.push({
      id: 'no-gpudirect',
      sentence: 'channels are staged through host memory (no GPUDirect), which costs half or more',
      confirm: 'nvidia-peermem or DMA-BUF on the node; /GDRDMA in the channel lines',
    })
  }
  if (rails !== null && rails > 2 && near(ratio, 1 / rails, 0.3)) {
    found.push({
      id: 'one-rail',
      sentence: `${share(ratio)} of what is expected is one rail of ${rails}`,
      confirm: 'count the devices of the "NET/IB : Using" line',
    })
  } else if (rails !== null && rails > 2 && near(ratio, (rails - 1) / rails, 0.04)) {
    found.push({
      id: 'rail-missing',
      sentence: `${share(ratio)} is ${rails - 1} of ${rails} rails`,
      confirm: 'NICs per host; "local Net devices" lines',
    })
  }
  if (
    measured.nodes === 2 &&
    networkGBps !== null &&
    expected.lowGBps > networkGBps * 1.1 &&
    near(measured.plateauGBps, networkGBps, 0.08)
  ) {
    found.push({
      id: 'ring-not-tree',
      sentence: `about what the NICs carry (${Math.round(networkGBps)} GB/s): a ring ran instead of an NVLS tree`,
      confirm: 'NVLS lines and NCCL_ALGO; NCCL_DEBUG_SUBSYS=TUNING',
    })
  } else if (near(ratio, 0.5, 0.12)) {
    found.push({
      id: 'half',
      sentence: `${share(ratio)}: a rail at half rate slows the whole ring, PCIe x8 or ACS on the way, or no GPUDirect`,
      confirm: 'ib_write_bw per rail; lspci LnkSta; /GDRDMA in the channel lines',
    })
  }
  if (measured.sharpExpected && measured.sharp === 'failed') {
    found.push({
      id: 'sharp-fell-back',
      sentence: 'SHARP fell back to rings',
      confirm: 'sharp and CollNet lines of the log',
    })
  }
  return found
}

function near(value: number, target: number, tolerance: number): boolean {
  return Math.abs(value - target) <= target * tolerance
}
