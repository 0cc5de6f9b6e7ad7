import type { Expectation } from './nccl'
import { busFactor } from './nccl-collectives'

/** What a healthy run may show at one size. */
export interface CurvePoint {
  sizeBytes: number
  lowGBps: number
  highGBps: number
}

/** What the band depends on besides the plateau. */
export interface CurveSetup {
  ranks: number | null
  nodes: number | null
  collective: string | null
}

/** Sizes of the curve: 8 B to 16 GiB by doubling, as nccl-tests sweep them. */
const SMALLEST = 8
const DOUBLINGS = 31

/**
 * Time a collective takes before bandwidth counts, µs: half-plateau size × busbw factor ÷ plateau of nccl.md §4.4. 63 to 100 in one node
 * (H100 17 MiB, A100 13 MiB), 146 to 170 over two (H100 35 MiB, B200 61 MiB), 311 where EFA carries them (70 MiB).
 */
const ONE_NODE_USEC = 80
const TWO_NODES_USEC = 160
/** Rings of 4, 256 and 540 nodes took 224, 2429 and 2930 µs (deepops; argonne-lcf alcf-nccl-tests): this power of the number of nodes. */
const GROWTH = 0.55
/** How far healthy systems are from that time: 0.25 (27 µs for 1 MiB in one H100 node) to 2.2 (EFA); twice more for all but all-reduce (A100 all-gather 268 µs). */
const SPREAD = { fast: 0.25, slow: 2.2, slowOthers: 4.4 }
/** Healthy is what reaches this share of the low end (nccl.md §4.3), and what does not exceed the high end by more than rounding. */
const OK = 0.92
const ABOVE = 1.02

/**
 * The band of a healthy run over message size: latency and bandwidth, busbw = B / (1 + t·B / (f·size)). It is wide on the slope, where
 * protocols, libraries and rails differ, and as tight as the expectation at its top. Empty where ranks, nodes or collective are not known.
 */
export function expectedCurve(
  expected: Pick<Expectation, 'lowGBps' | 'highGBps'>,
  setup: CurveSetup,
): readonly CurvePoint[] {
  const { ranks, nodes, collective } = setup
  if (ranks === null || ranks < 2 || nodes === null || nodes < 1) return []
  const factor = busFactor(collective, ranks)
  if (factor === null) return []
  const usual = nodes === 1 ? ONE_NODE_USEC : TWO_NODES_USEC * (nodes / 2) ** GROWTH
  const slow = usual * (collective === 'all_reduce' ? SPREAD.slow : SPREAD.slowOthers)
  const top = expected.highGBps * ABOVE
  return Array.from({ length: DOUBLINGS + 1 }, (_, step) => {
    const sizeBytes = SMALLEST * 2 ** step
    return {
      sizeBytes,
      lowGBps: at(expected.lowGBps * OK, slow, factor, sizeBytes),
      highGBps: at(top, usual * SPREAD.fast, factor, sizeBytes),
    }
  })
}

/** GB/s at one size for a plateau in GB/s and a time in µs: 1 GB/s is 1000 B/µs. */
function at(plateau: number, usec: number, factor: number, sizeBytes: number): number {
  return plateau / (1 + (usec * plateau * 1000) / (factor * sizeBytes))
}
